import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';

/** How long the service may take to answer, ms. */
const ANSWER_TIMEOUT_MS = 10_000;

const usage = `Enrols and revokes kiosks at the queue service running on this machine.

  npm run kiosk -- enrol --id kiosk-1 --name "Centro La Torre" --town "Valfiorita"
  npm run kiosk -- list
  npm run kiosk -- revoke kiosk-1

  --data-dir DIR   the queue service's folder (default: DATA_DIR, else the demo's, data/demo/queue)
`;

const failure = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const code = z.object({ code: z.string(), expiresAt: z.number() });
const list = z.object({
  kiosks: z.array(z.object({ kioskId: z.string(), name: z.string(), town: z.string(), revoked: z.boolean(), connected: z.boolean() })),
});

/** Asks the running service; the token proves that the caller may read its folder. Throws Error with a plain sentence. */
async function ask<Schema extends z.ZodType>(
  dataDir: string,
  method: 'GET' | 'POST',
  path: string,
  schema: Schema,
  body?: object,
): Promise<z.output<Schema>> {
  let url: string;
  let token: string;
  try {
    ({ url } = z.object({ url: z.url() }).parse(JSON.parse(await readFile(join(dataDir, 'admin.json'), 'utf8'))));
    token = (await readFile(join(dataDir, 'admin-token'), 'utf8')).trim();
  } catch (cause) {
    throw new Error(`No running queue service is known in ${dataDir}; start it, or name its folder with --data-dir.`, { cause });
  }
  let answer: unknown;
  try {
    const response = await fetch(new URL(path, url), {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    answer = await response.json();
  } catch (cause) {
    throw new Error('The queue service does not answer.', { cause });
  }
  const refused = failure.safeParse(answer);
  if (refused.success) throw new Error(`${refused.data.error.message} (${refused.data.error.code})`);
  return schema.parse(answer);
}

async function run(): Promise<string> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      id: { type: 'string' },
      name: { type: 'string' },
      town: { type: 'string' },
      'data-dir': { type: 'string', default: process.env['DATA_DIR'] ?? 'data/demo/queue' },
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
