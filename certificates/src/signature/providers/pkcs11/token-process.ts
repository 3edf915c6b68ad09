/**
 * The process that holds a PKCS#11 module (OASIS PKCS #11 v2.40). A module is somebody else's native code: it can block its
 * thread, and it can crash. So it lives here; deadlines are the parent's, and its means is to kill this process. One process
 * has at most one session: whatever goes wrong with it ends the process, and the next one logs in anew.
 */
import { createHash, createPublicKey } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type pkcs11js from 'pkcs11js';
import { tokenCommand, tokenOpening } from './token-messages.ts';
import type { TokenAnswer, TokenCommand, TokenErrorCode, TokenKeyKind } from './token-messages.ts';

type Pkcs11 = InstanceType<typeof pkcs11js.PKCS11>;
type Opening = ReturnType<typeof tokenOpening.parse>;

class TokenFailure extends Error {
  readonly code: TokenErrorCode;
  constructor(code: TokenErrorCode) {
    super(code);
    this.code = code;
  }
}

// CK_TOKEN_INFO.flags
const CKF_USER_PIN_FINAL_TRY = 0x20000;
const CKF_USER_PIN_LOCKED = 0x40000;
// CK_RV
const CKR_PIN_INCORRECT = 0xa0;
const CKR_PIN_INVALID = 0xa1;
const CKR_PIN_LEN_RANGE = 0xa2;
const CKR_PIN_LOCKED = 0xa4;
const REFUSED_PINS: readonly number[] = [CKR_PIN_INCORRECT, CKR_PIN_INVALID, CKR_PIN_LEN_RANGE];

const RSA_BITS = { 'RSA 2048': 2048, 'RSA 3072': 3072 } as const;
/** CKA_EC_PARAMS of P-256: its object identifier in DER. */
const P256 = Buffer.from('06082a8648ce3d030107', 'hex');

/** A module with an open, logged-in session. */
interface Session {
  readonly names: typeof pkcs11js;
  readonly pkcs11: Pkcs11;
  readonly handle: Buffer;
}

async function openSession({ module, token, pinFile }: Opening): Promise<Session> {
  const names = await loadModule();
  const pkcs11 = new names.PKCS11();
  try {
    pkcs11.load(module);
  } catch {
    throw new TokenFailure('module-unusable');
  }
  pkcs11.C_Initialize();
  const slot = pkcs11.C_GetSlotList(true).find((candidate) => pkcs11.C_GetTokenInfo(candidate).label.trimEnd() === token);
  if (slot === undefined) throw new TokenFailure('token-missing');
  if ((pkcs11.C_GetTokenInfo(slot).flags & (CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_LOCKED)) !== 0) {
    throw new TokenFailure('pin-locked');
  }
  const handle = pkcs11.C_OpenSession(slot, names.CKF_SERIAL_SESSION | names.CKF_RW_SESSION);
  const pin = await readPin(pinFile);
  try {
    pkcs11.C_Login(handle, names.CKU_USER, pin);
  } catch (error) {
    const code = codeOf(error);
    if (REFUSED_PINS.includes(code)) throw new TokenFailure('pin-refused');
    if (code === CKR_PIN_LOCKED) throw new TokenFailure('pin-locked');
    throw error;
  }
  return { names, pkcs11, handle };
}

async function loadModule(): Promise<typeof pkcs11js> {
  try {
    const { default: names } = await import('pkcs11js');
    return names;
  } catch {
    throw new TokenFailure('module-unusable');
  }
}

async function readPin(file: string): Promise<string> {
  try {
    const { mode } = await stat(file);
    if ((mode & 0o077) === 0) return (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
  } catch {
    // Missing and unreadable are one case to whoever must set it right.
  }
  throw new TokenFailure('pin-file');
}

/** The object of a class under a label; undefined when there is none. */
function find({ names, pkcs11, handle }: Session, objectClass: number, label: string): Buffer | undefined {
  pkcs11.C_FindObjectsInit(handle, [
    { type: names.CKA_CLASS, value: objectClass },
    { type: names.CKA_LABEL, value: label },
  ]);
  const found = pkcs11.C_FindObjects(handle, 2);
  pkcs11.C_FindObjectsFinal(handle);
  if (found.length > 1) throw new TokenFailure('key-doubled');
  return found[0];
}

function mustFind(session: Session, objectClass: number, label: string): Buffer {
  const found = find(session, objectClass, label);
  if (found === undefined) throw new TokenFailure('key-missing');
  return found;
}

function sign(session: Session, { label, algorithm, data }: Extract<TokenCommand, { type: 'sign' }>): Uint8Array<ArrayBuffer> {
  const { names, pkcs11, handle } = session;
  const key = mustFind(session, names.CKO_PRIVATE_KEY, label);
  const isEcdsa = algorithm === 'ecdsa-p256-sha256';
  // Not every token digests for ECDSA (SoftHSM 2.6 does not); all sign a digest.
  const input = isEcdsa ? createHash('sha256').update(data).digest() : Buffer.from(data);
  pkcs11.C_SignInit(handle, { mechanism: isEcdsa ? names.CKM_ECDSA : names.CKM_SHA256_RSA_PKCS }, key);
  return new Uint8Array(pkcs11.C_Sign(handle, input, Buffer.alloc(1024)));
}

function publicKey(session: Session, label: string): Uint8Array<ArrayBuffer> {
  const { names, pkcs11, handle } = session;
  const key = mustFind(session, names.CKO_PUBLIC_KEY, label);
  const read = (...types: number[]): Buffer[] =>
    pkcs11.C_GetAttributeValue(handle, key, types.map((type) => ({ type }))).map(({ value }) => Buffer.from(value));
  const [kind] = read(names.CKA_KEY_TYPE);
  const jwk = kind?.[0] === names.CKK_EC ? ecJwk(read(names.CKA_EC_POINT)) : rsaJwk(read(names.CKA_MODULUS, names.CKA_PUBLIC_EXPONENT));
  return new Uint8Array(createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'der' }));
}

/** CKA_EC_POINT: an OCTET STRING with 04 ‖ x ‖ y. */
function ecJwk([point]: readonly Buffer[]): JsonWebKey {
  if (point?.length !== 67) throw new TokenFailure('key-missing');
  return { kty: 'EC', crv: 'P-256', x: point.toString('base64url', 3, 35), y: point.toString('base64url', 35) };
}

function rsaJwk([modulus, exponent]: readonly Buffer[]): JsonWebKey {
  if (modulus === undefined || exponent === undefined) throw new TokenFailure('key-missing');
  return { kty: 'RSA', n: modulus.toString('base64url'), e: exponent.toString('base64url') };
}

/** Makes a key that never leaves the token. */
function generate(session: Session, label: string, kind: TokenKeyKind): void {
  const { names, pkcs11, handle } = session;
  if (find(session, names.CKO_PRIVATE_KEY, label) !== undefined) throw new TokenFailure('key-doubled');
  const named = [
    { type: names.CKA_TOKEN, value: true },
    { type: names.CKA_LABEL, value: label },
    { type: names.CKA_ID, value: Buffer.from(label) },
  ];
  const secret = [
    { type: names.CKA_PRIVATE, value: true },
    { type: names.CKA_SENSITIVE, value: true },
    { type: names.CKA_EXTRACTABLE, value: false },
    { type: names.CKA_SIGN, value: true },
  ];
  const [mechanism, parameters] =
    kind === 'P-256'
      ? [names.CKM_EC_KEY_PAIR_GEN, [{ type: names.CKA_EC_PARAMS, value: P256 }]]
      : [
          names.CKM_RSA_PKCS_KEY_PAIR_GEN,
          [
            { type: names.CKA_MODULUS_BITS, value: RSA_BITS[kind] },
            { type: names.CKA_PUBLIC_EXPONENT, value: Buffer.of(1, 0, 1) },
          ],
        ];
  const open = [...named, { type: names.CKA_VERIFY, value: true }, ...parameters];
  pkcs11.C_GenerateKeyPair(handle, { mechanism }, open, [...named, ...secret]);
}

function obey(session: Session, command: TokenCommand): TokenAnswer {
  const { id } = command;
  switch (command.type) {
    case 'sign':
      return { type: 'signature', id, bytes: sign(session, command) };
    case 'generate':
      generate(session, command.label, command.kind);
      return { type: 'public-key', id, bytes: publicKey(session, command.label) };
    case 'public-key':
      return { type: 'public-key', id, bytes: publicKey(session, command.label) };
  }
}

/** The module's return value; 0 when the error is not the module's. */
function codeOf(error: unknown): number {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : 0;
}

/** Failures after which the session is as good as before. */
const HARMLESS: readonly TokenErrorCode[] = ['key-missing', 'key-doubled'];

let opening: Opening | undefined;
let session: Promise<Session> | undefined;

async function answer(command: TokenCommand): Promise<void> {
  try {
    if (opening === undefined) throw new TokenFailure('token-missing');
    session ??= openSession(opening);
    process.send?.(obey(await session, command));
  } catch (error) {
    const code = error instanceof TokenFailure ? error.code : 'device';
    const isOver = !HARMLESS.includes(code);
    process.send?.({ type: 'failed', id: command.id, code } satisfies TokenAnswer, () => {
      // Without C_Finalize: a module that is ill may block in it.
      if (isOver) process.exit(0);
    });
  }
}

let turn: Promise<void> = Promise.resolve();
process.once('message', (first: unknown) => {
  opening = tokenOpening.parse(first);
  process.on('message', (message: unknown) => {
    const command = tokenCommand.parse(message);
    turn = turn.then(() => answer(command));
  });
});
process.on('disconnect', () => process.exit(0));
