import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { ask, DEMO_DATA_DIR } from './ask-service.ts';

const usage = `Enrols and revokes kiosks at the queue service running on this machine.

  npm run kiosk -- enrol --id kiosk-1 --name "Centro La Torre" --town "Valfiorita"
  npm run kiosk -- list
  npm run kiosk -- revoke kiosk-1

  --data-dir DIR   the queue service's folder (default: DATA_DIR, else the demo's, data/demo/queue)
`;

const code = z.object({ code: z.string(), expiresAt: z.number() });
const list = z.object({
  kiosks: z.array(z.object({ kioskId: z.string(), name: z.string(), town: z.string(), revoked: z.boolean(), connected: z.boolean() })),
});

async function run(): Promise<string> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      id: { type: 'string' },
      name: { type: 'string' },
      town: { type: 'string' },
      'data-dir': { type: 'string', default: process.env['DATA_DIR'] ?? DEMO_DATA_DIR },
    },
  });
  const dataDir = resolve(values['data-dir']);
  const [command, subject] = positionals;
  if (command === 'enrol') {
    const { id, name, town } = values;
    if (id === undefined || name === undefined || town === undefined) throw new Error('enrol needs --id, --name and --town.');
    const allowed = await ask(dataDir, 'POST', '/admin/kiosks', code, { kioskId: id, name, town });
    const until = new Date(allowed.expiresAt).toLocaleTimeString('it-IT', { hour: '2-digit', minute: '2-digit' });
    return `${allowed.code}\nGive this code to the device service of ${id}. It serves once, until ${until}.`;
  }
  if (command === 'list') {
    const { kiosks } = await ask(dataDir, 'GET', '/admin/kiosks', list);
    const lines = kiosks.map(({ kioskId, name, town, revoked, connected }) =>
      [kioskId, revoked ? 'revoked' : connected ? 'connected' : 'away', name, town].join('\t'),
    );
    return lines.length === 0 ? 'No kiosk is enrolled.' : lines.join('\n');
  }
  if (command === 'revoke') {
    const id = subject ?? values.id;
    if (id === undefined) throw new Error('revoke needs the id of a kiosk.');
    await ask(dataDir, 'POST', '/admin/kiosks/revoke', z.object({ revoked: z.string() }), { kioskId: id });
    return `${id} is revoked: it is cut off now and must be enrolled anew.`;
  }
  throw new Error(usage);
}

try {
  process.stdout.write(`${await run()}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : 'It failed.'}\n`);
  process.exitCode = 1;
}
