import { z } from 'zod';

/**
 * Messages between the reader service and the process that holds the PC/SC binding, on Node's IPC channel with
 * structured clone. Both ends read every message by these schemas.
 */

/** Shortest and longest command APDU: header only; extended length with data and Le (ISO/IEC 7816-4, 5.2). */
export const APDU_MIN = 4;
export const APDU_MAX = 65_544;

/** Longest response APDU: 65,536 bytes of data and the status word (ISO/IEC 7816-4, 5.2). */
export const RESPONSE_MAX = 65_538;

const id = z.number().int().nonnegative();
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'bytes expected');

/** From the service to the binding. Each command is answered once, by a message with the same id. */
export const bindingCommand = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('connect'), id, reader: z.string() }),
  z.strictObject({ type: z.literal('transmit'), id, apdu: bytes }),
  z.strictObject({ type: z.literal('power-off'), id }),
  z.strictObject({ type: z.literal('ping'), id }),
]);
export type BindingCommand = z.infer<typeof bindingCommand>;

/** Protocols of PC/SC as SCardConnect reports them (pcsclite.h: SCARD_PROTOCOL_T0 = 1, SCARD_PROTOCOL_T1 = 2). */
export const cardProtocol = z.enum(['t0', 't1']);
export type CardProtocol = z.infer<typeof cardProtocol>;

/** From the binding to the service. */
export const bindingMessage = z.discriminatedUnion('type', [
  /** The readers now plugged in; the first such message says that the service is there. */
  z.strictObject({ type: z.literal('readers'), names: z.array(z.string()) }),
  /** State bits of a reader as SCardGetStatusChange gives them, and the answer to reset if a card is there. */
  z.strictObject({ type: z.literal('status'), reader: z.string(), bits: z.number().int(), atr: bytes }),
  /** The PC/SC service is missing or died; the process ends after this message. */
  z.strictObject({ type: z.literal('no-service') }),
  /** The native addon does not load on this Node; the process ends after this message. */
  z.strictObject({ type: z.literal('no-binding') }),
  z.strictObject({ type: z.literal('connected'), id, protocol: cardProtocol }),
  z.strictObject({ type: z.literal('response'), id, response: bytes }),
  z.strictObject({ type: z.literal('done'), id }),
  /** A command failed with a PC/SC return value; 0 when the binding gave none. */
  z.strictObject({ type: z.literal('failed'), id, pcscCode: z.number().int().nonnegative() }),
]);
export type BindingMessage = z.infer<typeof bindingMessage>;
