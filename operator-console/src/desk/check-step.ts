import type { CertificateClient } from '@videosportello/certificates/client/certificate-client.ts';
import type { CheckWork } from './desk-state.ts';

/** The part of the certificate client that the check by eye needs. */
export type CheckClient = Pick<CertificateClient, 'beginCheck' | 'answerCheck' | 'concludeCheck' | 'giveSecondOpinion'>;

/** Takes a step of the check by eye to the certificate node. @throws ProtocolError as the node's. */
export function checkStep(client: CheckClient, work: CheckWork): Promise<void> {
  switch (work.kind) {
    case 'begin':
      return client.beginCheck(work.document);
    case 'answer':
      return client.answerCheck(work.question, work.answer);
    case 'conclude':
      return client.concludeCheck(work.person);
    case 'second':
      return client.giveSecondOpinion(work.question, work.answer);
  }
}
