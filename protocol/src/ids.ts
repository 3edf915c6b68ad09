import { z } from 'zod';

const id = <Brand extends string>(prefix: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9a-f]{24}$`))
    .brand<Brand>();

/** A visit: one person, one kiosk, from touch to cleared screen. Born at queue-service; on every message, key and log line. */
export const visitId = id<'VisitId'>('v');
/** A place in the queue; a visit has at most one open ticket. */
export const ticketId = id<'TicketId'>('t');
/** The queue's proposal of a visit to one operator, with an end. */
export const offerId = id<'OfferId'>('o');
/** One message inside a visit; its answer carries the same id. */
export const messageId = id<'MessageId'>('m');
/** One card dialogue between certificates and a kiosk's reader. */
export const dialogueId = id<'DialogueId'>('g');
/** One issued document: the key of print job, register row and paper. Says nothing about its subject. */
export const documentId = id<'DocumentId'>('d');
/** One presentation of a document's words to the citizen for review. */
export const reviewId = id<'ReviewId'>('r');
/** One page that went through the kiosk's scanner. */
export const scanId = id<'ScanId'>('s');
/** One connection of a peer to a room. */
export const peerId = id<'PeerId'>('p');

/** An enrolled kiosk; chosen by the administrator, so readable: `kiosk-17`. */
export const kioskId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/).brand<'KioskId'>();
/** An operator's pseudonymous id: derived from issuer and subject of the sign-in, never the name. */
export const operatorId = z.string().regex(/^op_[0-9a-f]{24}$/).brand<'OperatorId'>();
/** A media or certificate node as it registers at queue-service. */
export const nodeId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/).brand<'NodeId'>();

export type VisitId = z.output<typeof visitId>;
export type TicketId = z.output<typeof ticketId>;
export type OfferId = z.output<typeof offerId>;
export type MessageId = z.output<typeof messageId>;
export type DialogueId = z.output<typeof dialogueId>;
export type DocumentId = z.output<typeof documentId>;
export type ReviewId = z.output<typeof reviewId>;
export type ScanId = z.output<typeof scanId>;
export type PeerId = z.output<typeof peerId>;
export type KioskId = z.output<typeof kioskId>;
export type OperatorId = z.output<typeof operatorId>;
export type NodeId = z.output<typeof nodeId>;

/** A source of random bytes; `globalThis.crypto` fits, tests pass a counted one. */
export interface RandomSource {
  getRandomValues(array: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>;
}

/**
 * Makes a new id of the schema's kind: prefix, underscore, 96 random bits in lower-case hex.
 * @example newId(visitId, 'v') // "v_5f0c…"
 */
export function newId<Schema extends z.ZodType>(
  schema: Schema,
  prefix: 'v' | 't' | 'o' | 'm' | 'g' | 'd' | 'r' | 's' | 'p',
  random: RandomSource = globalThis.crypto,
): z.output<Schema> {
  const bytes = random.getRandomValues(new Uint8Array(12));
  return schema.parse(`${prefix}_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`);
}
