import { expect } from 'chai';
import { setStage } from './setting/stage.ts';
import { kioskSignal, operatorSignal } from './setting/test-media.ts';
import { identify, meet, part, seeEachOther, seePicture } from './setting/visit-scenes.ts';

describe('the kiosk, when something goes wrong', function () {
  this.timeout(120_000);
  const stage = setStage({ onDuty: false });

  it('says when and where there is a person, instead of an endless wait, while nobody is on duty', async () => {
    const { kiosk } = stage;
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
    const { setting, desk, kiosk } = stage;
    await desk.screen.goAvailable();
    await identify(setting, kiosk);
    await meet(kiosk, desk);
    await seePicture(desk.screen.citizenVideo(), kioskSignal);
    await kiosk.browser.page.reload();
    await kiosk.screen.heading('Marta è con Lei');
    await seeEachOther(kiosk, desk, operatorSignal);
    expect(await desk.screen.words()).to.include('14/03/1985');
    await part(setting, kiosk, desk);
  });
});
