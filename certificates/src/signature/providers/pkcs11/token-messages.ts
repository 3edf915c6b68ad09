import { z } from 'zod';

/**
 * Messages between the service and the process that holds a PKCS#11 module, on Node's IPC channel with structured clone.
 * Both ends read every message by these schemas. A PIN is in none of them: the process reads it from its file itself.
 */

const id = z.int().nonnegative();
const bytes = z.custom<Uint8Array<ArrayBuffer>>((value) => value instanceof Uint8Array, 'bytes expected');

/** Label of a key in the token, which is its name in the key folder. */
const label = z.string().min(1).max(60);

/** Kinds of key a token can be asked to make. */
export const tokenKeyKind = z.enum(['P-256', 'RSA 2048', 'RSA 3072']);
export type TokenKeyKind = z.infer<typeof tokenKeyKind>;

/** What the process needs to reach its token; its first message, answered by nothing. */
export const tokenOpening = z.strictObject({
  type: z.literal('open'),
  /** File of the module, a shared library. */
  module: z.string().min(1),
  /** Label of the token (CK_TOKEN_INFO.label). */
  token: z.string().min(1).max(32),
  /** File that holds the user PIN. */
  pinFile: z.string().min(1),
});

/** From the service to the process. Each command is answered once, by a message with the same id. */
export const tokenCommand = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('sign'), id, label, algorithm: z.enum(['ecdsa-p256-sha256', 'rsa-pkcs1-sha256']), data: bytes }),
  z.strictObject({ type: z.literal('public-key'), id, label }),
  z.strictObject({ type: z.literal('generate'), id, label, kind: tokenKeyKind }),
]);
export type TokenCommand = z.infer<typeof tokenCommand>;

/** Why a token does not do what it is asked to. */
export const tokenErrorCode = z.enum([
  /** The native binding or the module does not load. */
  'module-unusable',
  'token-missing',
  /** The PIN file cannot be read, or others than its owner can read it. */
  'pin-file',
  /** The PIN is wrong. It is not tried again, or the token would lock. */
  'pin-refused',
  /** The token is locked, or one wrong PIN away from it: somebody must look. */
  'pin-locked',
  'key-missing',
  /** The label names more than one key, or one that is to be made is there already. */
  'key-doubled',
  /** Any other answer of the module: token pulled, session lost, function failed. The process ends after it. */
  'device',
  /** No answer in time; the process was killed. */
  'deadline',
]);
export type TokenErrorCode = z.infer<typeof tokenErrorCode>;

/** From the process to the service. */
export const tokenAnswer = z.discriminatedUnion('type', [
  /** ECDSA: r‖s. */
  z.strictObject({ type: z.literal('signature'), id, bytes }),
  /** SubjectPublicKeyInfo, DER. */
  z.strictObject({ type: z.literal('public-key'), id, bytes }),
  z.strictObject({ type: z.literal('failed'), id, code: tokenErrorCode }),
]);
export type TokenAnswer = z.infer<typeof tokenAnswer>;
