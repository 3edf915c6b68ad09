// Pictures of every screen of the desk: node operator-console/tools/screenshots.ts FOLDER [NAME…]
// In Italian at 1280×720 (the least) and at 1920×1080 (the aim), in English, and as 1280×720 looks at 200 per cent zoom.

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { openScreens } from './screen-browser.ts';

/** Ways of looking at a screen; zoom halves the page's pixels (WCAG 1.4.4). */
const views = [
  { mark: '1280', width: 1280, height: 720 },
  { mark: '1920', width: 1920, height: 1080 },
  { mark: 'en', language: 'en', width: 1280, height: 720 },
  { mark: 'zoom', width: 640, height: 360 },
] as const;

const [folder, ...chosen] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Usage: node operator-console/tools/screenshots.ts FOLDER [NAME…]');
  process.exitCode = 2;
} else {
  await mkdir(folder, { recursive: true });
  await using screens = await openScreens();
  for (const name of chosen.length > 0 ? chosen : screens.names) {
    for (const { mark, ...view } of views) {
      const page = await screens.open(name, view);
      const file = path.join(folder, `console-${name}-${mark}.png`);
      await page.screenshot({ path: file, fullPage: true });
      console.log(file);
    }
  }
  for (const fault of screens.faults) console.error(fault);
  if (screens.faults.length > 0) process.exitCode = 1;
}
