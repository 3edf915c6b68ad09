import { GroupTag, ValueTag } from './tags.ts';
import type { IppCollection, IppResponse, IppValue } from './message.ts';

/** The bytes are no IPP response. */
export class IppDecodeError extends Error {
  override readonly name = 'IppDecodeError';
}

/** Deepest nesting of collections that is read; printers use two. */
const DEPTH_MAX = 8;

/** First tag that is a value tag; below are delimiters (RFC 8010, 3.5.1). */
const FIRST_VALUE_TAG = 0x10;

/** Last out-of-band value tag: unsupported, unknown, no-value and the reserved ones (RFC 8010, 3.5.2, table 3). */
const LAST_OUT_OF_BAND = 0x1f;

/** Reads a response (RFC 8010, 3.1). @throws {IppDecodeError} when it is cut short or out of shape. */
export function decodeResponse(bytes: Uint8Array): IppResponse {
  const reader = new ByteReader(bytes);
  reader.take(2);
  const statusCode = reader.uint16();
  const requestId = reader.take(4).readUInt32BE();
  const groups: { tag: number; attributes: Map<string, IppValue[]> }[] = [];
  let values: IppValue[] | undefined;
  for (;;) {
    const tag = reader.uint8();
    if (tag === GroupTag.end) {
      return { statusCode, requestId, groups };
    }
    if (tag < FIRST_VALUE_TAG) {
      groups.push({ tag, attributes: new Map() });
      values = undefined;
      continue;
    }
    const name = reader.counted().toString('latin1');
    if (name !== '') {
      const group = groups.at(-1);
      if (group === undefined) {
        throw new IppDecodeError('an attribute stands before the first group');
      }
      // Some printers name an attribute twice; the first is the one they mean to say.
      const earlier = group.attributes.has(name);
      values = [];
      if (!earlier) {
        group.attributes.set(name, values);
      }
    }
    if (values === undefined) {
      throw new IppDecodeError('a further value stands before the first one');
    }
    if (tag > LAST_OUT_OF_BAND) {
      values.push(readValue(reader, tag, 0));
    } else {
      reader.counted();
    }
  }
}

function readValue(reader: ByteReader, tag: number, depth: number): IppValue {
  const bytes = reader.counted();
  switch (tag) {
    case ValueTag.integer:
    case ValueTag.enum:
      return exactly(bytes, 4).readInt32BE();
    case ValueTag.boolean:
      return exactly(bytes, 1).readUInt8() !== 0;
    case ValueTag.textWithLanguage:
    case ValueTag.nameWithLanguage: {
      // Language and text, each with its length (RFC 8010, 3.9); only the text is wanted.
      const inner = new ByteReader(bytes);
      inner.counted();
      return inner.counted().toString('utf8');
    }
    case ValueTag.begCollection:
      return readCollection(reader, depth + 1);
    case ValueTag.textWithoutLanguage:
    case ValueTag.nameWithoutLanguage:
    case ValueTag.keyword:
    case ValueTag.uri:
    case ValueTag.uriScheme:
    case ValueTag.charset:
    case ValueTag.naturalLanguage:
    case ValueTag.mimeMediaType:
      return bytes.toString('utf8');
    default:
      // Dates, ranges, resolutions, and what later standards add: nobody here asks for them.
      return Uint8Array.from(bytes);
  }
}

/** Members follow as attributes without a name, each announced by a member name (RFC 8010, 3.1.6 and 3.1.7). */
function readCollection(reader: ByteReader, depth: number): IppCollection {
  if (depth > DEPTH_MAX) {
    throw new IppDecodeError('collections are nested too deep');
  }
  const members = new Map<string, IppValue[]>();
  let values: IppValue[] | undefined;
  for (;;) {
    const tag = reader.uint8();
    reader.counted();
    if (tag === ValueTag.endCollection) {
      reader.counted();
      return { members };
    }
    if (tag === ValueTag.memberAttrName) {
      values = [];
      members.set(reader.counted().toString('utf8'), values);
      continue;
    }
    if (tag < FIRST_VALUE_TAG || values === undefined) {
      throw new IppDecodeError('a collection is out of shape');
    }
    if (tag > LAST_OUT_OF_BAND) {
      values.push(readValue(reader, tag, depth));
    } else {
      reader.counted();
    }
  }
}

function exactly(bytes: Buffer, length: number): Buffer {
  if (bytes.length !== length) {
    throw new IppDecodeError(`a value of ${bytes.length} bytes stands where ${length} belong`);
  }
  return bytes;
}

class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) {
      throw new IppDecodeError('the message is cut short');
    }
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  uint8(): number {
    return this.take(1).readUInt8();
  }

  uint16(): number {
    return this.take(2).readUInt16BE();
  }

  /** A two-byte length and so many bytes. */
  counted(): Buffer {
    return this.take(this.uint16());
  }
}
