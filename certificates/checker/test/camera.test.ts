import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { GreyPicture } from '../../test/grey-picture.ts';
import { readPgm } from '../../test/grey-picture.ts';
import { filmOf } from './camera-film.ts';
import type { CameraPose } from './camera-film.ts';
import { openCheckerSetting, statusOf } from './checker-setting.ts';
import type { CheckerSetting } from './checker-setting.ts';

/** Over the stamp, at the page's lower left. */
const OVER_STAMP = { middle: [0.22, 0.83], scale: 1, turn: 0, tilt: 0 } as const;
const POSES: Readonly<Record<string, CameraPose>> = {
  'straight, in landscape': { ...OVER_STAMP, width: 1280, height: 720 },
  'in portrait, a little turned and tilted': { ...OVER_STAMP, width: 720, height: 1280, turn: 7, tilt: 0.08 },
  'in portrait, from further off': { ...OVER_STAMP, width: 1080, height: 1920, middle: [0.4, 0.6], scale: 1.1, turn: -5, tilt: 0.05 },
};

describe('the checking page’s camera', function () {
  this.timeout(120_000);
  this.slow(15_000);
  let setting: CheckerSetting;
  let page: GreyPicture;

  before(async () => {
    setting = await openCheckerSetting();
    const drawn = join(setting.folder, 'page');
    await promisify(execFile)('pdftoppm', ['-q', '-gray', '-r', '150', '-singlefile', setting.paper, drawn]);
    page = readPgm(await readFile(`${drawn}.pgm`));
  });
  after(() => setting?.[Symbol.asyncDispose]());

  for (const [name, pose] of Object.entries(POSES)) {
    it(`reads a stamp that is held ${name}`, async () => {
      const film = join(setting.folder, 'film.y4m');
      await writeFile(film, filmOf(page, pose));
      const checker = await setting.checker.openServed(setting.trust, { camera: film });
      await checker.getByRole('button', { name: /^Inquadra/ }).click();
      expect(await statusOf(checker)).to.match(/^VALID/);
      // The light of the camera goes out with it.
      expect(await checker.locator('camera-view').count()).to.equal(0);
      expect(setting.checker.faults.splice(0)).to.deep.equal([]);
    });
  }

  it('goes on looking at what is no stamp until the person stops it', async () => {
    const film = join(setting.folder, 'wall.y4m');
    await writeFile(film, filmOf({ width: 2, height: 2, pixels: new Uint8Array(4) }, { ...OVER_STAMP, width: 640, height: 480 }));
    const checker = await setting.checker.openServed(setting.trust, { camera: film });
    await checker.getByRole('button', { name: /^Inquadra/ }).click();
    await checker.evaluate(`new Promise((resolve) => {
      const video = document.querySelector('checker-app').shadowRoot.querySelector('camera-view').shadowRoot.querySelector('video');
      let left = 30;
      const seen = () => {
        globalThis.track = video.srcObject?.getTracks()[0];
        left-- > 0 ? video.requestVideoFrameCallback(seen) : resolve();
      };
      seen();
    })`);
    expect(await checker.locator('camera-view').count()).to.equal(1);
    expect(await checker.evaluate('track.readyState')).to.equal('live');
    await checker.getByRole('button', { name: 'Interrompi' }).click();
    await checker.getByRole('button', { name: /^Inquadra/ }).waitFor();
    expect(await checker.evaluate('track.readyState')).to.equal('ended');
  });

  it('says when there is no camera, and offers the file instead', async () => {
    const checker = await setting.checker.openServed(setting.trust);
    await checker.getByRole('button', { name: /^Inquadra/ }).click();
    expect(await checker.getByRole('alert').textContent()).to.contain('La fotocamera non è disponibile');
    expect(await checker.getByText('Apri una foto o un PDF').isVisible()).to.equal(true);
  });
});
