import { expect } from 'chai';
import { codeOf } from '@videosportello/protocol/testing/code-of.ts';
import { ANSELMO, GIULIA, startCertificateTown } from '../../test/certificate-town.ts';
import type { CertificateTown } from '../../test/certificate-town.ts';
import { SmallServiceCard } from '../../test/small-service-card.ts';
import { cardOfAnselmo, cardOfGiulia } from '../../test/visits.ts';
import { CARD_DEADLINES } from './card-link.ts';

const BRIEF_MS = 150;
const never = () => new Promise<void>(() => {});

describe('a card that never answers', () => {
  let town: CertificateTown;
  const deadlines = { ...CARD_DEADLINES };
  before(async () => {
    town = await startCertificateTown({ cardDeadlines: deadlines });
  });
  beforeEach(() => void Object.assign(deadlines, CARD_DEADLINES));
  after(() => town.close());

  const begin = async () => {
    const device = await town.device(town.newVisit(), { card: cardOfGiulia(town) });
    device.onExchange(never);
    return device;
  };
  /** On the same line, once the deadlines are a real card's again. */
  const readsAnew = async (device: Awaited<ReturnType<typeof begin>>) => {
    Object.assign(deadlines, CARD_DEADLINES);
    device.onExchange(() => undefined);
    device.put(cardOfAnselmo(town));
    expect((await device.read(ANSELMO.can)).card.surname).to.equal(ANSELMO.surname);
  };

  it('is given up when an exchange takes longer than it may at kiosk and line', async () => {
    const device = await begin();
    Object.assign(deadlines, { exchangeMs: BRIEF_MS, lineMs: 0 });
    expect(await codeOf(device.read(GIULIA.can))).to.equal('timeout');
    expect(device.released.value, 'powered off').to.equal(1);
    await readsAnew(device);
  });

  it('is given up when the whole dialogue takes longer than a citizen holds a card', async () => {
    const device = await begin();
    Object.assign(deadlines, { dialogueMs: { ...CARD_DEADLINES.dialogueMs, 'emrtd-read': BRIEF_MS } });
    expect(await codeOf(device.read(GIULIA.can))).to.equal('timeout');
    expect(device.released.value, 'powered off').to.equal(1);
    await readsAnew(device);
  });

  it('takes nothing from what was read before when its national application is the one that is silent', async () => {
    const device = await town.device(town.newVisit(), { card: cardOfGiulia(town) });
    const dialogues = { count: 0 };
    device.onExchange((count) => {
      if (count === 1) dialogues.count += 1;
      return dialogues.count === 2 ? never() : undefined;
    });
    Object.assign(deadlines, { dialogueMs: { ...CARD_DEADLINES.dialogueMs, 'cie-nis': BRIEF_MS } });
    expect((await device.read(GIULIA.can)).card.answers.genuine.answer).to.equal('yes');
    expect(device.released.value).to.equal(2);
    await readsAnew(device);
  });

  it('is given up as a health card too', async () => {
    const device = await town.device(town.newVisit(), { card: new SmallServiceCard(town.serviceCard, '12345') });
    device.onExchange(never);
    Object.assign(deadlines, { dialogueMs: { ...CARD_DEADLINES.dialogueMs, 'cns-sign': BRIEF_MS } });
    expect(await codeOf(device.readServiceCard())).to.equal('timeout');
    expect(device.released.value, 'powered off').to.equal(1);
    await readsAnew(device);
  });

  it('disturbs no later reading on the same line by the answer it gives after all', async () => {
    const device = await town.device(town.newVisit(), { card: cardOfGiulia(town) });
    const [held, sent, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    device.onAnswer(async (count) => {
      if (count === 3) Object.assign(deadlines, { exchangeMs: BRIEF_MS, lineMs: 0 });
      if (count !== 4) return;
      await held.promise;
      sent.resolve();
    });
    expect(await codeOf(device.read(GIULIA.can))).to.equal('timeout');
    device.onAnswer(() => undefined);
    Object.assign(deadlines, CARD_DEADLINES);
    device.put(cardOfAnselmo(town));
    // Exchange 4 of the second dialogue waits until the first one's answer to its own is on the line.
    device.onExchange(async (count) => {
      if (count !== 4) return;
      held.resolve();
      await sent.promise;
      second.resolve();
    });
    const { card } = await device.read(ANSELMO.can);
    await second.promise;
    expect(card).to.deep.include({ surname: ANSELMO.surname, givenNames: ANSELMO.givenNames });
    expect(card.answers.genuine.answer).to.equal('yes');
  });
});
