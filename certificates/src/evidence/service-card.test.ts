import { createHash, createPublicKey, publicDecrypt } from 'node:crypto';
import { expect } from 'chai';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { challengeText } from '@videosportello/protocol/messages/signature-challenge.ts';
import { codeOf } from '@videosportello/protocol/testing/code-of.ts';
import { GIULIA, startCertificateTown } from '../../test/certificate-town.ts';
import type { CertificateTown } from '../../test/certificate-town.ts';
import { SmallServiceCard } from '../../test/small-service-card.ts';

const PIN = '12345';

describe('a health card (TS-CNS)', () => {
  let town: CertificateTown;
  before(async () => {
    town = await startCertificateTown();
  });
  after(() => town.close());

  /** A visit with its operator, and Giulia's health card on the kiosk's reader. */
  const begin = async (options: { tries?: number; image?: CertificateTown['serviceCard'] } = {}) => {
    const visit = town.newVisit();
    const device = await town.device(visit);
    device.put(new SmallServiceCard(options.image ?? town.serviceCard, PIN, options.tries ?? 3));
    return { visit, device, operator: await town.operator(visit) };
  };

  it('makes its holder known by PIN and signature over this visit’s challenge, in separate answers', async () => {
    const { visit, device, operator } = await begin();
    device.types(PIN);
    const { card } = await device.readServiceCard();
    expect(card).to.deep.include({ surname: GIULIA.surname, givenNames: GIULIA.givenNames, specimen: true });
    expect(card.answers).to.deep.equal({
      genuine: { answer: 'yes', reason: 'signed-by-trusted-issuer' },
      notCloned: { answer: 'yes', reason: 'challenge-signed' },
      notExpired: { answer: 'yes', reason: 'within-validity' },
      notRevoked: { answer: 'not-asked', reason: 'no-look-up' },
      holder: { answer: 'yes', reason: 'pin-known' },
    });
    expect(device.phases).to.deep.equal(['connecting', 'reading', 'pin', 'checking', 'done']);
    const file = await operator.file.until((seen) => seen?.evidence.phase === 'done');
    const { person, document } = file?.evidence.verdict ?? {};
    expect(document).to.equal('ts-cns');
    expect(person?.taxCode).to.deep.equal({ value: GIULIA.taxCode, source: 'chip-signed' });
    expect(person?.surname.source).to.equal('card-read');
    expect(file?.evidence.verdict?.warnings, 'an honest card').to.deep.equal([]);
    const [shown] = device.signatures;
    expect(shown).to.include({ triesLeft: 3, lastTryConfirmed: false });
    expect(shown?.challenge).to.include({ product: 'Videosportello', visitId: visit, kioskId: 'kiosk-1' });
    // What the card signed is the digest of what the citizen could read, and nothing else.
    const digest = createHash('sha256').update(shown ? challengeText(shown.challenge) : '').digest();
    const key = createPublicKey(town.serviceCard.key);
    expect(publicDecrypt(key, device.signed.value ?? Buffer.alloc(0)).subarray(-32)).to.deep.equal(digest);
  });

  it('is enough for a certificate', async () => {
    const { device, operator } = await begin();
    device.types(PIN);
    await device.readServiceCard();
    const { documentId } = await operator.prepare();
    await operator.review(documentId);
    expect((await operator.issue(documentId)).number).to.match(/\d/);
  });

  it('gets no second try within one dialogue, and says of a wrong PIN what it is', async () => {
    const { device } = await begin();
    device.types('99999');
    expect(await codeOf(device.readServiceCard())).to.equal('card-wrong-pin');
    device.types(PIN);
    expect(await codeOf(device.readServiceCard())).to.equal('done');
    expect(device.signatures.map(({ triesLeft }) => triesLeft)).to.deep.equal([3, 2]);
  });

  it('keeps its last try until the operator has confirmed it, for one time', async () => {
    const { device, operator } = await begin({ tries: 1 });
    device.types(PIN);
    expect(await codeOf(device.readServiceCard())).to.equal('card-last-try');
    expect(device.signatures).to.deep.equal([]);
    await operator.file.until((file) => file?.evidence.failure === 'card-last-try');
    await operator.peer.request('evidence.allow-retry', {});
    device.declines();
    expect(await codeOf(device.readServiceCard())).to.equal('signature-declined');
    expect(device.signatures.at(-1)).to.include({ triesLeft: 1, lastTryConfirmed: true });
    device.types(PIN);
    expect(await codeOf(device.readServiceCard())).to.equal('card-last-try');
    await operator.peer.request('evidence.allow-retry', {});
    expect(await codeOf(device.readServiceCard())).to.equal('done');
  });

  it('that does not say when asked keeps its last try by what a wrong PIN left', async () => {
    const { device, operator } = await begin();
    device.put(new SmallServiceCard(town.serviceCard, PIN, 2, false));
    device.types('99999');
    expect(await codeOf(device.readServiceCard())).to.equal('card-wrong-pin');
    device.types(PIN);
    expect(await codeOf(device.readServiceCard())).to.equal('card-last-try');
    expect(device.signatures.map(({ triesLeft }) => triesLeft)).to.deep.equal([undefined]);
    await operator.peer.request('evidence.allow-retry', {});
    expect(await codeOf(device.readServiceCard())).to.equal('done');
    expect(device.signatures.at(-1)).to.include({ triesLeft: 1, lastTryConfirmed: true });
  });

  it('keeps its last try where only the kiosk’s guard knows of it', async () => {
    const { device, operator } = await begin();
    device.put(new SmallServiceCard(town.serviceCard, PIN, 1, false));
    device.types(PIN);
    device.guards(() => new ProtocolError('instruction-refused', { detail: 'last-try' }));
    expect(await codeOf(device.readServiceCard())).to.equal('card-last-try');
    await operator.file.until((file) => file?.evidence.failure === 'card-last-try');
    device.guards(undefined);
    expect(await codeOf(device.readServiceCard()), 'not again without being confirmed').to.equal('card-last-try');
    await operator.peer.request('evidence.allow-retry', {});
    expect(await codeOf(device.readServiceCard())).to.equal('done');
  });

  it('is not confirmed to its last try by allowing another access number', async () => {
    const { device, operator } = await begin({ tries: 1 });
    await operator.peer.request('evidence.allow-retry', {});
    device.types(PIN);
    expect(await codeOf(device.readServiceCard())).to.equal('card-last-try');
  });

  it('that is blocked is not asked for a PIN', async () => {
    const { device } = await begin({ tries: 0 });
    expect(await codeOf(device.readServiceCard())).to.equal('card-pin-blocked');
    expect(device.signatures).to.deep.equal([]);
    device.put(new SmallServiceCard(town.serviceCard, PIN, 1));
    expect(await codeOf(device.readServiceCard())).to.equal('card-last-try');
  });

  it('whose certificate was copied onto another chip is told as a copy, and proves nobody', async () => {
    const { device, operator } = await begin({ image: { ...town.serviceCard, key: town.otherServiceCard.key } });
    device.types(PIN);
    const { card } = await device.readServiceCard();
    expect(card.answers.notCloned).to.deep.equal({ answer: 'no', reason: 'signature-wrong' });
    expect(card.answers.holder.answer).to.equal('not-asked');
    expect(await codeOf(operator.prepare())).to.equal('evidence-missing');
    await operator.judge(true);
    expect(await codeOf(operator.prepare()), 'whatever the face').to.equal('evidence-missing');
  });

  it('that its issuer took back proves nobody, though its chip signs and its PIN is known', async () => {
    const { device, operator } = await begin({ image: town.revokedServiceCard });
    device.types(PIN);
    const { card } = await device.readServiceCard();
    expect(card.answers).to.deep.equal({
      genuine: { answer: 'yes', reason: 'signed-by-trusted-issuer' },
      notCloned: { answer: 'yes', reason: 'challenge-signed' },
      notExpired: { answer: 'yes', reason: 'within-validity' },
      notRevoked: { answer: 'no', reason: 'certificate-revoked' },
      holder: { answer: 'not-asked', reason: 'operator-decides' },
    });
    expect(await codeOf(operator.prepare())).to.equal('evidence-missing');
    await operator.judge(true);
    expect(await codeOf(operator.prepare()), 'whatever the face').to.equal('evidence-missing');
    device.put(new SmallServiceCard(town.serviceCard, PIN));
    expect(await codeOf(device.readServiceCard())).to.equal('done');
    expect(await codeOf(operator.prepare()), 'with the card that is in force').to.equal('done');
  });

  it('leaves no word of PIN, name or number in the log', () => {
    for (const word of [PIN, GIULIA.surname, GIULIA.taxCode, '6090123456789013']) expect(town.log(), word).not.to.include(word);
  });
});
