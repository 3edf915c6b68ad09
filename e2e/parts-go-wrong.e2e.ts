import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { eventually } from './setting/seen-and-heard.ts';
import { operatorSignal } from './setting/test-media.ts';
import { openSetting } from './setting/town-setting.ts';
import type { Setting } from './setting/town-setting.ts';
import { identify, meet, part, seePicture } from './setting/visit-scenes.ts';
import type { AtDesk, AtKiosk } from './setting/visit-scenes.ts';

/** The redis-server that the queue service started, by its parent: nobody else's. */
async function redisOf(queuePid: number): Promise<number | undefined> {
  const children = (await readFile(`/proc/${queuePid}/task/${queuePid}/children`, 'utf8')).split(' ').filter(Boolean).map(Number);
  for (const pid of children) {
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
    if (name.trim() === 'redis-server') return pid;
  }
  return undefined;
}

describe('printer, store and media, when something goes wrong', function () {
  this.timeout(150_000);
  let setting: Setting;
  let desk: AtDesk;
  let kiosk: AtKiosk;
  before(async () => {
    setting = await openSetting();
    desk = await setting.openDesk('Marta');
    await desk.screen.goAvailable();
    kiosk = await setting.openKiosk();
  });
  after(() => setting?.close());

  it('goes on with the visit after Redis was killed and came back', async () => {
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
    const field = desk.browser.page.getByRole('textbox', { name: 'Scrivi a Centro La Torre' });
    await field.fill('Sono ancora qui.');
    await desk.screen.press('Invia');
    await kiosk.browser.page.getByText('Sono ancora qui.').waitFor();
    await kiosk.screen.heading('Marta è con Lei');
    await seePicture(kiosk.screen.operatorVideo(), operatorSignal);
    expect(await desk.screen.words()).to.include('14/03/1985');
    await part(setting, kiosk, desk);
  });
});
