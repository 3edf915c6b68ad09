import { CardError } from '@videosportello/identity/card-error.ts';
import { authenticatePassively } from '@videosportello/identity/emrtd/passive-authentication.ts';
import type { DocumentReading } from '@videosportello/identity/emrtd/read-document.ts';
import type { TrustStore } from '@videosportello/identity/emrtd/trust-store.ts';
import { deriveVerdict } from '@videosportello/identity/verdict/answers.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { personClaims } from '@videosportello/protocol/messages/verdict.ts';
import type { VerdictView } from '@videosportello/protocol/messages/verdict.ts';
import { civilDateAt } from '../rules/civil-date.ts';
import type { ChipPhoto } from './chip-photo.ts';

/** The part of a reading that is judged. */
export type ReadFiles = Pick<DocumentReading, 'files' | 'protocol' | 'chipProof'>;

/**
 * From what came out of the chip to the view an operator gets. Pure.
 * @throws ProtocolError `card-unreadable` when the files are not what their standard says, `card-unsupported` for a document
 * that is no electronic identity card.
 */
export function judgeReading(reading: ReadFiles, options: { readonly trust: TrustStore; readonly photo: ChipPhoto; readonly at: Date; readonly timeZone: string }): VerdictView {
  const { files } = reading;
  try {
    const passiveAuthentication = authenticatePassively({ files, trust: options.trust, at: options.at });
    const today = civilDateAt(options.at, options.timeZone);
    const { document, answers, claims, warnings } = deriveVerdict({ files, passiveAuthentication, chipProof: reading.chipProof, today });
    if (document !== 'it-electronic-identity-card') throw new ProtocolError('card-unsupported');
    // A chip may hold any text: what is longer than a claim can be is not a card of ours.
    const person = personClaims.safeParse(claims);
    if (!person.success) throw new ProtocolError('card-unreadable');
    const { photo, isWithheld } = options.photo;
    return {
      at: options.at.getTime(),
      document: 'cie',
      protocol: reading.protocol,
      answers,
      person: person.data,
      // The card has a photo, and the operator must not be told that it has none.
      warnings: [...warnings, ...(isWithheld ? ['photo-not-shown'] : [])],
      ...(photo ? { photo } : {}),
      specimen: passiveAuthentication.signer?.specimen ?? false,
    };
  } catch (error) {
    throw error instanceof CardError ? new ProtocolError('card-unreadable', { cause: error }) : error;
  }
}
