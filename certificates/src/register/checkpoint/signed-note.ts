import { createHash, createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** Signature type of Ed25519 over the text itself (c2sp.org/signed-note). */
const ED25519 = 0x01;
const RAW_KEY_BYTES = 32;
const ID_BYTES = 4;
/** Longest note that is read, bytes; and how many signatures it may bear, as witnesses add theirs. */
const MAX_NOTE_BYTES = 16_384;
const MAX_SIGNATURES = 32;
/** SubjectPublicKeyInfo of an Ed25519 key up to its 32 bytes (RFC 8410, 4). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** A note cannot be read, or nobody known signed it. */
export class NoteError extends Error {
  override readonly name = 'NoteError';
  readonly code: 'note-malformed' | 'note-unsigned';

  constructor(code: NoteError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** Who may sign: a name without spaces and pluses, and an Ed25519 key. */
export interface NoteVerifier {
  readonly name: string;
  readonly publicKey: KeyObject;
}

/** The key as one word to publish: `NAME+ID+BASE64`, as golang.org/x/mod/sumdb/note writes it. */
export function noteKeyText({ name, publicKey }: NoteVerifier): string {
  const raw = rawKey(publicKey);
  return `${name}+${keyId(name, raw).toString('hex')}+${Buffer.from([ED25519, ...raw]).toString('base64')}`;
}

/** Reads what {@link noteKeyText} writes. @throws {NoteError} `note-malformed` */
export function noteVerifierOf(text: string): NoteVerifier {
  const [name = '', id = '', key = '', ...rest] = splitKey(text);
  const bytes = Buffer.from(key, 'base64');
  const raw = bytes.subarray(1);
  if (rest.length > 0 || name === '' || bytes[0] !== ED25519 || raw.length !== RAW_KEY_BYTES || keyId(name, raw).toString('hex') !== id)
    throw new NoteError('note-malformed', 'This is no key for signed notes.');
  return { name, publicKey: createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' }) };
}

/** Base64 may hold pluses, so only the first two divide. */
function splitKey(text: string): string[] {
  const [, ...parts] = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text) ?? [];
  return parts;
}

/**
 * Signs a text (c2sp.org/signed-note): the text, an empty line, a signature line.
 *
 * @param text ends with a line break and holds no other control sign
 * @throws {TypeError} for a text that is none
 */
export function signNote(text: string, signer: { readonly name: string; readonly privateKey: KeyObject }): string {
  if (!isNoteText(text)) throw new TypeError('A note is lines of text.');
  const { name, privateKey } = signer;
  const signature = sign(null, Buffer.from(text), privateKey);
  const line = Buffer.concat([keyId(name, rawKey(createPublicKey(privateKey))), signature]);
  return `${text}\n— ${name} ${line.toString('base64')}\n`;
}

/**
 * The text of a note that at least one of the keys has signed; signatures of others are passed over.
 *
 * @throws {NoteError} `note-malformed`; `note-unsigned` when none of the keys signed, or a known key's signature is wrong
 */
export function openNote(note: string, keys: readonly NoteVerifier[]): string {
  if (Buffer.byteLength(note) > MAX_NOTE_BYTES) throw new NoteError('note-malformed', 'The note is too long.');
  const at = note.lastIndexOf('\n\n');
  const text = note.slice(0, at + 1);
  const lines = note.slice(at + 2).split('\n');
  if (at < 0 || !isNoteText(text) || lines.pop() !== '' || lines.length === 0 || lines.length > MAX_SIGNATURES)
    throw new NoteError('note-malformed', 'This is no signed note.');
  let isSigned = false;
  for (const line of lines) {
    const [, name = '', base64 = ''] = /^— ([^+\s]+) ([A-Za-z0-9+/]+=*)$/.exec(line) ?? [];
    const bytes = Buffer.from(base64, 'base64');
    if (name === '' || bytes.length <= ID_BYTES) throw new NoteError('note-malformed', 'A signature line cannot be read.');
    const key = keys.find((known) => known.name === name && keyId(name, rawKey(known.publicKey)).equals(bytes.subarray(0, ID_BYTES)));
    if (key === undefined) continue;
    if (!verify(null, Buffer.from(text), key.publicKey, bytes.subarray(ID_BYTES)))
      throw new NoteError('note-unsigned', 'A signature of the note is wrong.');
    isSigned = true;
  }
  if (!isSigned) throw new NoteError('note-unsigned', 'Nobody known signed the note.');
  return text;
}

function isNoteText(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- the format forbids them
  return text.endsWith('\n') && text.isWellFormed() && !/[\0-\x09\x0b-\x1f]/.test(text);
}

function keyId(name: string, raw: Uint8Array): Buffer {
  return createHash('sha256').update(`${name}\n`).update(Uint8Array.of(ED25519)).update(raw).digest().subarray(0, ID_BYTES);
}

function rawKey(publicKey: KeyObject): Buffer {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  if (der.length !== SPKI_PREFIX.length + RAW_KEY_BYTES || !der.subarray(0, SPKI_PREFIX.length).equals(SPKI_PREFIX))
    throw new TypeError('Notes are signed with Ed25519.');
  return der.subarray(SPKI_PREFIX.length);
}
