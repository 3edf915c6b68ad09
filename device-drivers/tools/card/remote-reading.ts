/**
 * A server that reads a card which lies elsewhere: a process that gets orders to read over Node's IPC channel and asks the
 * other end, message by message, to run commands on the card. Each `exchange` is one trip over the network. For
 * measuring; no trust and no verdict.
 *
 *   waiting --read--> reading --exchange/responses--> reading --done, failed--> waiting
 */
import { randomBytes } from 'node:crypto';
import { abortError, CardError } from '@videosportello/identity/card-error.ts';
import { readDocument } from '@videosportello/identity/emrtd/read-document.ts';
import type { CardPort } from '@videosportello/identity/port.ts';
import { z } from 'zod';

const hex = z.string().regex(/^(?:[0-9a-f]{2})*$/);
const order = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('read'),
    can: z.string().regex(/^\d{6}$/),
    photo: z.boolean(),
    lengths: z.enum(['short', 'extended']),
  }),
  z.strictObject({ type: z.literal('responses'), responses: z.array(hex).min(1) }),
]);

type ReadOrder = Extract<z.output<typeof order>, { type: 'read' }>;

/** How long the far end may take for one exchange, in milliseconds. */
const DEADLINE_MS = 30_000;

const say = (message: object): void => {
  process.send?.(message);
};

/** Takes the answers of the exchange that is under way. */
let takeResponses: ((responses: readonly string[]) => void) | undefined;

const port: CardPort = {
  async exchange(commands, { signal }) {
    const answer = Promise.withResolvers<readonly string[]>();
    const abort = (): void => answer.reject(abortError(signal));
    takeResponses = answer.resolve;
    signal.addEventListener('abort', abort, { once: true });
    say({ type: 'exchange', commands: commands.map((command) => Buffer.from(command).toString('hex')) });
    try {
      return (await answer.promise).map((response) => Uint8Array.from(Buffer.from(response, 'hex')));
    } finally {
      takeResponses = undefined;
      signal.removeEventListener('abort', abort);
    }
  },
};

async function read({ can, photo, lengths }: ReadOrder): Promise<void> {
  try {
    const { files } = await readDocument(port, {
      password: { kind: 'can', can },
      files: photo ? ['dg1', 'dg11', 'dg2'] : ['dg1', 'dg11'],
      lengths,
      random: randomBytes,
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    say({ type: 'done', bytes: Object.fromEntries(Array.from(files, ([name, file]) => [name, file.length])) });
  } catch (error) {
    if (!(error instanceof CardError)) throw error;
    say({ type: 'failed', code: error.code });
  }
}

process.on('message', (received: unknown) => {
  const message = order.parse(received);
  if (message.type === 'responses') takeResponses?.(message.responses);
  else void read(message);
});
process.once('disconnect', () => process.exit(0));
