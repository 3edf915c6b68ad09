import { expect } from 'chai';
import { kioskId } from '@videosportello/protocol/ids.ts';
import type { CardResult } from '@videosportello/protocol/messages/verdict.ts';
import { codeOf } from '@videosportello/protocol/testing/code-of.ts';
import { ANSELMO, GIULIA, startCertificateTown } from '../../test/certificate-town.ts';
import type { CertificateTown } from '../../test/certificate-town.ts';
import type { TownCard } from '../../test/town-device.ts';
import { SmallCard } from '../../test/small-card.ts';
import { withNationalApplication } from '../../test/small-national-card.ts';
import { SmallServiceCard } from '../../test/small-service-card.ts';
import { everySplice, splicedCard } from '../../test/spliced-card.ts';
import { cardOfAnselmo, cardOfGiulia } from '../../test/visits.ts';

/** Lets a card answer and keeps every answer, in the order of the dialogues. */
function recording(card: TownCard): TownCard & { readonly answers: Uint8Array[][] } {
  const answers: Uint8Array[][] = [];
  return {
    ...(card.atr === undefined ? {} : { atr: card.atr }),
    answers,
    reset: () => card.reset(),
    exchange(commands) {
      const responses = [...card.exchange(commands)];
      answers.push(responses);
      return responses;
    },
  };
}

/** Answers each exchange as a card did in an earlier visit. */
function replaying(answers: readonly Uint8Array[][], atr?: string): TownCard {
  let at = 0;
  return { ...(atr === undefined ? {} : { atr }), reset: () => undefined, exchange: () => answers[at++] ?? [Uint8Array.of(0x6f, 0x00)] };
}

function flip(bytes: Uint8Array, at: number, bit: number): void {
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
}

describe('a kiosk that tampers', () => {
  let town: CertificateTown;
  before(async () => {
    town = await startCertificateTown();
  });
  after(() => town.close());

  it('gets nothing by replaying the answers of an earlier visit', async () => {
    const honest = await town.device(town.newVisit());
    const recorded = recording(cardOfGiulia(town));
    honest.put(recorded);
    expect(await codeOf(honest.read(GIULIA.can))).to.equal('done');
    const visit = town.newVisit();
    const kiosk = await town.device(visit, { card: replaying(recorded.answers) });
    const operator = await town.operator(visit);
    // Its share of the key agreement is of another day: the check that both have the same key fails.
    expect(await codeOf(kiosk.read(GIULIA.can))).to.equal('card-wrong-number');
    expect(operator.file.value?.evidence.verdict).to.equal(undefined);
    expect(await codeOf(operator.prepare())).to.equal('evidence-missing');
  });

  it('gets nothing by replaying a health card’s signature over an earlier visit’s challenge', async () => {
    const honest = await town.device(town.newVisit());
    const card = new SmallServiceCard(town.serviceCard, '12345');
    const recorded = recording(card);
    honest.put(recorded);
    honest.types('12345');
    expect(await codeOf(honest.readServiceCard())).to.equal('done');
    const visit = town.newVisit();
    const kiosk = await town.device(visit, { card: replaying(recorded.answers, card.atr) });
    const operator = await town.operator(visit);
    kiosk.types('00000');
    const { card: result } = await kiosk.readServiceCard();
    expect(result.answers.notCloned).to.deep.equal({ answer: 'no', reason: 'signature-wrong' });
    expect(result.answers.holder.answer).to.equal('not-asked');
    expect(await codeOf(operator.prepare())).to.equal('evidence-missing');
  });

  it('gets no more than the copied data by putting a genuine card of its own beside them', async () => {
    const read = async (card: TownCard) => {
      const visit = town.newVisit();
      const kiosk = await town.device(visit, { card });
      const operator = await town.operator(visit);
      const { card: result } = await kiosk.read(GIULIA.can);
      const file = await operator.file.until((seen) => seen?.evidence.phase === 'done');
      return { result, verdict: file?.evidence.verdict };
    };
    const copied = await read(cardOfGiulia(town));
    const beside = await read(withNationalApplication(cardOfGiulia(town), town.national));
    expect(beside.verdict?.someGenuineCie).to.deep.equal({ answer: 'yes', reason: 'challenge-answered' });
    expect(copied.verdict?.someGenuineCie).to.deep.equal({ answer: 'not-asked', reason: 'no-national-application' });
    expect(beside.result, 'the five answers and the name').to.deep.equal(copied.result);
    expect(beside.result.answers.notCloned).to.deep.equal({ answer: 'not-asked', reason: 'chip-authentication-not-offered' });
  });

  it('gets no name proved by a splice of two cards, whatever commands the second one answers', async () => {
    const { giulia, anselmo } = town.withChipKeys;
    const visit = town.newVisit();
    const [kiosk, operator] = [await town.device(visit), await town.operator(visit)];
    const [first, second] = [new SmallCard(GIULIA.can, giulia.files, giulia.chipKey), new SmallCard(GIULIA.can, anselmo.files, anselmo.chipKey)];
    const read = async (isSecond: (n: number) => boolean) => {
      const card = splicedCard(first, second, isSecond);
      kiosk.put(card);
      const result = await kiosk.read(GIULIA.can).then(({ card: seen }) => seen, () => undefined);
      await operator.peer.request('evidence.allow-retry', {});
      return { result, count: card.count };
    };
    const [{ result: ofGiulia, count }, { result: ofAnselmo }] = [await read(() => false), await read(() => true)];
    expect([ofGiulia, ofAnselmo].map((result) => result?.surname)).to.deep.equal([GIULIA.surname, ANSELMO.surname]);
    expect(ofGiulia?.answers.notCloned).to.deep.equal({ answer: 'yes', reason: 'chip-authenticated' });
    const outcomes = new Set<string>();
    for (const { what, isSecond } of everySplice(count)) {
      const { result } = await read(isSecond);
      // A session belongs to one chip: what another one answers in the middle of it is not under its keys.
      if (result?.answers.notCloned.answer === 'yes') expect([ofGiulia, ofAnselmo], what).to.deep.include(result);
      outcomes.add(result?.answers.notCloned.reason ?? 'refused');
    }
    expect(outcomes).to.include.all.keys('refused', 'chip-authentication-failed');
  });

  it('gets no holder proved by a splice of two health cards, whatever commands the second one answers', async () => {
    const kiosk = await town.device(town.newVisit());
    kiosk.types('12345');
    const read = async (isSecond: (n: number) => boolean) => {
      const [first, second] = [town.serviceCard, town.otherServiceCard].map((image) => new SmallServiceCard(image, '12345'));
      const card = first && second && splicedCard(first, second, isSecond);
      kiosk.put(card);
      return { result: await kiosk.readServiceCard().then(({ card: seen }) => seen, () => undefined), count: card?.count ?? 0 };
    };
    const [{ result: ofGiulia, count }, { result: ofAnselmo }] = [await read(() => false), await read(() => true)];
    expect([ofGiulia, ofAnselmo].map((result) => result?.surname)).to.deep.equal([GIULIA.surname, ANSELMO.surname]);
    const outcomes = new Set<string>();
    for (const { what, isSecond } of everySplice(count)) {
      const { result } = await read(isSecond);
      if (result?.answers.holder.answer === 'yes') expect([ofGiulia, ofAnselmo], what).to.deep.include(result);
      outcomes.add(result?.answers.notCloned.reason ?? 'refused');
    }
    expect(outcomes).to.include.all.keys('refused', 'signature-wrong');
  });

  it('gets nothing by altering a byte, of whatever answer', async () => {
    const visit = town.newVisit();
    const kiosk = await town.device(visit);
    const operator = await town.operator(visit);
    const exchanges = recording(cardOfGiulia(town));
    kiosk.put(exchanges);
    const { card: honest } = await kiosk.read(GIULIA.can);
    const outcomes: unknown[] = [];
    for (let target = 0; target < exchanges.answers.length; target += 1) {
      const card = cardOfGiulia(town);
      let count = 0;
      kiosk.put({
        reset: () => card.reset(),
        exchange(commands) {
          const responses = card.exchange(commands);
          const longest = responses.toSorted((a, b) => b.length - a.length)[0];
          if (count === target && longest && longest.length > 2) flip(longest, Math.floor((longest.length - 2) / 2), 0);
          count += 1;
          return responses;
        },
      });
      outcomes.push(await kiosk.read(GIULIA.can).then(({ card: read }: { card: CardResult }) => read, () => 'refused'));
      await operator.peer.request('evidence.allow-retry', {});
    }
    // An answer that is a status word only has no byte to alter.
    for (const outcome of outcomes) expect([honest, 'refused']).to.deep.include(outcome);
    expect(outcomes.filter((outcome) => outcome === 'refused').length).to.be.above(outcomes.length / 2);
  });

  it('gets nobody greeted, and nothing proved, by another name in a health card’s personal data, which come in the clear', async () => {
    for (const [from, to] of [[GIULIA.surname, 'ROSSI'], [GIULIA.givenNames, 'MARINA'], [GIULIA.taxCode, ANSELMO.taxCode]] as const) {
      const visit = town.newVisit();
      const card = new SmallServiceCard(town.serviceCard, '12345');
      const rewriting: TownCard = {
        atr: card.atr,
        reset: () => card.reset(),
        exchange: (commands) => card.exchange(commands).map((response) => Buffer.from(Buffer.from(response).toString('latin1').replace(from, to), 'latin1')),
      };
      const kiosk = await town.device(visit, { card: rewriting });
      const operator = await town.operator(visit);
      kiosk.types('12345');
      expect(await codeOf(kiosk.readServiceCard()), to).to.equal('card-unreadable');
      const file = await operator.file.until((seen) => seen?.evidence.phase === 'failed');
      expect(file?.evidence.verdict).to.equal(undefined);
      expect(await codeOf(operator.prepare())).to.equal('evidence-missing');
    }
  });

  it('gets nothing by altering a byte of a health card’s answers, which no secure messaging covers', async () => {
    const visit = town.newVisit();
    const kiosk = await town.device(visit);
    const exchanges = recording(new SmallServiceCard(town.serviceCard, '12345'));
    kiosk.put(exchanges);
    kiosk.types('12345');
    const { card: honest } = await kiosk.readServiceCard();
    const reasons = new Set<string>();
    for (const [target, answers] of exchanges.answers.entries()) {
      for (const index of answers.keys()) {
        const card = new SmallServiceCard(town.serviceCard, '12345');
        let count = 0;
        kiosk.put({
          atr: card.atr,
          reset: () => card.reset(),
          exchange(commands) {
            const responses = card.exchange(commands);
            const answer = responses[index];
            if (count === target && answer && answer.length > 2) flip(answer, Math.floor((answer.length - 2) / 2), 0);
            count += 1;
            return responses;
          },
        });
        const outcome = await kiosk.readServiceCard().then(({ card: read }) => read, () => undefined);
        if (outcome?.answers.holder.answer === 'yes') expect(outcome, `exchange ${target}, answer ${index}`).to.deep.equal(honest);
        const { genuine, notCloned } = outcome?.answers ?? {};
        reasons.add((genuine?.answer === 'no' ? genuine : notCloned)?.reason ?? 'refused');
      }
    }
    // Untouched, the file, the certificate, the signature.
    expect(reasons).to.include.all.keys('challenge-signed', 'refused', 'issuer-not-trusted', 'signature-wrong');
  });

  it('disturbs no later reading by an answer that comes too late', async () => {
    const visit = town.newVisit();
    const kiosk = await town.device(visit, { card: cardOfGiulia(town) });
    const held = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    kiosk.onExchange(async (count) => {
      if (count !== 4) return;
      begun.resolve();
      await held.promise;
    });
    const first = codeOf(kiosk.read(GIULIA.can));
    await begun.promise;
    const back = await town.device(visit, { card: cardOfGiulia(town) });
    expect(await first).to.equal('link-lost');
    const second = back.read(GIULIA.can);
    held.resolve();
    expect((await second).card.givenNames).to.equal(GIULIA.givenNames);
  });

  it('gets nothing with another kiosk’s grant, key or visit', async () => {
    const visit = town.newVisit();
    await town.device(visit, { card: cardOfGiulia(town) });
    const other = await town.device(town.newVisit(), { kiosk: 'kiosk-2', as: 'kiosk-1', admitted: false });
    expect(await codeOf(other.hello())).to.equal('grant-foreign');
    const thief = await town.device(visit, { prover: town.kioskKey('kiosk-2'), admitted: false });
    expect(await codeOf(thief.hello())).to.equal('grant-foreign');
  });

  it('gets nothing by standing in for the kiosk of a visit, with its own key and a grant of its own that names the visit', async () => {
    const visit = town.newVisit();
    const kiosk = await town.device(visit, { card: cardOfGiulia(town) });
    const operator = await town.operator(visit);
    const swapped = await town.device(visit, { kiosk: 'kiosk-2', card: cardOfAnselmo(town), admitted: false });
    expect(await codeOf(swapped.hello())).to.equal('grant-foreign');
    expect(await codeOf(swapped.read(ANSELMO.can))).to.equal('not-authenticated');
    expect(operator.file.value?.evidence.verdict).to.equal(undefined);
    expect((await kiosk.read(GIULIA.can)).card.givenNames, 'the visit is still its own kiosk’s').to.equal(GIULIA.givenNames);
    expect(kiosk.why.value).to.equal(undefined);
    const elsewhere = await town.operator(visit, { who: 'b', terms: { kiosk: kioskId.parse('kiosk-2') }, admitted: false });
    expect(await codeOf(elsewhere.hello())).to.equal('grant-foreign');
  });
});
