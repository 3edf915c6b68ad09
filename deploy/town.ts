import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { startTown } from './run/start-town.ts';

/*
 * `npm start`: a whole town on this machine, until Ctrl+C. Services log to the data folder, so that this window says only
 * what a person needs.
 */
const names: Readonly<Record<string, string>> = {
  bench: 'virtual devices (card reader, printer, scanner)',
  'sign-in': 'sign-in for operators',
  queue: 'queue',
  sfu: 'media server',
  certificates: 'certificates',
  devices: "the kiosk's device service",
};

if (!process.argv.includes('--demo')) {
  console.error('Only the demo town can be started by this command: say --demo. See README.md for a town of several machines.');
  process.exit(2);
}

const dataDirectory = resolve(process.env['DATA_DIR'] ?? join(import.meta.dirname, '../data/demo'));
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());

await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
const log = createWriteStream(join(dataDirectory, 'town.log'), { flags: 'a', mode: 0o600 });
const started = performance.now();
try {
  await using town = await startTown({
    dataDirectory,
    ports: 'preferred',
    onLog: (_service, line) => log.write(`${line}\n`),
    onProgress: (name) => console.log(`  starting ${names[name] ?? name}`),
  });
  console.log(`
The demo town is open (${((performance.now() - started) / 1000).toFixed(1)} s). Everybody in it is invented.

  kiosk    ${town.addresses.kiosk}
  console  ${town.addresses.console}
  bench    ${town.addresses.bench}

Open the kiosk in one window and the console in another, and the bench beside them to put a card on the reader.
Microphones start muted: two open ones on one desk howl. Log: ${join(dataDirectory, 'town.log')}. Ctrl+C ends the town.
`);
  const why = await Promise.race([town.died, once(stopping.signal, 'abort').then(() => undefined)]);
  if (why !== undefined) throw new Error(why);
  console.log('Closing the town.');
} catch (error) {
  console.error(`The town could not go on: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  log.end();
}
