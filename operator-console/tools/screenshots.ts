// Pictures of every screen of the desk: node operator-console/tools/screenshots.ts FOLDER [NAME…]
// Each at 1280×720 (the least) and at 1920×1080 (the aim).

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { openScreens } from './screen-browser.ts';

const [folder, ...chosen] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Usage: node operator-console/tools/screenshots.ts FOLDER [NAME…]');
  process.exitCode = 2;
} else {
  await mkdir(folder, { recursive: true });
  await using screens = await openScreens();
  for (const name of chosen.length > 0 ? chosen : screens.names) {
    for (const [width, height] of [
      [1280, 720],
      [1920, 1080],
    ] as const) {
      const page = await screens.open(name, { width, height });
      const file = path.join(folder, `console-${name}-${width}.png`);
      await page.screenshot({ path: file });
      console.log(file);
    }
  }
  for (const fault of screens.faults) console.error(fault);
  if (screens.faults.length > 0) process.exitCode = 1;
}
