import { expect } from 'chai';
import { setStage } from './setting/stage.ts';
import { operatorSignal } from './setting/test-media.ts';
import { hearEachOther, identify, meet, openMicrophones, part, seeEachOther } from './setting/visit-scenes.ts';

/** A page shows its grant again at once, and gets a fresh one every half minute at the latest. */
const BACK_WITHIN_MS = 60_000;

describe('the media server, when something goes wrong', function () {
  this.timeout(150_000);
  const stage = setStage();

  it('comes back after it was killed in the middle of a talk, with face and voice on both sides; text goes on meanwhile', async () => {
    const { setting, desk, kiosk } = stage;
    const [deskPage, kioskPage] = [desk.browser.page, kiosk.browser.page];
    await identify(setting, kiosk);
    await meet(kiosk, desk);
    await openMicrophones(kiosk, desk);
    await seeEachOther(kiosk, desk, operatorSignal);
    await hearEachOther(kiosk, desk, operatorSignal);
    const before = setting.logs.length;

    process.kill(setting.town.services.get('sfu')?.pid ?? expect.fail('no media server'), 'SIGKILL');
    await Promise.all([
      kioskPage.getByText('La linea è debole. Stiamo riprovando: resti qui.').waitFor(),
      deskPage.getByText('La linea video è caduta: la pagina la riprende da sola. Il testo continua.').first().waitFor(),
    ]);
    await desk.screen.write('La vedo di nuovo tra poco.');
    await kioskPage.getByText('La vedo di nuovo tra poco.').waitFor();
    await kiosk.screen.write('su');
    await desk.screen.textLines().filter({ hasText: /su\s*$/ }).filter({ hasNotText: 'sta scrivendo' }).waitFor();
    expect(await desk.screen.words()).not.to.include('Non consegnato');

    await setting.town.restart('sfu');
    await seeEachOther(kiosk, desk, operatorSignal, BACK_WITHIN_MS);
    await hearEachOther(kiosk, desk, operatorSignal);
    await deskPage.getByText('Immagine e voce ci sono.').first().waitFor();
    await kioskPage.getByText('Marta La vede e La sente').first().waitFor();

    // Nobody left anybody: the visit stayed with this operator all the time, and what was known of the person is there.
    const steps = setting.logs.slice(before).filter((line) => /"msg":"visit\./.test(line));
    expect(steps).to.deep.equal([]);
    expect(await desk.screen.words()).to.include('14/03/1985');
    await part(setting, kiosk, desk);
  });
});
