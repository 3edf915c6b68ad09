import { expect } from 'chai';
import { deskScreen } from './setting/desk-screen.ts';
import { setStage } from './setting/stage.ts';
import { colleagueSignal, kioskSignal, operatorSignal } from './setting/test-media.ts';
import { identify, meet, part, seeEachOther, seePicture } from './setting/visit-scenes.ts';

describe('the desk, when something goes wrong', function () {
  this.timeout(120_000);
  const stage = setStage();

  it('tells the first of two tabs that it is the second’s turn, and gives the visit back when it is asked to', async () => {
    const { setting, desk, kiosk } = stage;
    await identify(setting, kiosk);
    await meet(kiosk, desk);
    const second = await desk.browser.context.newPage();
    await second.goto(setting.town.addresses.console);
    await second.getByRole('tab', { name: /Centro La Torre/ }).waitFor();
    const first = desk.browser.page;
    await first.getByRole('heading', { name: 'Lo sportello è stato aperto in un’altra finestra' }).waitFor();
    expect(await desk.screen.words()).to.include('Le visite proseguono nell’altra finestra.');
    await seePicture(deskScreen(second).citizenVideo(), kioskSignal);
    await kiosk.screen.heading('Marta è con Lei');

    await first.bringToFront();
    await desk.screen.press('Riprendi lo sportello qui');
    await first.getByRole('tab', { name: /Centro La Torre/ }).waitFor();
    await second.getByRole('heading', { name: 'Lo sportello è stato aperto in un’altra finestra' }).waitFor();
    await seePicture(desk.screen.citizenVideo(), kioskSignal);
    await first.getByText('14/03/1985').first().waitFor();
    await second.close();
    await part(setting, kiosk, desk);
  });

  it('says "one moment" while the operator’s page is away, and gives him the visit back as it was', async () => {
    const { setting, desk, kiosk } = stage;
    await identify(setting, kiosk);
    await meet(kiosk, desk);
    const { context, page: first } = desk.browser;
    const next = await context.newPage();
    await first.close();
    await kiosk.browser.page.getByText('Un momento: Marta torna subito da Lei').waitFor();
    await next.goto(setting.town.addresses.console);
    await next.getByRole('tab', { name: /Centro La Torre/ }).waitFor();
    await next.getByText('14/03/1985').first().waitFor();
    await kiosk.screen.heading('Marta è con Lei');
    stage.desk = { browser: { ...desk.browser, page: next }, screen: deskScreen(next) };
    await seeEachOther(kiosk, stage.desk, operatorSignal);
    await part(setting, kiosk, stage.desk);
  });

  it('offers the visit of an operator who does not come back to another, who finds it as it was', async () => {
    const { setting, desk, kiosk } = stage;
    await identify(setting, kiosk);
    await meet(kiosk, desk);
    const paolo = await setting.openDesk('Paolo');
    await paolo.screen.goAvailable();
    await desk.browser.close();
    await kiosk.screen.heading('Un momento: torniamo subito da Lei');
    await paolo.browser.page.getByText('Una visita da riprendere').waitFor();
    await paolo.screen.accept();
    await kiosk.screen.heading('Paolo è con Lei');
    await paolo.browser.page.getByText('14/03/1985').first().waitFor();
    await seeEachOther(kiosk, paolo, colleagueSignal);
    await part(setting, kiosk, paolo);
  });
});
