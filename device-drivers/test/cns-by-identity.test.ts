/** The certificate service's own code reads a virtual CNS and has it sign, through the guard: every boundary but the wire. */
import { expect } from 'chai';
import { recogniseCns } from '@videosportello/identity/cns/cns-atr.ts';
import { judgeCns } from '@videosportello/identity/cns/judge-cns.ts';
import { verifyPin } from '@videosportello/identity/cns/pin.ts';
import { readCns } from '@videosportello/identity/cns/read-cns.ts';
import { signChallenge } from '@videosportello/identity/cns/sign-challenge.ts';
import { createTrustStore } from '@videosportello/identity/emrtd/trust-store.ts';
import { plainChannel } from '@videosportello/identity/iso7816/transmit.ts';
import { kioskId, newId, dialogueId as dialogueIdSchema, visitId } from '@videosportello/protocol/ids.ts';
import { challengeText } from '@videosportello/protocol/messages/signature-challenge.ts';
import type { SignatureChallenge } from '@videosportello/protocol/messages/signature-challenge.ts';
import { createCardDialogues } from '../src/dialogue/card-dialogue.ts';
import { createCnsAuthority } from '../virtual/authority/cns-authority.ts';
import { personaliseCns } from '../virtual/cns/cns-image.ts';
import type { CnsFamilyName } from '../virtual/cns/cns-family.ts';
import { personalDataSchema } from '../virtual/cns/personal-data.ts';
import { createVirtualCns } from '../virtual/cns/virtual-cns.ts';
import { cardInReader } from './card-in-reader.ts';

const { signal } = new AbortController();
const at = new Date('2026-11-22T20:00:00Z');
const PIN = '73194';

describe('identity and the guard with a virtual CNS', () => {
  const { authority } = createCnsAuthority({ notBefore: new Date('2020-01-01'), notAfter: new Date('2040-01-01') });
  const trust = createTrustStore([{ certificate: authority.certificate, specimen: true }]);
  const data = personalDataSchema.parse({
    issuerCode: '6090',
    issueDate: '15012024',
    expiryDate: '14012030',
    surname: 'ROSSI',
    givenName: 'MARIO',
    dateOfBirth: '01011980',
    sex: 'M',
    codiceFiscale: 'RSSMRA80A01H501U',
    birthMunicipality: 'H501',
    residenceMunicipality: 'D612',
  });

  /** The dialogue as the certificate service would drive it. */
  async function open(family: CnsFamilyName, { pinTriesLeft = 3, hashedPart = 'whole' }: { pinTriesLeft?: number; hashedPart?: 'whole' | 'used' } = {}) {
    const image = personaliseCns(data, {
      authority,
      family,
      cardId: '0000000000000018',
      pin: PIN,
      puk: '87654321',
      pinTriesLeft,
      validity: { notBefore: new Date('2024-01-15'), notAfter: new Date('2030-01-14') },
      hashedPart,
    });
    const { service, log } = cardInReader(createVirtualCns(image));
    const refused: number[] = [];
    const dialogues = createCardDialogues(service, ({ ins }) => refused.push(ins));
    const id = newId(dialogueIdSchema, 'g');
    const { atr } = await dialogues.connect(id, 'cns-sign', signal);
    const { pinReference } = recogniseCns(atr) ?? expect.fail('not recognised');
    const exchange = (commands: readonly Uint8Array[]) => dialogues.exchange(id, commands, { deadlineMs: 5_000, signal });
    const challenge: SignatureChallenge = {
      product: 'Videosportello',
      kioskId: kioskId.parse('kiosk-1'),
      visitId: newId(visitId, 'v'),
      at: at.getTime(),
      nonce: '5a'.repeat(32),
    };
    return {
      channel: plainChannel({ exchange }, signal),
      pinReference,
      log,
      refused,
      dialogues,
      text: new TextEncoder().encode(challengeText(challenge)),
      modulusBytes: image.family.modulusBits / 8,
      agree: (pin = PIN, lastTryConfirmed = false) =>
        dialogues.agreeToSign(id, { challenge, pin: new TextEncoder().encode(pin), lastTryConfirmed }),
    };
  }

  for (const family of ['st-2021', 'idemia-2021', 'athena'] as const) {
    for (const hashedPart of ['whole', 'used'] as const) {
      it(`reads, verifies and signs with a card of ${family}, digest over the ${hashedPart} file`, async () => {
        const { channel, pinReference, text, modulusBytes, agree, log, refused, dialogues } = await open(family, { hashedPart });
        const reading = await readCns(channel);
        agree();
        expect(await verifyPin(channel, { pinReference, lastTryConfirmed: false, earlier: undefined })).to.deep.equal({ kind: 'verified' });
        const signature = await signChallenge(channel, { text, modulusBytes });
        await dialogues.releaseAll();
        const judged = judgeCns({ reading, signed: { text, signature }, trust, at });
        expect(judged.notCloned).to.deep.equal({ answer: 'yes', reason: 'challenge-signed' });
        expect(judged.genuine.answer).to.equal('yes');
        expect(judged).to.deep.include({ warnings: [], taxCode: 'RSSMRA80A01H501U', specimen: true });
        expect(log.filter((command) => command.startsWith('002000') && command.length > 8)).to.have.length(1);
        expect(refused).to.deep.equal([]);
      });
    }
  }

  it('lets a wrong PIN cost one try, and stops before the last one', async () => {
    const { channel, pinReference, agree, log } = await open('idemia-2021');
    const verify = (lastTryConfirmed = false) => verifyPin(channel, { pinReference, lastTryConfirmed, earlier: undefined });
    agree('00000');
    expect(await verify()).to.deep.equal({ kind: 'wrong', triesLeft: 2 });
    agree('00000');
    expect(await verify()).to.deep.equal({ kind: 'wrong', triesLeft: 1 });
    agree();
    expect(await verify()).to.deep.equal({ kind: 'last-try' });
    agree(PIN, true);
    expect(await verify(true)).to.deep.equal({ kind: 'verified' });
    expect(log.filter((command) => command.startsWith('00200010') && command.length > 8)).to.have.length(3);
  });

  it('does not have the last try used by a server that says nothing of it', async () => {
    const { channel, pinReference, agree, log, refused } = await open('st-2021', { pinTriesLeft: 1 });
    agree('00000');
    // This server claims to have the operator's word; the one who took the touch was not told so.
    const error: unknown = await verifyPin(channel, { pinReference, lastTryConfirmed: true, earlier: undefined }).catch((reason: unknown) => reason);
    expect(error).to.include({ code: 'instruction-refused', detail: 'last-try' });
    expect(log).to.deep.equal(['00200090']);
    expect(refused).to.deep.equal([0x20]);
  });
});
