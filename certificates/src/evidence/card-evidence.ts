import { readNationalApplication, NATIONAL_CHALLENGE_BYTES } from '@videosportello/identity/cie/read-national-application.ts';
import type { NationalReading } from '@videosportello/identity/cie/read-national-application.ts';
import { messageLengths } from '@videosportello/identity/emrtd/chip-lengths.ts';
import { readDocument } from '@videosportello/identity/emrtd/read-document.ts';
import type { DocumentReading, ReadPhase } from '@videosportello/identity/emrtd/read-document.ts';
import type { EvidencePhase } from '@videosportello/protocol/messages/verdict.ts';
import type { DevicePeer } from '../visit/visit-record.ts';
import { withCard } from './card-link.ts';
import type { CardDeadlines } from './card-link.ts';

/** Bytes of the challenge of active authentication (ICAO Doc 9303-11, 6.1). */
const CHIP_CHALLENGE_BYTES = 8;

const phases: Readonly<Record<ReadPhase, EvidencePhase>> = {
  access: 'connecting',
  pace: 'access-number',
  text: 'reading',
  photo: 'photo',
  done: 'checking',
};

/** What a dialogue needs. */
export interface DialogueOptions {
  /** Cryptographically strong. */
  readonly random: (length: number) => Uint8Array;
  readonly onPhase: (phase: EvidencePhase) => void;
  readonly deadlines: CardDeadlines;
  readonly signal: AbortSignal;
}

/**
 * Reads the travel document on a kiosk's reader and asks its chip to prove itself. Secure messaging ends here: the kiosk carries
 * bytes it cannot read.
 * @throws ProtocolError as {@link withCard}.
 */
export function readDocumentOverLink(device: DevicePeer, can: string, { random, onPhase, deadlines, signal }: DialogueOptions): Promise<DocumentReading> {
  onPhase('connecting');
  return withCard(device, 'emrtd-read', { deadlines, signal }, (card) =>
    readDocument(card.port, {
      password: { kind: 'can', can },
      files: ['dg1', 'dg11', 'dg2'],
      random,
      chipChallenge: random(CHIP_CHALLENGE_BYTES),
      lengths: messageLengths(card.atr),
      signal: card.signal,
      onPhase: (phase) => onPhase(phases[phase]),
    }),
  );
}

/** A national application as read, undefined where the card has none, and the challenge it answered. */
export interface NationalEvidence {
  readonly reading: NationalReading | undefined;
  readonly challenge: Uint8Array;
}

/**
 * Has the national application of the CIE on a kiosk's reader answer a challenge.
 * @throws ProtocolError as {@link withCard}.
 */
export function readNationalOverLink(device: DevicePeer, { random, deadlines, signal }: Omit<DialogueOptions, 'onPhase'>): Promise<NationalEvidence> {
  const challenge = random(NATIONAL_CHALLENGE_BYTES);
  return withCard(device, 'cie-nis', { deadlines, signal }, async (card) => ({
    reading: await readNationalApplication(card.port, { challenge, signal: card.signal }),
    challenge,
  }));
}
