import { expect } from 'chai';
import { loadVectors } from '../../../test/vectors/load.ts';
import { CardError } from '../../card-error.ts';
import { fromHex } from '../../primitives/bytes.ts';
import { verifyActiveAuthentication } from '../active-authentication/active-authentication.ts';
import { parseDg14 } from '../lds/dg14.ts';
import { parseDg15 } from '../lds/dg15.ts';
import { chooseChipAuthentication } from './chip-authentication.ts';

const chips = loadVectors<{ cases: readonly { dg14: string }[] }>('chip-authentication').cases;
const actives = loadVectors<{ cases: readonly { dg14?: string; dg15: string; challenge: string; signature: string }[] }>(
  'active-authentication',
).cases;
const MUTATIONS_EACH = 40;

/** Numbers from 0 to limit-1 that are the same at every run (Park and Miller, minimal standard generator). */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
}

/** One to three bytes changed; one in five is cut off as well. */
function mutate(bytes: Uint8Array, next: (limit: number) => number): Uint8Array {
  const changed = bytes.slice();
  for (let changes = 1 + next(3); changes > 0; changes -= 1) {
    const at = next(changed.length);
    changed[at] = (changed[at] ?? 0) ^ (1 + next(255));
  }
  return next(5) === 0 ? changed.subarray(0, next(changed.length)) : changed;
}

/** What comes of reading: `read`, or the code of the failure; anything else is thrown on. */
function outcomeOf(read: () => unknown): string {
  try {
    read();
    return 'read';
  } catch (error) {
    if (error instanceof CardError) return error.code;
    throw error;
  }
}

describe('mutated keys of a chip (seeded)', function () {
  this.timeout(60_000);

  it('DG14 is read or refused with a code', () => {
    const next = numbers(20_261_122);
    for (const { dg14 } of chips) {
      for (let i = 0; i < MUTATIONS_EACH; i += 1) {
        const file = mutate(fromHex(dg14), next);
        const outcome = outcomeOf(() => chooseChipAuthentication(parseDg14(file)));
        expect(outcome).to.be.oneOf(['read', 'malformed', 'unsupported']);
      }
    }
  });

  it('DG15 is read or refused with a code, and no changed key takes the signature', () => {
    const next = numbers(20_261_123);
    for (const { dg14, dg15, challenge, signature } of actives) {
      const algorithm = dg14 === undefined ? undefined : parseDg14(fromHex(dg14)).activeAuthentication;
      for (let i = 0; i < MUTATIONS_EACH; i += 1) {
        const file = mutate(fromHex(dg15), next);
        let stands = false;
        const outcome = outcomeOf(() => {
          const key = parseDg15(file);
          stands = verifyActiveAuthentication(key, algorithm, fromHex(challenge), fromHex(signature));
        });
        expect(outcome).to.be.oneOf(['read', 'malformed', 'unsupported']);
        expect(stands).to.equal(false);
      }
    }
  });
});
