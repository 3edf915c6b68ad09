import { deflateSync, inflateSync } from 'fflate';
import { decodeDerLength, encodeDerLength } from './der-length.ts';
import type { SealMessage } from './decode-seal.ts';
import profile from './profile-it.json' with { type: 'json' };
import { SealFormatError } from './seal-error.ts';

const { tag: COMPRESSED_TAG, maxInflatedBytes, outside } = profile.compressed;
/** Header, digest, address and number of the stamp: they do not get shorter, or must be readable first. */
const OUTSIDE: ReadonlySet<number> = new Set(outside);

/**
 * Moves every message that may be compressed into the one that holds them deflated. The bytes depend on the messages
 * alone, not on the machine's own library of compression.
 *
 * @throws SealFormatError TOO_LONG when a reader would refuse to inflate the content
 */
export function compressMessages(messages: readonly SealMessage[]): SealMessage[] {
  const ordered = messages.toSorted((a, b) => a.tag - b.tag);
  const inner = ordered.filter(({ tag }) => !OUTSIDE.has(tag));
  const bytes = Uint8Array.from(inner.flatMap(({ tag, value }) => [tag, ...encodeDerLength(value.length), ...value]));
  if (bytes.length > maxInflatedBytes) throw new SealFormatError('TOO_LONG', 'the content does not fit a stamp');
  const value = deflateSync(bytes, { level: 9 });
  return [...ordered.filter(({ tag }) => OUTSIDE.has(tag)), { tag: COMPRESSED_TAG, value }];
}

/**
 * The messages of a seal as if nothing were compressed, in ascending order of tag. Memory and time are bounded by the
 * profile's `maxInflatedBytes`, whatever the deflated bytes claim.
 *
 * @throws SealFormatError TAG_ORDER, DOUBLED_TAG, TOO_LONG, TRUNCATED, BAD_LENGTH, BAD_FIELD
 */
export function expandMessages(messages: readonly SealMessage[]): SealMessage[] {
  inOrder(messages);
  const compressed = messages.find(({ tag }) => tag === COMPRESSED_TAG);
  if (compressed === undefined) return [...messages];
  const outer = messages.filter((message) => message !== compressed);
  const inner = readMessages(inflate(compressed.value));
  inOrder(inner);
  if (inner.some(({ tag }) => OUTSIDE.has(tag)))
    throw new SealFormatError('BAD_FIELD', 'a field stands inside the compressed content that may not');
  const all = [...outer, ...inner].toSorted((a, b) => a.tag - b.tag);
  if (all.some(({ tag }, index) => tag === all[index - 1]?.tag))
    throw new SealFormatError('DOUBLED_TAG', 'a field stands in the stamp twice');
  return all;
}

function inflate(deflated: Uint8Array): Uint8Array {
  // One byte more than is allowed: a result that fills it is too long.
  const room = new Uint8Array(maxInflatedBytes + 1);
  let inflated: Uint8Array;
  try {
    inflated = inflateSync(deflated, { out: room });
  } catch (cause) {
    throw new SealFormatError('BAD_FIELD', 'the compressed content is malformed', { cause });
  }
  if (inflated.length > maxInflatedBytes) throw new SealFormatError('TOO_LONG', 'the compressed content is too long');
  return inflated;
}

function readMessages(bytes: Uint8Array): SealMessage[] {
  const messages: SealMessage[] = [];
  let offset = 0;
  for (;;) {
    const tag = bytes[offset];
    if (tag === undefined) return messages;
    const { length, next } = decodeDerLength(bytes, offset + 1);
    if (next + length > bytes.length) throw new SealFormatError('TRUNCATED', 'the stamp ends inside a field');
    messages.push({ tag, value: bytes.slice(next, next + length) });
    offset = next + length;
  }
}

function inOrder(messages: readonly SealMessage[]): void {
  for (const [index, { tag }] of messages.entries()) {
    const before = messages[index - 1]?.tag ?? -1;
    if (tag === before) throw new SealFormatError('DOUBLED_TAG', 'a field stands in the stamp twice');
    if (tag < before) throw new SealFormatError('TAG_ORDER', 'the fields are out of order');
  }
}
