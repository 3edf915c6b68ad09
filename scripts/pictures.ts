import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/*
 * Pictures of every screen and of the printed page, by the project's own tools, with invented people only:
 * npm run pictures -- FOLDER
 */
const run = promisify(execFile);
const root = resolve(import.meta.dirname, '..');
const [given] = process.argv.slice(2);
if (given === undefined) {
  console.error('Say where the pictures go: npm run pictures -- FOLDER');
  process.exit(2);
}
const folder = resolve(given);
const node = (script: string, ...parameters: string[]) =>
  run(process.execPath, [join(root, script), ...parameters], { cwd: root, timeout: 300_000, maxBuffer: 10_000_000 });

await mkdir(folder, { recursive: true });
await node('kiosk-client/tools/screenshots.ts', join(folder, 'kiosk'));
console.log(`kiosk: ${join(folder, 'kiosk')}`);
await node('operator-console/tools/screenshots.ts', join(folder, 'console'));
console.log(`console: ${join(folder, 'console')}`);

const papers = await mkdtemp(join(tmpdir(), 'vs-papers-'));
try {
  await node('certificates/tools/certificates.ts', 'sample', '--type', 'residence', '--out', papers);
  for (const edition of ['paper', 'original']) {
    await run('pdftoppm', ['-r', '80', '-png', '-singlefile', join(papers, `residence.${edition}.pdf`), join(folder, `residence-${edition}`)]);
    console.log(`printed page: ${join(folder, `residence-${edition}.png`)}`);
  }
} finally {
  await rm(papers, { recursive: true, force: true });
}
