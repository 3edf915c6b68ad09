import { setStage } from './setting/stage.ts';
import { meet, part } from './setting/visit-scenes.ts';

describe('a kiosk and a desk without camera and microphone', function () {
  this.timeout(120_000);
  const stage = setStage({ media: false });

  it('go on by text both ways, letter by letter', async () => {
    const { setting, desk, kiosk } = stage;
    await meet(kiosk, desk);
    await kiosk.browser.page.getByText('Immagine e voce non vanno. Potete scrivervi: tocchi «Scrivo».').waitFor();
    await desk.browser.page.getByText(/^Camera e microfono mancano .* il cittadino La legge, non La vede e non La sente\.$/).waitFor();

    const field = desk.browser.page.getByRole('textbox', { name: 'Scrivi a Centro La Torre' });
    await field.pressSequentially('Buongior');
    await kiosk.screen.touch('Scrivo');
    await kiosk.browser.page.getByRole('log').getByText('Buongior', { exact: true }).waitFor();
    await field.pressSequentially('no');
    await desk.screen.press('Invia');
    await kiosk.browser.page.getByRole('log').getByText('Buongiorno', { exact: true }).waitFor();

    await kiosk.screen.touch(/^s$/);
    const lines = desk.screen.textLines();
    await lines.filter({ hasText: /sta scrivendo\s*s\s*$/ }).waitFor();
    await kiosk.screen.touch(/^u$/);
    await kiosk.screen.touch('Invia');
    await lines.filter({ hasText: /su\s*$/ }).filter({ hasNotText: 'sta scrivendo' }).waitFor();
    await part(setting, kiosk, desk);
  });
});
