import { recogniseCns } from '@videosportello/identity/cns/cns-atr.ts';
import { modulusBytesOf } from '@videosportello/identity/cns/holder-certificate.ts';
import { askTriesLeft, reckonTries, verifyPin } from '@videosportello/identity/cns/pin.ts';
import type { PinOutcome } from '@videosportello/identity/cns/pin.ts';
import { readCns } from '@videosportello/identity/cns/read-cns.ts';
import type { CnsReading } from '@videosportello/identity/cns/read-cns.ts';
import { signChallenge } from '@videosportello/identity/cns/sign-challenge.ts';
import { plainChannel } from '@videosportello/identity/iso7816/transmit.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { challengeText } from '@videosportello/protocol/messages/signature-challenge.ts';
import type { SignatureChallenge } from '@videosportello/protocol/messages/signature-challenge.ts';
import type { DevicePeer, VisitRecord } from '../visit/visit-record.ts';
import type { DialogueOptions } from './card-evidence.ts';
import { withCard } from './card-link.ts';

const NONCE_BYTES = 32;

/** What came of a service card: its files, and its signature over the server's text. */
export interface ServiceCardEvidence {
  readonly reading: CnsReading;
  readonly signed: { readonly text: Uint8Array; readonly signature: Uint8Array };
}

/** Bound to this visit at this kiosk now. */
export interface ServiceCardOptions extends DialogueOptions {
  readonly visit: Pick<VisitRecord, 'visitId' | 'kioskId'>;
  /** The operator has said that the last try for the PIN may be used. */
  readonly lastTryConfirmed: boolean;
  /** What became of the visit's last PIN, and who keeps what becomes of this one. */
  readonly earlierPin: PinOutcome | undefined;
  readonly onPin: (outcome: PinOutcome) => void;
  readonly now: () => Date;
}

/**
 * Reads a health or service card and has it sign a challenge of this visit, after the citizen's PIN and touch. The PIN is never
 * here: the device service fills it in. Tries are those the card gives when asked, else those the last PIN of the visit left.
 *
 * ```
 *   connected ──▶ files ──▶ tries left ──1, not confirmed──▶ card-last-try        (the PIN is not asked for)
 *                               │ else        └──0──▶ card-pin-blocked
 *                               ▼
 *                    PIN and touch ──no──▶ signature-declined
 *                               │ yes
 *                               ▼
 *                            VERIFY ──▶ card-wrong-pin, card-pin-blocked
 *                               ▼
 *                           signature
 * ```
 * @throws ProtocolError with these codes, and as {@link withCard}.
 */
export async function readServiceCardOverLink(device: DevicePeer, options: ServiceCardOptions): Promise<ServiceCardEvidence> {
  try {
    return await signOverLink(device, options);
  } catch (error) {
    // The guard at the kiosk remembers the card's insertion, also over visits and lost answers, and may know what is not known here.
    const byGuard = error instanceof ProtocolError && error.code === 'instruction-refused' && error.detail === 'last-try';
    if (!byGuard) throw error;
    options.onPin({ kind: 'last-try' });
    throw new ProtocolError('card-last-try', { cause: error });
  }
}

function signOverLink(device: DevicePeer, options: ServiceCardOptions): Promise<ServiceCardEvidence> {
  const { onPhase, random, lastTryConfirmed, earlierPin: earlier, visit, now } = options;
  onPhase('connecting');
  return withCard(device, 'cns-sign', { deadlines: options.deadlines, signal: options.signal }, async ({ id, atr, port, signal }) => {
    const channel = plainChannel(port, signal);
    const { pinReference } = recogniseCns(atr) ?? { pinReference: 0x10 as const };
    onPhase('reading');
    const reading = await readCns(channel);
    const modulusBytes = modulusBytesOf(reading.certificate);
    const triesLeft = reckonTries(await askTriesLeft(channel, pinReference), earlier);
    if (triesLeft === 0) throw new ProtocolError('card-pin-blocked');
    if (triesLeft === 1 && !lastTryConfirmed) throw new ProtocolError('card-last-try');
    const challenge: SignatureChallenge = {
      product: 'Videosportello',
      kioskId: visit.kioskId,
      visitId: visit.visitId,
      at: now().getTime(),
      nonce: Buffer.from(random(NONCE_BYTES)).toString('hex'),
    };
    onPhase('pin');
    const request = { dialogueId: id, challenge, lastTryConfirmed, ...(triesLeft === undefined ? {} : { triesLeft }) };
    const { agreed } = await device.request('signature.present', request, { signal });
    if (!agreed) throw new ProtocolError('signature-declined');
    onPhase('checking');
    const outcome = await verifyPin(channel, { pinReference, lastTryConfirmed, earlier });
    options.onPin(outcome);
    mustBeVerified(outcome);
    const text = new TextEncoder().encode(challengeText(challenge));
    return { reading, signed: { text, signature: await signChallenge(channel, { text, modulusBytes }) } };
  });
}

function mustBeVerified(outcome: PinOutcome): void {
  switch (outcome.kind) {
    case 'verified':
      return;
    case 'wrong':
      throw new ProtocolError('card-wrong-pin');
    case 'blocked':
      throw new ProtocolError('card-pin-blocked');
    case 'last-try':
      throw new ProtocolError('card-last-try');
  }
}
