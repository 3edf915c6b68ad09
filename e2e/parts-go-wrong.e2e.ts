import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { eventually } from './setting/seen-and-heard.ts';
import { setStage } from './setting/stage.ts';
import { operatorSignal } from './setting/test-media.ts';
import { identify, meet, part, seePicture } from './setting/visit-scenes.ts';

/** The redis-server that the queue service started, by its parent: nobody else's. */
async function redisOf(queuePid: number): Promise<number | undefined> {
  const children = (await readFile(`/proc/${queuePid}/task/${queuePid}/children`, 'utf8')).split(' ').filter(Boolean).map(Number);
  for (const pid of children) {
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
    if (name.trim() === 'redis-server') return pid;
  }
  return undefined;
}

describe('printer and store, when something goes wrong', function () {
  this.timeout(150_000);
  const stage = setStage();

  it('prints one sheet with one number when the paper ran out and was put back', async () => {
    const { setting, desk, kiosk } = stage;
    const { bench } = setting;
    await identify(setting, kiosk);
    await meet(kiosk, desk);
    await desk.screen.press('Sì, corrisponde');
    await desk.browser.page.getByText('L’operatore ha giudicato che il volto corrisponde.').waitFor();
    await desk.screen.prepareResidence({ code: '01234567890123', date: '2026-01-15' });
    await desk.screen.press(/^Mostra a .* per il controllo/);
    await kiosk.screen.heading('È tutto giusto?');
    await kiosk.screen.touch('Sì, stampate');
    await bench.act('paper-out');
    await desk.screen.issue();

    await kiosk.screen.heading('Manca la carta nella stampante');
    expect(await kiosk.screen.words()).to.include('L’operatore lo sa. Il Suo certificato non si perde.');
    const panel = desk.browser.page.getByRole('tabpanel', { name: /^Certificato/ });
    await panel.getByText('La stampa non è riuscita. Manca la carta.').waitFor();
    const numberLine = panel.getByText(/^Numero /);
    const number = await numberLine.innerText();
    expect((await bench.state()).printer.pages).to.have.length(0);

    // Nothing came out, so the same number may be printed: no sheet has to be destroyed first.
    await bench.act('refill');
    await desk.screen.press('Stampa ancora a Centro La Torre');
    await desk.browser.page.getByRole('dialog').getByText('Nessun foglio è uscito. Si stampa con lo stesso numero.').waitFor();
    await desk.browser.page.getByRole('dialog').getByRole('button', { name: 'Stampa', exact: true }).click();
    await kiosk.screen.heading('Prenda il Suo foglio');
    await kiosk.screen.touch('Ho il foglio');
    await panel.getByText('Il cittadino ha preso il foglio.').waitFor();
    expect(await numberLine.innerText()).to.equal(number);
    expect((await bench.state()).printer.pages).to.have.length(1);
    await part(setting, kiosk, desk);
  });

  it('goes on with the visit after Redis was killed and came back', async () => {
    const { setting, desk, kiosk } = stage;
    await identify(setting, kiosk);
    await meet(kiosk, desk);
    const queuePid = setting.town.services.get('queue')?.pid ?? 0;
    const killed = await redisOf(queuePid);
    expect(killed).to.be.a('number');
    process.kill(killed ?? 0, 'SIGKILL');
    await eventually(
      desk.browser.page,
      async () => {
        const pid = await redisOf(queuePid);
        return pid !== undefined && pid !== killed;
      },
      'a new redis-server',
    );
    await desk.screen.write('Sono ancora qui.');
    await kiosk.browser.page.getByText('Sono ancora qui.').waitFor();
    await kiosk.screen.heading('Marta è con Lei');
    await seePicture(kiosk.screen.operatorVideo(), operatorSignal);
    expect(await desk.screen.words()).to.include('14/03/1985');
    await part(setting, kiosk, desk);
  });
});
