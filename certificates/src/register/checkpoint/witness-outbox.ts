import { backoff, delay } from '@videosportello/protocol/rpc/retry-policy.ts';
import type { RegisterCheckpoints } from '../register.ts';
import { checkpointOf, textOfNote } from './checkpoint.ts';
import { OutboxError } from './outbox.ts';
import type { CheckpointOutbox } from './outbox.ts';

/** How long one request may take, ms, and how many a round makes of those that fail. */
const REQUEST_MS = 10_000;
const policy = backoff({ firstMs: 500, maxMs: 4_000, attempts: 3 });
/** Questions in one round: where the witness stands, the proof from there, and as often again when another node was faster. */
const MAX_TURNS = 6;
/** Longest answer that is read, bytes: signature lines of witnesses. */
const MAX_ANSWER = 65_536;

/**
 * A witness of transparency logs (c2sp.org/tlog-witness): it takes a checkpoint only with the proof that the tree it has
 * seen before is its beginning, so nobody who rolls the database back or writes it anew gets past it. Where it stands it
 * says itself, and it is asked anew after each start.
 *
 * @param prefix the witness's submission prefix; `/add-checkpoint` is added
 */
export function witnessOutbox(prefix: string, deps: { readonly random: () => number }): CheckpointOutbox {
  const address = `${prefix.replace(/\/+$/, '')}/add-checkpoint`;
  let accepted: { readonly number: number; readonly size: number } = { number: 0, size: 0 };
  return {
    name: 'witness',
    async deliver(checkpoints, { signal }) {
      let earlier = accepted.size;
      for (let turn = 0; turn < MAX_TURNS; turn += 1) {
        const last = await checkpoints.last();
        if (last === undefined || last.number <= accepted.number) return;
        const { size } = checkpointOf(textOfNote(last.note));
        if (earlier > size) throw new OutboxError('register-rolled-back', 'The witness has seen a longer register than this one.');
        const answer = await insist(address, await submission(checkpoints, { earlier, size, note: last.note }), deps.random, signal);
        if (answer.status === 200) {
          accepted = { number: last.number, size };
          return;
        }
        const known = standsAt(answer);
        if (known === earlier) throw new OutboxError('register-forked', 'The witness has seen another tree of this size.');
        earlier = known;
      }
      throw new OutboxError('outbox-unavailable', 'The witness stands elsewhere each time it is asked.');
    },
  };
}

/** `old SIZE`, the proof's hashes, an empty line, the note. */
async function submission(
  checkpoints: Pick<RegisterCheckpoints, 'proveConsistency'>,
  { earlier, size, note }: { readonly earlier: number; readonly size: number; readonly note: string },
): Promise<string> {
  const proof = await checkpoints.proveConsistency(earlier, size);
  return `old ${earlier}\n${proof.map((hash) => `${hash.toString('base64')}\n`).join('')}\n${note}`;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** The size a witness names with 409. @throws {OutboxError} for every other refusal */
function standsAt({ status, text }: Answer): number {
  if (status === 422) throw new OutboxError('register-forked', 'The witness finds that this tree does not continue the one it has seen.');
  if (status !== 409) throw new OutboxError('outbox-refused', `The witness does not take checkpoints of this register (${status}).`);
  if (!/^(?:0|[1-9]\d{0,14})\n$/.test(text)) throw new OutboxError('outbox-refused', 'The witness does not say where it stands.');
  return Number(text);
}

/** Posts until there is an answer that is not the server's own failure. @throws {OutboxError} `outbox-unavailable` */
async function insist(address: string, body: string, random: () => number, signal: AbortSignal): Promise<Answer> {
  for (const pause of policy.delays(random)) {
    try {
      const answer = await post(address, body, signal);
      if (answer.status < 500 && answer.status !== 429) return answer;
    } catch {
      // No line, no answer in time, one beyond all length: the next attempt tells, or the last one.
    }
    await delay(pause, signal);
  }
  throw new OutboxError('outbox-unavailable', 'The witness does not answer.');
}

async function post(address: string, body: string, signal: AbortSignal): Promise<Answer> {
  const response = await fetch(address, {
    method: 'POST',
    body,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]),
  });
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > MAX_ANSWER) throw new RangeError('The witness answers too much.');
    parts.push(part);
  }
  return { status: response.status, text: Buffer.concat(parts).toString('utf8') };
}
