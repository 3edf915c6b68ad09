import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { findTraces } from './setting/emptiness.ts';
import { setStage } from './setting/stage.ts';
import { operatorSignal } from './setting/test-media.ts';
import { hearEachOther, identify, meet, openMicrophones, seeEachOther } from './setting/visit-scenes.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '..');

describe('a whole visit', function () {
  this.timeout(180_000);
  const stage = setStage();

  it('goes from the touch to the paper in the hand, and leaves nothing behind', async () => {
    const { setting, desk, kiosk } = stage;
    const { bench } = setting;

    // Alone as far as it goes: card, verdict.
    await identify(setting, kiosk);
    const result = await kiosk.screen.words();
    for (const sentence of ['La carta è autentica.', 'La carta non è scaduta.', 'FACSIMILE']) expect(result).to.include(sentence);

    // A person, please: face to face, each sees and hears the other.
    await meet(kiosk, desk);
    await seeEachOther(kiosk, desk, operatorSignal);
    await openMicrophones(kiosk, desk);
    await hearEachOther(kiosk, desk, operatorSignal);

    // The verdict, in separate answers; the officer's eyes answer the last one.
    const verdict = await desk.screen.words();
    for (const words of ['Autentica sì', 'Non copiata sì', 'Non scaduta sì', 'Non revocata non chiesto', 'È il titolare non chiesto', '14/03/1985']) {
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
