import { z } from 'zod';
import { dialogueId, documentId, kioskId, reviewId, scanId } from '../ids.ts';
import { compactJws } from '../keys.ts';
import { documentState, openedCase, printAttempt, printReason, review } from '../messages/document.ts';
import { signatureChallenge } from '../messages/signature-challenge.ts';
import { cardResult, evidencePhase } from '../messages/verdict.ts';
import { scanAnnouncement, scanPiece } from '../messages/scan.ts';
import { contract } from '../rpc/contract.ts';
import { hex, spanMs } from '../units.ts';

/** The card access number printed on a CIE's front: six figures. A password of the chip, not of the person; used once and not kept. */
export const cardAccessNumber = z.string().regex(/^\d{6}$/);

/** What the citizen has put on the reader, and what it needs of him; a service card's PIN is asked for within the dialogue. */
export const cardToRead = z.discriminatedUnion('document', [
  z.object({ document: z.literal('cie'), can: cardAccessNumber }),
  z.object({ document: z.literal('ts-cns') }),
]);
export type CardToRead = z.output<typeof cardToRead>;

/**
 * What may be done with a card, by name; each has a published list of instructions at the device service. `emrtd-read`: a travel
 * document; `cie-nis`: the national application of a CIE answers a challenge; `cns-read`: files of a CNS; `cns-sign`: the same, and
 * after PIN and touch one signature over a readable challenge.
 */
export const cardDialogue = z.enum(['emrtd-read', 'cie-nis', 'cns-read', 'cns-sign']);
export type CardDialogue = z.output<typeof cardDialogue>;

/**
 * Stands in VERIFY where the PIN belongs: eight bytes FF, a padded block without a digit (ISO/IEC 7816-4, 11.6.6). The server sends
 * `00 20 00 10 08` or `00 20 00 90 08` and this; the device service fills in what the citizen typed, sends it to the card once,
 * and wipes it. The server gets the status word. VERIFY with any other data is refused, so a PIN never crosses the network.
 */
export const EMPTY_PIN_BLOCK = 'FFFFFFFFFFFFFFFF';

/** The PIN of a CNS: five to eight figures. Only between the kiosk page and the device service of the same machine. */
export const cardPin = z.string().regex(/^\d{5,8}$/);

/** Largest piece of a paper per request, bytes. */
export const PAPER_PIECE_BYTES = 131_072;

/**
 * The kiosk's device service at its certificate node (`/device`): card dialogue, review and papers of one visit. The server
 * drives the dialogue; the device service passes only instructions on the dialogue's published list.
 */
export const deviceCertificates = contract({
  name: 'device-certificates',
  version: 2,
  client: {
    requests: {
      hello: { params: z.object({ version: z.literal(2), kioskId, grant: z.string().max(4096), proof: compactJws }), result: z.object({}) },
      'grant.update': { params: z.object({ grant: z.string().max(4096) }), result: z.object({}) },
      /** Reads and judges the card on the reader; answered at the end of the dialogue, which a PIN makes longer. */
      'evidence.begin': { params: cardToRead, result: z.object({ card: cardResult }), timeoutMs: 240_000 },
      /** A page from the scanner comes: held in memory as evidence of the visit, shown to its operator, gone at its end. */
      'scan.begin': { params: scanAnnouncement, result: z.object({}) },
      /** Its pieces, in order; the last one is answered when digest and picture have been checked. */
      'scan.append': { params: z.object({ scanId, offset: z.number().int().min(0), base64: scanPiece }), result: z.object({}) },
      'paper.fetch': {
        params: z.object({ documentId, offset: z.number().int().min(0) }),
        result: z.object({ base64: z.base64().max(180_000), total: z.number().int().min(1) }),
      },
      /** What became of one sheet. A report about an earlier attempt is heard and counts for nothing. */
      'paper.outcome': {
        params: z.object({ documentId, attempt: printAttempt, state: documentState, reason: printReason.optional() }),
        result: z.object({}),
      },
    },
    notifications: {},
  },
  server: {
    requests: {
      /** Powers the card up for one dialogue. */
      'card.connect': {
        params: z.object({ dialogueId, dialogue: cardDialogue }),
        result: z.object({ atr: hex }),
        timeoutMs: 60_000,
      },
      /**
       * Within `cns-sign`: shows the challenge to the citizen, who types his PIN and touches, or declines. Afterwards VERIFY with
       * {@link EMPTY_PIN_BLOCK} passes once, and PSO: COMPUTE DIGITAL SIGNATURE over this challenge's digest once.
       */
      'signature.present': {
        params: z.object({
          dialogueId,
          challenge: signatureChallenge,
          /** As the card said, where it said so. */
          triesLeft: z.number().int().min(1).max(15).optional(),
          /** Whether the operator has confirmed that the last try may be used; without it VERIFY with one try left is refused. */
          lastTryConfirmed: z.boolean(),
        }),
        result: z.object({ agreed: z.boolean() }),
        timeoutMs: 180_000,
      },
      /**
       * Runs the commands in order; stops after the first status word other than 9000. A command that is not on the dialogue's list
       * has the whole request refused before the card sees any of it, and the card is powered off.
       */
      'card.exchange': {
        params: z.object({ dialogueId, commands: z.array(hex.max(4096)).min(1).max(400), deadlineMs: spanMs }),
        result: z.object({ responses: z.array(hex).max(400) }),
        timeoutMs: 60_000,
      },
      /** Ends the dialogue and powers the card off. */
      'card.release': { params: z.object({ dialogueId }), result: z.object({}) },
      /** Shows the words of the paper to the citizen and waits for his touch. */
      'review.present': { params: z.object({ review }), result: z.object({ reviewId, agreed: z.boolean() }), timeoutMs: 600_000 },
      /** A paper is ready; the device service fetches, checks, prints and follows it. */
      'paper.offer': {
        params: z.object({
          documentId,
          /** A lower or equal one never prints again. */
          attempt: printAttempt,
          sha256: z.string().regex(/^[0-9a-f]{64}$/),
          bytes: z.number().int().min(1).max(20_000_000),
        }),
        result: z.object({}),
      },
    },
    notifications: {
      'evidence.progress': z.object({ phase: evidencePhase }),
      /** The back office has taken a request in: the citizen is shown its number and what happens next. */
      'case.opened': openedCase,
      /** The operator has seen to it that the uncertain sheet came out: it is the paper, and the citizen may take it. */
      'paper.confirmed': z.object({ documentId, attempt: printAttempt }),
      /** Why the server is about to close this connection. */
      'visit.closed': z.object({ why: z.enum(['visit-ended', 'grant-expired', 'kiosk-revoked', 'replaced', 'shutting-down']) }),
    },
  },
});
