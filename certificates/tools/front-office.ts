import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createSpecimenRegistry } from '../src/source/specimen-registry.ts';
import { startFrontOfficeServer } from './front-office-server.ts';

const USAGE = `A front-office system with invented people, to try the connector against (contract: src/source/FRONT-OFFICE.md).

  node certificates/tools/front-office.ts --token-file FILE [--port PORT] [--citizens FILE] [--seed N]
      serves the specimen registry on 127.0.0.1 until it is stopped; prints the address for FRONT_OFFICE_URL

--token-file  the bearer token it wants
--port        default: a free one
--citizens    JSON file of the people the demo's cards belong to; default: the demo's
--seed        another number, another town; default 1`;

const CITIZENS = fileURLToPath(new URL('../../deploy/demo/citizens.json', import.meta.url));

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'token-file': { type: 'string' },
      port: { type: 'string', default: '0' },
      citizens: { type: 'string', default: CITIZENS },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  const port = Number(values.port);
  const seed = Number(values.seed);
  const isUsable = Number.isInteger(port) && port >= 0 && port < 65_536 && Number.isInteger(seed);
  if (values.help || values['token-file'] === undefined || !isUsable) {
    console.error(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const token = (await readFile(values['token-file'], 'utf8')).trim();
  const source = await createSpecimenRegistry({ citizensFile: values.citizens, seed });
  const server = await startFrontOfficeServer({ source, token, listen: { host: '127.0.0.1', port } });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server[Symbol.asyncDispose]());
  console.log(server.url);
}

await main().catch((error: unknown) => {
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  console.error(`The front office cannot start${code}.\n\n${USAGE}`);
  process.exitCode = 1;
});
