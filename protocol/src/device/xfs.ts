import { z } from 'zod';

/**
 * The envelope of XFS4IoT (CEN/WS XFS4IoT, "Framework"): a header that says what kind of message this is, and a payload.
 * Command → acknowledge → events → completion; unsolicited events belong to no command.
 */
export const requestId = z.number().int().min(1).max(999_999);

/** Names look like `CardReader.MediaInsertedEvent`; our additions stand under `Videosportello.`. */
const name = z.string().regex(/^[A-Z][A-Za-z]+\.[A-Z][A-Za-z]+$/).max(80);

export const commandHeader = z.object({ type: z.literal('command'), name, requestId, version: z.literal('1.0'), timeout: z.number().int().min(0).optional() });
export const acknowledgeHeader = z.object({ type: z.literal('acknowledge'), name, requestId, version: z.literal('1.0') });
export const eventHeader = z.object({ type: z.literal('event'), name, requestId, version: z.literal('1.0') });
/** Completion codes of the framework, as far as our device service can mean them. */
export const completionCode = z.enum([
  'success',
  'canceled',
  'deviceNotReady',
  'hardwareError',
  'invalidData',
  'invalidRequestID',
  'unsupportedCommand',
  'internalError',
  'userError',
  'sequenceError',
  'timeOut',
  'invalidToken',
  'commandErrorCode',
]);
export type CompletionCode = z.output<typeof completionCode>;
export const completionHeader = z.object({
  type: z.literal('completion'),
  name,
  requestId,
  version: z.literal('1.0'),
  completionCode,
  errorDescription: z.string().max(200).optional(),
});
export const unsolicitedHeader = z.object({ type: z.literal('unsolicited'), name, version: z.literal('1.0') });

export const commandMessage = z.object({ header: commandHeader, payload: z.unknown() });
export const serverMessage = z.object({
  header: z.discriminatedUnion('type', [acknowledgeHeader, eventHeader, completionHeader, unsolicitedHeader]),
  payload: z.unknown(),
});
export type CommandMessage = z.output<typeof commandMessage>;
export type ServerMessage = z.output<typeof serverMessage>;
