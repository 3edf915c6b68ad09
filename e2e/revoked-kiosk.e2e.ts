import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { setStage } from './setting/stage.ts';
import { meet } from './setting/visit-scenes.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '..');
/** "Out within seconds". */
const REVOKED_WITHIN_MS = 5_000;

describe('a revoked kiosk', function () {
  this.timeout(120_000);
  const stage = setStage();

  it('is out within seconds, with a sentence on its screen and a word on the desk', async () => {
    const { setting, desk, kiosk } = stage;
    await meet(kiosk, desk);
    await run(process.execPath, ['queue-service/tools/kiosk.ts', 'revoke', 'kiosk-1', '--data-dir', join(setting.dataDirectory, 'queue')], { cwd: root });
    await kiosk.browser.page.getByRole('heading', { name: 'Sportello chiuso' }).waitFor({ timeout: REVOKED_WITHIN_MS });
    expect(await kiosk.screen.words()).to.include('Questo sportello non è più in servizio.');
    await desk.browser.page.getByText('esclusa').first().waitFor();
  });
});
