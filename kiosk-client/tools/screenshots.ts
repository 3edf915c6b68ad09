import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openScreensPage } from './screens-page.ts';

/*
 * Pictures of every screen: node kiosk-client/tools/screenshots.ts FOLDER [--only NAME,NAME] [--large] [--contrast] [--reach] [--english]
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    large: { type: 'boolean', default: false },
    contrast: { type: 'boolean', default: false },
    reach: { type: 'boolean', default: false },
    english: { type: 'boolean', default: false },
  },
});
const [folder] = positionals;
if (folder === undefined) throw new Error('Say where the pictures go: screenshots.ts FOLDER');
await mkdir(folder, { recursive: true });

await using screens = await openScreensPage();
const { page } = screens;
const names = values.only?.split(',') ?? (await page.evaluate<string[]>('screenNames'));
const preferences = { largeText: values.large, highContrast: values.contrast, reach: values.reach };
for (const name of names) {
  await page.evaluate(`showScreen(${JSON.stringify(name)}, ${JSON.stringify(values.english ? 'en' : 'it')}, ${JSON.stringify(preferences)})`);
  await page.waitForTimeout(250);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  console.log(name);
}
for (const complaint of screens.complaints) console.error(complaint);
