import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { ask, DEMO_DATA_DIR } from './ask-service.ts';

const usage = `Media and certificate nodes of the queue service running on this machine.

  npm run nodes -- list
  npm run nodes -- drain media-1      new visits go elsewhere; stop it when it has no rooms left
  npm run nodes -- resume media-1     it takes visits again

  --data-dir DIR   the queue service's folder (default: DATA_DIR, else the demo's, ${DEMO_DATA_DIR})
`;

const list = z.object({
  nodes: z.array(z.object({ nodeId: z.string(), kind: z.string(), rooms: z.number(), draining: z.boolean() })),
});
const drained = z.object({ rooms: z.number() });
const rooms = (count: number) => `${count} ${count === 1 ? 'room' : 'rooms'}`;

async function run(): Promise<string> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { 'data-dir': { type: 'string', default: process.env['DATA_DIR'] ?? DEMO_DATA_DIR } },
  });
  const dataDir = resolve(values['data-dir']);
  const [command, nodeId] = positionals;
  if (command === 'list' && nodeId === undefined) {
    const { nodes } = await ask(dataDir, 'GET', '/admin/nodes', list);
    const lines = nodes.map((node) => [node.nodeId, node.kind, node.draining ? 'draining' : 'open', rooms(node.rooms)].join('\t'));
    return lines.length === 0 ? 'No node is registered.' : lines.join('\n');
  }
  if ((command === 'drain' || command === 'resume') && nodeId !== undefined) {
    const draining = command === 'drain';
    const has = await ask(dataDir, 'POST', '/admin/nodes/drain', drained, { nodeId, draining });
    return draining ? `${nodeId} gets no new visits while another node is there; it has ${rooms(has.rooms)}.` : `${nodeId} takes visits again.`;
  }
  throw new Error(usage);
}

try {
  process.stdout.write(`${await run()}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : 'It failed.'}\n`);
  process.exitCode = 1;
}
