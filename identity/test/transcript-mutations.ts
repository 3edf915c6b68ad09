/** Seeded changes to recorded dialogues: the same seed makes the same changes. */
import { createHash } from 'node:crypto';
import type { CardPort } from '../src/port.ts';
import { concat, fromHex, toHex } from '../src/primitives/bytes.ts';

/** Numbers from 0 to limit-1, repeatable. */
export type Dice = (limit: number) => number;

export function dice(seed: string): Dice {
  let block = Buffer.alloc(0);
  let blocks = 0;
  return (limit) => {
    if (block.length < 4) {
      block = createHash('sha512').update(`${seed} ${blocks}`).digest();
      blocks += 1;
    }
    const number = block.readUInt32BE(0);
    block = block.subarray(4);
    return number % limit;
  };
}

/** Repeatable random bytes. */
export function diceBytes(seed: string): (length: number) => Uint8Array {
  const roll = dice(seed);
  return (length) => Uint8Array.from({ length }, () => roll(256));
}

const STATUS_WORDS = [
  '9000', '6282', '6300', '63C0', '6700', '6982', '6985', '6987', '6988', '6A80', '6A82', '6A88', '6B00', '6C00',
  '6C10', '6100', '61FF', '6D00', '6F00', '0000', 'FFFF',
].map(fromHex);

const LENGTHS = ['80', '81FF', '82FFFF', '83FFFFFF', '847FFFFFFF', '84FFFFFFFF', '00', '7F', 'FF'].map(fromHex);

type Change = (response: Uint8Array, roll: Dice) => Uint8Array;

const flipBit: Change = (response, roll) => {
  const at = roll(response.length);
  return response.with(at, (response[at] ?? 0) ^ (1 << roll(8)));
};
const setByte: Change = (response, roll) => response.with(roll(response.length), roll(256));
const cutEnd: Change = (response, roll) => response.slice(0, roll(response.length));
const cutMiddle: Change = (response, roll) => {
  const at = roll(response.length);
  return concat(response.subarray(0, at), response.subarray(at + 1 + roll(8)));
};
const insert: Change = (response, roll) => {
  const at = roll(response.length + 1);
  const added = Uint8Array.from({ length: 1 + roll(16) }, () => roll(256));
  return concat(response.subarray(0, at), added, response.subarray(at));
};
const lieAboutLength: Change = (response, roll) => {
  const at = roll(Math.min(6, response.length));
  return concat(response.subarray(0, at), LENGTHS[roll(LENGTHS.length)] ?? response, response.subarray(at + 1));
};
const changeStatus: Change = (response, roll) =>
  concat(response.subarray(0, -2), STATUS_WORDS[roll(STATUS_WORDS.length)] ?? response);
const onlyStatus: Change = (_response, roll) => concat(STATUS_WORDS[roll(STATUS_WORDS.length)] ?? fromHex('6F00'));
const noise: Change = (_response, roll) => Uint8Array.from({ length: roll(300) }, () => roll(256));

const CHANGES: readonly Change[] = [
  flipBit, flipBit, flipBit, setByte, cutEnd, cutMiddle, insert, lieAboutLength, changeStatus, onlyStatus, noise,
];

/** The responses with one to three changes: bytes, lengths, status words, order, or a response of another dialogue. */
export function mutate(
  responses: readonly Uint8Array[],
  others: readonly Uint8Array[],
  roll: Dice,
): readonly Uint8Array[] {
  const original = responses.map(toHex).join();
  let changed = [...responses];
  do {
    for (let left = 1 + roll(3); left > 0; left -= 1) changed = mutateOnce(changed, others, roll);
  } while (changed.map(toHex).join() === original);
  return changed;
}

function mutateOnce(responses: readonly Uint8Array[], others: readonly Uint8Array[], roll: Dice): Uint8Array[] {
  const at = roll(responses.length);
  const response = responses[at] ?? new Uint8Array(0);
  const kind = roll(CHANGES.length + 4);
  const changed = [...responses];
  const change = CHANGES[kind];
  if (change !== undefined && response.length > 0) changed[at] = change(response, roll);
  else if (kind === CHANGES.length) changed.splice(at, 1, responses[roll(responses.length)] ?? response);
  else if (kind === CHANGES.length + 1 && responses.length > 1) changed.splice(at, 1);
  else if (kind === CHANGES.length + 2) changed.splice(at, 0, response);
  else changed[at] = others[roll(others.length)] ?? response;
  return changed;
}

/** A recording port: keeps every response that passed. */
export function recordingPort(port: CardPort): CardPort & { readonly responses: Uint8Array[] } {
  const responses: Uint8Array[] = [];
  return {
    responses,
    async exchange(commands, options) {
      const answers = await port.exchange(commands, options);
      responses.push(...answers);
      return answers;
    },
  };
}

/** Plays responses in order, whatever is asked, by the rule of the port; answers 6F00 when they are used up. */
export function replayPort(
  responses: readonly Uint8Array[],
): CardPort & { readonly exchanges: () => number; readonly played: () => readonly Uint8Array[] } {
  let next = 0;
  let exchanges = 0;
  return {
    exchanges: () => exchanges,
    played: () => responses.slice(0, next),
    async exchange(commands) {
      exchanges += 1;
      const answers: Uint8Array[] = [];
      for (let i = 0; i < commands.length; i += 1) {
        const answer = responses[next] ?? fromHex('6F00');
        next += 1;
        answers.push(answer);
        if (toHex(answer.subarray(-2)) !== '9000') break;
      }
      return answers;
    },
  };
}
