import { z } from 'zod';
import { cardPin, cardToRead } from '../contract/device-certificates.ts';
import { errorCode } from '../error-codes.ts';
import { dialogueId, documentId, kioskId, reviewId, scanId, visitId } from '../ids.ts';
import { audience, compactJws, nonce, publicKey } from '../keys.ts';
import { keptTicketText } from '../kept-ticket.ts';
import { documentState, openedCase, printReason, review } from '../messages/document.ts';
import { scanSide } from '../messages/scan.ts';
import { signatureChallenge } from '../messages/signature-challenge.ts';
import { cardResult, evidencePhase } from '../messages/verdict.ts';
import { socketUrl } from '../units.ts';

/** What the answer to reset says of a card that is present: a health or service card (CNS); anything else is taken for a CIE. */
export const cardKind = z.enum(['service-card', 'other']);
export type CardKind = z.output<typeof cardKind>;

/** Status of devices in XFS4IoT's words (Common.Status, CardReader, Printer, Check). */
export const deviceStatus = z.object({
  cardReader: z.object({
    device: z.enum(['online', 'noDevice', 'hardwareError']),
    media: z.enum(['present', 'notPresent', 'unknown']),
    card: cardKind.optional(),
  }),
  printer: z.object({
    device: z.enum(['online', 'offline', 'noDevice']),
    reasons: z.array(printReason).max(20),
    job: z.object({ documentId, state: documentState, reason: printReason.optional() }).optional(),
  }),
  /** `userError`: jammed or open, for the person in front of it. `media` is what the last scan of this visit found; no flatbed knows it by itself. */
  scanner: z.object({ device: z.enum(['online', 'offline', 'noDevice', 'userError']), media: z.enum(['present', 'notPresent', 'unknown']) }),
  /** The link of the device service to the visit's certificate node. */
  certificates: z.enum(['none', 'connecting', 'open', 'lost']),
});
export type DeviceStatus = z.output<typeof deviceStatus>;

/** Words on a slip, in Latin letters; a printer's own fonts have no others. */
const slipText = (length: number) => z.string().max(length).regex(/^[\u0020-\u007e\u00a0-\u017f\u2013\u2019\u201c\u201d]*$/);

/** A kept ticket on paper: its label and words in the citizen's language, and the ticket itself as a QR symbol. */
export const ticketSlip = z.object({
  issuer: slipText(80),
  title: slipText(120),
  label: z.string().max(6),
  lines: z.array(slipText(200)).max(8),
  ticket: keptTicketText,
});
export type TicketSlip = z.output<typeof ticketSlip>;

/** A command the kiosk page may give: its payload, its completion's payload, and the events before it. */
interface CommandSchema {
  readonly payload: z.ZodType;
  readonly completion: z.ZodType;
}
const failure = { errorCode: errorCode.optional() };

/** Commands of the kiosk page to the device service. `commandErrorCode` completions carry `errorCode` of our closed list. */
export const deviceCommands = {
  /** First message; the token came with the page this service served. */
  'Videosportello.Hello': {
    payload: z.object({ token: z.string().min(20).max(100) }),
    completion: z.object({ ...failure, kioskId: kioskId.optional(), queueUrl: socketUrl.optional(), enrolled: z.boolean().optional() }),
  },
  /** Signs queue-service's nonce with the kiosk's key, vouching for the page's session key. */
  'Videosportello.ProveKiosk': {
    payload: z.object({ nonce, audience, sessionKey: publicKey }),
    completion: z.object({ ...failure, proof: compactJws.optional() }),
  },
  /** Takes the visit grant to the certificate node and keeps that link for the visit; again with a renewed grant. */
  'Videosportello.OpenVisit': {
    payload: z.object({ visitId, certificatesUrl: socketUrl, grant: z.string().max(4096) }),
    completion: z.object({ ...failure }),
  },
  /** Has the card on the reader judged. `Videosportello.EvidenceProgressEvent`s come before the completion. */
  'Videosportello.ReadCard': {
    payload: z.object({ visitId, card: cardToRead }),
    completion: z.object({ ...failure, card: cardResult.optional() }),
  },
  /** Scans the sheet on the glass and sends it to the visit's certificate node; the page itself never sees it. Takes up to a minute. */
  'Check.ReadImage': {
    payload: z.object({ visitId, side: scanSide }),
    completion: z.object({ ...failure, scanId: scanId.optional() }),
  },
  /**
   * Scans the glass for a kept ticket, without a visit. `ticket` is absent when none is on it: no other code, and nothing else of
   * the sheet, is passed on. Takes up to a minute.
   */
  'BarcodeReader.Read': { payload: z.object({}), completion: z.object({ ...failure, ticket: keptTicketText.optional() }) },
  /** Prints a kept ticket; completes when it is out. `printer-unavailable`: surely or probably it is not. */
  'Videosportello.PrintTicket': { payload: ticketSlip, completion: z.object({ ...failure }) },
  'Videosportello.AnswerReview': { payload: z.object({ reviewId, agreed: z.boolean() }), completion: z.object({ ...failure }) },
  /** The citizen's PIN and touch for the signature shown, or his no. The PIN goes to the card and nowhere else. */
  'Videosportello.AnswerSignature': {
    payload: z.discriminatedUnion('agreed', [
      z.object({ dialogueId, agreed: z.literal(true), pin: cardPin }),
      z.object({ dialogueId, agreed: z.literal(false) }),
    ]),
    completion: z.object({ ...failure }),
  },
  /** The citizen says he has the paper. */
  'Videosportello.PaperTaken': { payload: z.object({ documentId }), completion: z.object({ ...failure }) },
  /** Ends the visit here: links closed, buffers wiped; the completion says what was found and what remains. */
  'Videosportello.CloseVisit': {
    payload: z.object({ visitId }),
    completion: z.object({ ...failure, cardStillPresent: z.boolean().optional(), sheetStillInScanner: z.boolean().optional() }),
  },
  'Common.Status': { payload: z.object({}), completion: z.object({ ...failure, status: deviceStatus.optional() }) },
} as const satisfies Record<string, CommandSchema>;
export type DeviceCommand = keyof typeof deviceCommands;

/** Events within a running command. */
export const deviceEvents = {
  'Videosportello.EvidenceProgressEvent': z.object({ phase: evidencePhase }),
} as const;

/** Events that belong to no command. */
export const unsolicitedEvents = {
  'Common.StatusChangedEvent': z.object({ status: deviceStatus }),
  'CardReader.MediaInsertedEvent': z.object({ card: cardKind }),
  'CardReader.MediaRemovedEvent': z.object({}),
  'Videosportello.ReviewRequestedEvent': z.object({ review }),
  'Videosportello.ReviewWithdrawnEvent': z.object({ reviewId }),
  /** The back office has taken a request in: its number, and what happens next. */
  'Videosportello.CaseOpenedEvent': z.object({ opened: openedCase }),
  /** The card is to sign this: show it, ask for the PIN. `lastTry`: a wrong PIN now blocks the card. */
  'Videosportello.SignatureRequestedEvent': z.object({
    dialogueId,
    challenge: signatureChallenge,
    triesLeft: z.number().int().min(1).max(15).optional(),
    lastTry: z.boolean(),
  }),
  'Videosportello.SignatureWithdrawnEvent': z.object({ dialogueId }),
  /** Where the paper is: XFS4IoT's Printer events in one, by document. */
  'Videosportello.PaperChangedEvent': z.object({ documentId, state: documentState, reason: printReason.optional() }),
} as const;
export type UnsolicitedEvent = keyof typeof unsolicitedEvents;
