import { z } from 'zod';
import { errorCode, errorCodes, ProtocolError } from '../error-codes.ts';
import type { ErrorCode } from '../error-codes.ts';

/** JSON-RPC 2.0 request, notification, success and failure (https://www.jsonrpc.org/specification). */
const id = z.number().int().min(0);
const method = z.string().max(80);
export const requestEnvelope = z.strictObject({ jsonrpc: z.literal('2.0'), id, method, params: z.unknown() });
export const notificationEnvelope = z.strictObject({ jsonrpc: z.literal('2.0'), method, params: z.unknown() });
export const successEnvelope = z.strictObject({ jsonrpc: z.literal('2.0'), id, result: z.unknown() });
export const failureEnvelope = z.strictObject({
  jsonrpc: z.literal('2.0'),
  id: id.nullable(),
  error: z.object({
    code: z.number().int(),
    message: z.string().max(500),
    // A newer peer may know codes and say details that this one does not: the failure itself must still arrive.
    data: z.object({ code: errorCode.catch('internal'), detail: z.string().max(80).optional().catch(undefined) }).optional(),
  }),
});
/** Order matters: an id makes a request, its absence a notification; both objects are strict. */
export const envelope = z.union([requestEnvelope, notificationEnvelope, successEnvelope, failureEnvelope]);
export type Envelope = z.output<typeof envelope>;

/** Numbers of the specification where it has one; -32000 (server error) otherwise: our code is in `data.code`. */
const numbers: Partial<Record<ErrorCode, number>> = {
  'bad-message': -32600,
  'unknown-method': -32601,
  'bad-params': -32602,
  internal: -32603,
};

/** The failure envelope of an error: code and plain sentence, never a stack or a cause. */
export const failureOf = (requestId: number | null, error: ProtocolError): z.input<typeof failureEnvelope> => ({
  jsonrpc: '2.0',
  id: requestId,
  error: {
    code: numbers[error.code] ?? -32000,
    message: errorCodes[error.code].sentence,
    data: { code: error.code, ...(error.detail === undefined ? {} : { detail: error.detail }) },
  },
});

/** The error a failure envelope carries; a code unknown here becomes `internal`. */
export const errorOf = (failure: z.output<typeof failureEnvelope>): ProtocolError =>
  new ProtocolError(failure.error.data?.code ?? 'internal', failure.error.data?.detail ? { detail: failure.error.data.detail } : {});
