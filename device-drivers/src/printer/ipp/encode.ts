import { GroupTag, IPP_VERSION, ValueTag } from './tags.ts';
import type { IppAttribute, IppRequest } from './message.ts';

/**
 * The bytes of a request up to and with the end-of-attributes tag; a document follows directly (RFC 8010, 3.1).
 * @throws {RangeError} when a name or value is longer than its length field can say.
 */
export function encodeRequest(request: IppRequest): Uint8Array {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(IPP_VERSION, 0);
  head.writeUInt16BE(request.operation, 2);
  head.writeUInt32BE(request.requestId, 4);
  const parts: Uint8Array[] = [head];
  for (const group of request.groups) {
    parts.push(Uint8Array.of(group.tag), ...group.attributes.flatMap(encodeAttribute));
  }
  parts.push(Uint8Array.of(GroupTag.end));
  return Buffer.concat(parts);
}

/** The first value bears the name, each further one an empty name (RFC 8010, 3.1.4 and 3.1.5). */
function encodeAttribute({ name, tag, values }: IppAttribute): Uint8Array[] {
  return values.map((value, index) => {
    const bytes = encodeValue(tag, value);
    return Buffer.concat([Uint8Array.of(tag), counted(Buffer.from(index === 0 ? name : '')), counted(bytes)]);
  });
}

function encodeValue(tag: number, value: number | string): Buffer {
  if (typeof value === 'string') {
    return Buffer.from(value, 'utf8');
  }
  if (tag === ValueTag.boolean) {
    return Buffer.of(value);
  }
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function counted(bytes: Uint8Array): Buffer {
  if (bytes.length > 0x7fff) {
    throw new RangeError(`a name or value of ${bytes.length} bytes is too long for IPP (RFC 8010, 3.2)`);
  }
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
