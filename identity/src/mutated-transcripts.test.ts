import { inspect } from 'node:util';
import { expect } from 'chai';
import { chipProof, italianCard, nationalApplication, publishedPace, reading, SECRETS, serviceCard } from '../test/mutated-dialogues.ts';
import type { Dialogue, Established } from '../test/mutated-dialogues.ts';
import { dice, mutate, replayPort } from '../test/transcript-mutations.ts';
import { CARD_ERRORS, CardError } from './card-error.ts';

/** More exchanges than any card that answers in pieces can bring a reading to. */
const EXCHANGE_LIMIT = 1000;

/**
 * What a changed transcript may come to instead of an error: no answer turns to yes, and whoever is still answered for as
 * before is told nothing else of. Some of what was told may be missing, where it comes in the clear.
 */
function mustBeNoMore({ answers, claims }: Established, truth: Established, label: string): void {
  for (const [name, answer] of Object.entries(answers)) {
    if (answer === 'yes') expect(truth.answers[name], `${label}: ${name}`).to.equal('yes');
  }
  if (answers['genuine'] === truth.answers['genuine']) expect(truth.claims, label).to.include(claims);
}

/** Nothing of card or holder, in the error or in what is behind it: no text, no bytes, no number as long as a key's. */
function mustTellNothing(error: CardError, label: string): void {
  const shown = inspect(error, { depth: 10 });
  for (const secret of SECRETS) expect(shown, label).not.to.include(secret);
  expect(shown, label).not.to.match(/<Buffer|(?:Uint8Array|Buffer|ArrayBuffer)\(\d+\)/);
  for (let behind: unknown = error; behind instanceof CardError; behind = behind.cause) {
    expect(behind.message, label).not.to.match(/[0-9a-f]{8}/i);
  }
}

describe('10,000 mutations of valid transcripts', function () {
  this.timeout(600_000);
  let dialogues: readonly { readonly runs: number; readonly dialogue: Dialogue }[] = [];

  before(async () => {
    const aes = { cipher: 'aes-128', nonce: new Uint8Array(16).fill(0x5a) } as const;
    const noPace = { noCardAccess: true } as const;
    dialogues = [
      { runs: 2000, dialogue: await reading('BAC, triple DES', noPace) },
      { runs: 1400, dialogue: await reading('BAC, extended length', noPace, { lengths: 'extended' }) },
      { runs: 500, dialogue: await chipProof('BAC, chip authentication', 'dg14') },
      { runs: 800, dialogue: await chipProof('BAC, active authentication', 'dg15') },
      { runs: 600, dialogue: await reading('PACE over MODP group 0, AES-128, CAN', { parameterId: 0, ...aes }, { password: 'can' }) },
      { runs: 300, dialogue: await reading('PACE over secp256r1, AES-128, MRZ', { parameterId: 12, ...aes }) },
      { runs: 100, dialogue: await italianCard('PACE over MODP group 2, triple DES, CAN, chip authentication') },
      { runs: 200, dialogue: publishedPace('pace-ecdh-gm') },
      { runs: 100, dialogue: publishedPace('pace-dh-gm') },
      { runs: 3000, dialogue: await serviceCard('CNS: files, PIN, signature') },
      { runs: 1000, dialogue: await nationalApplication('CIE, national application') },
    ];
    expect(dialogues.reduce((sum, { runs }) => sum + runs, 0)).to.equal(10_000);
  });

  it('are refused with a code of the closed list, or prove no more than the card did, and tell nothing of it', async () => {
    const codes = new Map<string, number>();
    const ends = { unchanged: 0, weaker: 0 };
    for (const [index, { runs, dialogue }] of dialogues.entries()) {
      const { name, run, responses, essential } = dialogue;
      const truth = await run(replayPort(responses));
      const others = dialogues.filter((_, i) => i !== index).flatMap((other) => other.dialogue.responses);
      for (let n = 0; n < runs; n += 1) {
        const label = `${name}, mutation ${n}`;
        const port = replayPort(mutate(responses, others, dice(label)));
        const outcome = await run(port).catch((error: unknown) => error);
        expect(port.exchanges(), label).to.be.at.most(EXCHANGE_LIMIT);
        if (isEstablished(outcome)) {
          mustBeNoMore(outcome, truth, label);
          const isUnchanged = inspect(outcome, { depth: 3 }) === inspect(truth, { depth: 3 });
          if (isUnchanged && essential(port.played()) !== essential(responses)) throw new Error(`${label} went unnoticed`);
          ends[isUnchanged ? 'unchanged' : 'weaker'] += 1;
        } else {
          if (!(outcome instanceof CardError)) throw new Error(label, { cause: outcome });
          expect(CARD_ERRORS, label).to.have.property(outcome.code);
          mustTellNothing(outcome, label);
          codes.set(outcome.code, (codes.get(outcome.code) ?? 0) + 1);
        }
      }
    }
    // What is left: other refusals of the same SELECT, bytes behind a file or the token, answers nobody asks for.
    expect(ends.unchanged).to.be.at.most(1500);
    expect(ends.weaker, 'judged, and found to prove less').to.be.above(500);
    expect([...codes.keys()]).to.include.members(['wrong-mac', 'session-lost', 'malformed', 'wrong-can', 'wrong-mrz', 'unsupported', 'access-denied']);
  });

  it('are of dialogues that prove what a good card proves', async () => {
    const truths: Record<string, Established['answers']> = {};
    for (const { dialogue } of dialogues) truths[dialogue.name] = (await dialogue.run(replayPort(dialogue.responses))).answers;
    const read = { genuine: 'yes', notCloned: 'not-asked', notExpired: 'yes', proved: 'no' } as const;
    const proved = { ...read, notCloned: 'yes', proved: 'yes' } as const;
    expect(truths).to.deep.equal({
      'BAC, triple DES': read,
      'BAC, extended length': read,
      'BAC, chip authentication': proved,
      // Without a DG14 that was signed nothing is proved of the data, only of the key.
      'BAC, active authentication': { genuine: 'no', notCloned: 'not-asked', notExpired: 'not-asked', proved: 'yes' },
      'PACE over MODP group 0, AES-128, CAN': read,
      'PACE over secp256r1, AES-128, MRZ': read,
      'PACE over MODP group 2, triple DES, CAN, chip authentication': proved,
      'pace-ecdh-gm': {},
      'pace-dh-gm': {},
      'CNS: files, PIN, signature': { genuine: 'yes', notCloned: 'yes', notExpired: 'yes' },
      'CIE, national application': { someGenuineCie: 'yes' },
    });
  });
});

function isEstablished(outcome: unknown): outcome is Established {
  return typeof outcome === 'object' && outcome !== null && 'answers' in outcome;
}
