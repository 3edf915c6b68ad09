import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { CardResult } from '@videosportello/protocol/messages/verdict.ts';
import { GIULIA, startCertificateTown } from '../../test/certificate-town.ts';
import type { CertificateTown } from '../../test/certificate-town.ts';
import type { TownCard } from '../../test/town-device.ts';
import { SmallServiceCard } from '../../test/small-service-card.ts';
import { cardOfGiulia } from '../../test/visits.ts';

const PIN = '12345';
const RUNS = 60;

/** A number below a limit that depends on nothing but the words. */
const roll = (limit: number, ...words: readonly (string | number)[]): number => createHash('sha256').update(words.join(' ')).digest().readUInt32BE(0) % limit;

const STATUS_WORDS = ['9000', '6282', '6300', '63c2', '63c0', '6700', '6982', '6983', '6985', '6a82', '6c10', '61ff', '6d00', '6f00', 'ffff'];

/** One response changed: a bit, its end cut off, bytes put in, its status word, or noise in its place. */
function changed(response: Uint8Array, run: number): Uint8Array {
  const at = roll(Math.max(1, response.length), 'at', run);
  const noise = createHash('sha512').update(`noise ${run}`).digest();
  const bytes = Buffer.from(response);
  const word = Buffer.from(STATUS_WORDS[roll(STATUS_WORDS.length, 'word', run)] ?? '', 'hex');
  switch (roll(5, 'kind', run)) {
    case 0:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << roll(8, 'bit', run));
      return bytes;
    case 1:
      return bytes.subarray(0, at);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), noise.subarray(0, 1 + roll(16, 'more', run)), bytes.subarray(at)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, -2), word]);
    default:
      return noise.subarray(0, roll(60, 'noise', run));
  }
}

/** A card one of whose exchanges is changed on the way. */
function disturbed(card: TownCard, run: number, exchanges: number): TownCard {
  const target = roll(exchanges, 'exchange', run);
  let count = 0;
  return {
    ...(card.atr === undefined ? {} : { atr: card.atr }),
    reset: () => card.reset(),
    exchange(commands) {
      const responses = [...card.exchange(commands)];
      if (count === target) {
        const which = roll(responses.length, 'response', run);
        responses[which] = changed(responses[which] ?? new Uint8Array(0), run);
      }
      count += 1;
      return responses;
    },
  };
}

describe('the certificate service over dialogues that are changed on the way', function () {
  this.timeout(120_000);
  let town: CertificateTown;
  before(async () => {
    town = await startCertificateTown();
  });
  after(() => town.close());

  const cards: [string, number, () => TownCard][] = [
    ['an identity card', 8, () => cardOfGiulia(town)],
    ['a health card', 6, () => new SmallServiceCard(town.serviceCard, PIN)],
  ];
  for (const [title, exchanges, makeCard] of cards) {
    it(`ends each with a code, or with no more than ${title} proves`, async () => {
      const read = async (card: TownCard): Promise<CardResult | string> => {
        const device = await town.device(town.newVisit(), { card });
        device.types(PIN);
        const begun = title === 'a health card' ? device.readServiceCard() : device.read(GIULIA.can);
        const outcome = await begun.then(
          ({ card: result }) => result,
          (error: unknown) => (error instanceof ProtocolError ? error.code : expect.fail(String(error))),
        );
        device.socket.close();
        return outcome;
      };
      const honest = await read(makeCard());
      if (typeof honest === 'string') return expect.fail(`the card itself is refused: ${honest}`);
      const codes = new Set<string>();
      for (let run = 0; run < RUNS; run += 1) {
        const outcome = await read(disturbed(makeCard(), run, exchanges));
        if (typeof outcome === 'string') {
          expect(outcome, `run ${run}`).not.to.equal('internal');
          codes.add(outcome);
          continue;
        }
        expect([outcome.surname, outcome.givenNames], `run ${run}`).to.deep.equal([honest.surname, honest.givenNames]);
        for (const name of ['genuine', 'notCloned', 'notExpired', 'notRevoked', 'holder'] as const) {
          if (outcome.answers[name].answer === 'yes') expect(honest.answers[name].answer, `run ${run}: ${name}`).to.equal('yes');
        }
      }
      expect([...codes]).to.include('card-unreadable');
    });
  }

  it('leaves nothing of card or holder in the log, and no stack', () => {
    const log = town.log();
    expect(log).to.include('card-unreadable');
    for (const word of [GIULIA.surname, GIULIA.givenNames, GIULIA.taxCode, GIULIA.can, PIN, 'CA00001AA', '6090123456789013']) expect(log, word).not.to.include(word);
    expect(log).not.to.match(/[0-9a-f]{40}|\bat .*\.ts:\d/);
  });
});
