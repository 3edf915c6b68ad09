import { expect } from 'chai';
import { kioskSignal, operatorSignal } from './setting/test-media.ts';
import { openSetting } from './setting/town-setting.ts';
import type { Setting } from './setting/town-setting.ts';
import { identify, meet, part, seePicture } from './setting/visit-scenes.ts';
import type { AtDesk, AtKiosk } from './setting/visit-scenes.ts';

describe('the kiosk, when something goes wrong', function () {
  this.timeout(120_000);
  let setting: Setting;
  let desk: AtDesk;
  let kiosk: AtKiosk;
  before(async () => {
    setting = await openSetting();
    kiosk = await setting.openKiosk();
  });
  after(() => setting?.close());

  it('says when and where there is a person, instead of an endless wait, while nobody is on duty', async () => {
    await kiosk.screen.askForPerson();
    await kiosk.screen.heading('Ora nessuno può rispondere');
    const words = await kiosk.screen.words();
    for (const sentence of ['Ora nessuna persona è in servizio.', 'Può tornare in questi orari, telefonare o andare all’ufficio.', 'lunedì', 'Piazza della Fonte 1', '+39 00 0000 000']) {
      expect(words).to.include(sentence);
    }
    await kiosk.screen.touch(/^Fine/);
    await kiosk.screen.touch('Sì, ho finito');
    await kiosk.screen.heading('Certificati con l’aiuto di una persona');
  });

  it('comes back into the same visit after its page is loaded again', async () => {
    desk = await setting.openDesk('Marta');
    await desk.screen.goAvailable();
    await identify(setting, kiosk);
    await meet(kiosk, desk);
    await seePicture(desk.screen.citizenVideo(), kioskSignal);
    await kiosk.browser.page.reload();
    await kiosk.screen.heading('Marta è con Lei');
    await seePicture(kiosk.screen.operatorVideo(), operatorSignal);
    await seePicture(desk.screen.citizenVideo(), kioskSignal);
    expect(await desk.screen.words()).to.include('14/03/1985');
    await part(setting, kiosk, desk);
  });
});
