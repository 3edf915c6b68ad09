/** The certificate service's own code asks a virtual CIE's national application, through the guard. */
import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { judgeNationalApplication } from '@videosportello/identity/cie/judge-national-application.ts';
import { readNationalApplication } from '@videosportello/identity/cie/read-national-application.ts';
import { createTrustStore } from '@videosportello/identity/emrtd/trust-store.ts';
import { dialogueId, newId } from '@videosportello/protocol/ids.ts';
import { createCardDialogues } from '../src/dialogue/card-dialogue.ts';
import { personalise } from '../virtual/cie/personalise.ts';
import { JPEG_HEADER, quickAuthority, ROSSI } from '../virtual/cie/test/specimen.ts';
import { createVirtualCie } from '../virtual/cie/virtual-cie.ts';
import { cardInReader } from './card-in-reader.ts';

const { signal } = new AbortController();
const at = new Date('2026-11-22T20:00:00Z');

describe('identity and the guard with the national application of a virtual CIE', function () {
  this.timeout(20_000);
  let authority: Awaited<ReturnType<typeof quickAuthority>>;
  before(async () => {
    authority = await quickAuthority();
  });

  async function ask(options: { readonly nis?: string; readonly profile?: 'rsa-pss-sha512' | 'rsa-pkcs1-sha256' }) {
    const image = personalise(ROSSI, { authority, photo: JPEG_HEADER, issueDate: new Date('2024-05-06T00:00:00Z'), ...options });
    const { service, log } = cardInReader(createVirtualCie(image, { random: (bytes) => randomBytes(bytes) }));
    const refused: number[] = [];
    await using dialogues = createCardDialogues(service, ({ ins }) => refused.push(ins));
    const id = newId(dialogueId, 'g');
    await dialogues.connect(id, 'cie-nis', signal);
    const challenge = new Uint8Array(randomBytes(32));
    const port = {
      exchange: (commands: readonly Uint8Array[]) => dialogues.exchange(id, commands, { deadlineMs: 5_000, signal }),
    };
    const reading = await readNationalApplication(port, { challenge, signal });
    expect(refused).to.deep.equal([]);
    return { reading, log, challenge };
  }

  for (const profile of ['rsa-pss-sha512', 'rsa-pkcs1-sha256'] as const) {
    it(`some genuine CIE is here, security object of ${profile}`, async () => {
      const { reading, challenge } = await ask({ nis: '123456789012', profile });
      expect(reading?.counts.exchanges).to.be.at.most(4);
      const trust = createTrustStore([{ certificate: authority.certificate, specimen: true }]);
      const judged = judgeNationalApplication(reading, { challenge, trust, at });
      expect(judged).to.deep.equal({ answer: 'yes', reason: 'challenge-answered', specimen: true });
      const later = judgeNationalApplication(reading, { challenge: new Uint8Array(randomBytes(32)), trust, at });
      expect(later, 'replayed for another visit').to.include({ answer: 'no', reason: 'challenge-answer-wrong' });
      const nobody = judgeNationalApplication(reading, { challenge, trust: createTrustStore([]), at });
      expect(nobody).to.include({ answer: 'no', reason: 'issuer-not-trusted' });
    });
  }

  it('is not asked of a card without the application', async () => {
    const { reading } = await ask({});
    expect(reading).to.equal(undefined);
  });
});
