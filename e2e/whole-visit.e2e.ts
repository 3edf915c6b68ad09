import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { findTraces } from './setting/emptiness.ts';
import { colourDistance, colourSeen, eventually, pitchHeard } from './setting/seen-and-heard.ts';
import { kioskSignal, operatorSignal } from './setting/test-media.ts';
import { openSetting } from './setting/town-setting.ts';
import type { Setting } from './setting/town-setting.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '..');

/** Colours through camera, VP8 and screen differ a little; two codes differ by more than 150. */
const COLOUR_TOLERANCE = 40;
const PITCH_TOLERANCE_HZ = 25;

describe('a whole visit', function () {
  this.timeout(180_000);
  let setting: Setting;
  before(async () => {
    setting = await openSetting();
  });
  after(() => setting?.close());

  it('goes from the touch to the paper in the hand, and leaves nothing behind', async () => {
    const { bench } = setting;
    const desk = await setting.openDesk('Marta');
    await desk.screen.goAvailable();
    const kiosk = await setting.openKiosk();

    // Alone as far as it goes: card, verdict.
    await kiosk.screen.walkToCard();
    await bench.act('put-card', 'giulia');
    await kiosk.screen.typeAccessNumber('123456');
    await kiosk.screen.heading('Buongiorno, GIULIA CONTI');
    const result = await kiosk.screen.words();
    for (const sentence of ['La carta è autentica.', 'La carta non è scaduta.', 'FACSIMILE']) expect(result).to.include(sentence);

    // A person, please: face to face, each sees and hears the other.
    await kiosk.screen.askForPerson();
    await desk.screen.accept();
    await kiosk.screen.heading('Marta è con Lei');
    for (const [page, video, signal] of [
      [kiosk.browser.page, kiosk.screen.operatorVideo(), operatorSignal],
      [desk.browser.page, desk.screen.citizenVideo(), kioskSignal],
    ] as const) {
      await eventually(
        page,
        async () => {
          const seen = await colourSeen(video);
          return seen && colourDistance(seen, signal.colour.rgb) < COLOUR_TOLERANCE;
        },
        `the ${signal.colour.name} picture of the other side`,
      );
    }
    await kiosk.screen.touch(/^Microfono (spento|chiuso)/);
    await desk.screen.press(/^Parla a Centro La Torre/);
    expect(await pitchHeard(kiosk.screen.operatorVoice())).to.be.closeTo(operatorSignal.pitch, PITCH_TOLERANCE_HZ);
    expect(await pitchHeard(desk.screen.citizenVideo())).to.be.closeTo(kioskSignal.pitch, PITCH_TOLERANCE_HZ);

    // The verdict, in separate answers; the officer's eyes answer the last one.
    const verdict = await desk.screen.words();
    for (const words of ['Autentica sì', 'Non copiata non chiesto', 'Non scaduta sì', 'Non revocata non chiesto', 'È il titolare non chiesto', '14/03/1985']) {
      expect(verdict).to.include(words);
    }
    expect(verdict).not.to.match(/verificat/i);
    await desk.screen.press('Sì, corrisponde');
    await desk.browser.page.getByText('È il titolare').first().waitFor();

    // The words of the paper, seen by the citizen, then number, seal, stamp, register, paper.
    await desk.screen.prepareResidence({ code: '01234567890123', date: '2026-01-15' });
    await desk.screen.press(/^Mostra a .* per il controllo/);
    await kiosk.screen.heading('È tutto giusto?');
    expect(await kiosk.screen.words()).to.include('CNTGLI85C54X000O').and.to.include('non può essere prodotto');
    await kiosk.screen.touch('Sì, stampate');
    await desk.screen.issue();
    await kiosk.screen.heading('Prenda il Suo foglio');
    const { printer } = await bench.state();
    expect(printer.pages).to.have.length(1);
    await kiosk.screen.touch('Ho il foglio');
    await desk.browser.page.getByRole('tabpanel', { name: /^Certificato/ }).getByText('Il cittadino ha preso il foglio.').waitFor();

    // The printed page alone proves itself, offline.
    const printed = await bench.printed(printer.pages[0]?.id ?? '');
    const paper = join(setting.dataDirectory, 'printed-for-the-test.pdf');
    await writeFile(paper, printed);
    const trust = join(setting.dataDirectory, 'certificates/authority/trust');
    const { stdout } = await run(process.execPath, ['certificates/tools/stamp.ts', 'check', paper, '--trust', trust, '--json'], { cwd: root });
    const checked = JSON.parse(stdout) as { status: string; fields: Record<string, unknown> };
    expect(checked.status).to.equal('VALID');
    expect(JSON.stringify(checked)).to.include('CNTGLI85C54X000O');
    await writeFile(paper, '');

    // The end: take your card; the screen clears, the desk wraps up and is free again.
    await desk.screen.endVisit('Certificato rilasciato');
    await kiosk.screen.heading('Grazie, arrivederci');
    expect(await kiosk.screen.words()).to.include('Prenda la Sua carta.');
    await bench.act('take-card');
    await kiosk.screen.heading('Certificati con l’aiuto di una persona');
    await desk.browser.page.getByText('0/2').first().waitFor();

    const traces = await findTraces(setting, [kiosk.browser.page], ['CONTI', 'GIULIA', 'Giulia', 'CNTGLI85C54X000O', 'CA00001AA', 'Via dei Tigli', '1985-03-14']);
    expect(traces).to.deep.equal([]);
    expect(kiosk.browser.complaints).to.deep.equal([]);
    expect(desk.browser.complaints).to.deep.equal([]);
  });
});
