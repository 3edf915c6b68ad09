import * as asn1 from 'asn1js';

/**
 * The few DER building blocks (X.690) that seals, time-stamps and certificates are made of, and their reading. Runs in
 * Node and in browsers.
 */

/** Bytes that are not the DER expected there. The message quotes nothing of them. */
export class DerError extends Error {
  override readonly name = 'DerError';
  readonly code = 'der-malformed';
}

/** A SEQUENCE of these, in this order. */
export function sequence(...value: asn1.AsnType[]): asn1.Sequence {
  return new asn1.Sequence({ value });
}

/** A SET of these, in the order given; DER wants that of {@link inDerOrder}. */
export function set(...value: asn1.AsnType[]): asn1.Set {
  return new asn1.Set({ value });
}

/** A constructed value under a context-specific tag. */
export function tagged(tagNumber: number, value: asn1.AsnType[]): asn1.Constructed {
  return new asn1.Constructed({ idBlock: { tagClass: 3, tagNumber }, value });
}

/** @param value in dots: `1.2.840.113549.1.7.1` */
export function oid(value: string): asn1.ObjectIdentifier {
  return new asn1.ObjectIdentifier({ value });
}

/** An OCTET STRING of a copy of these bytes. */
export function octets(bytes: Uint8Array): asn1.OctetString {
  return new asn1.OctetString({ valueHex: new Uint8Array(bytes) });
}

/** A whole number from its big-endian bytes, which have no sign. */
export function unsigned(bytes: Uint8Array): asn1.Integer {
  const firstUsed = bytes.findIndex((byte) => byte !== 0);
  const used = firstUsed < 0 ? Uint8Array.of(0) : bytes.subarray(firstUsed);
  const positive = (used[0] ?? 0) >= 0x80 ? Uint8Array.of(0, ...used) : new Uint8Array(used);
  return new asn1.Integer({ valueHex: positive });
}

/**
 * A value that is there already, to stand among others byte for byte: what somebody signed must not be written anew.
 *
 * @throws {DerError} when `der` is not one whole value
 */
export function asItIs(der: Uint8Array): asn1.AsnType {
  const { idBlock, lenBlock } = parseDer(der);
  const whole = new asn1.Primitive({
    idBlock: { tagClass: idBlock.tagClass, tagNumber: idBlock.tagNumber },
    valueHex: new Uint8Array(der.subarray(idBlock.blockLength + lenBlock.blockLength)),
  });
  whole.idBlock.isConstructed = idBlock.isConstructed;
  if (!equalBytes(encode(whole), der)) throw new DerError('A length is not written as DER wants it.');
  return whole;
}

/** The members of a SET OF in the order DER wants: by their encodings (X.690, 11.6). */
export function inDerOrder(members: readonly asn1.AsnType[]): asn1.AsnType[] {
  return members.toSorted((a, b) => compareBytes(encode(a), encode(b)));
}

/** The value in DER. */
export function encode(node: asn1.AsnType): Uint8Array<ArrayBuffer> {
  return new Uint8Array(node.toBER());
}

/** r‖s to the `ECDSA-Sig-Value` of X.509 (RFC 3279, 2.2.3). */
export function ecdsaToDer(raw: Uint8Array): Uint8Array<ArrayBuffer> {
  const half = raw.length / 2;
  return encode(sequence(unsigned(raw.subarray(0, half)), unsigned(raw.subarray(half))));
}

/**
 * `ECDSA-Sig-Value` to r‖s.
 *
 * @param half bytes of each number: as many as the curve's order has
 * @throws {DerError} when it is no such value, or a number is longer
 */
export function ecdsaFromDer(der: Uint8Array, half: number): Uint8Array<ArrayBuffer> {
  const numbers = childrenOf(parseDer(der));
  const raw = new Uint8Array(half * 2);
  if (numbers.length !== 2) throw new DerError('An ECDSA signature has two numbers.');
  for (const [index, number] of numbers.entries()) {
    const bytes = withoutSign(integerBytes(number));
    if (bytes.length > half) throw new DerError('A number of an ECDSA signature is too long.');
    raw.set(bytes, half * (index + 1) - bytes.length);
  }
  return raw;
}

/**
 * Reads one value that fills `der`. Depth and number of nodes are bounded.
 *
 * @throws {DerError} when it is not one whole value
 */
export function parseDer(der: Uint8Array): asn1.AsnType {
  const { result, offset } = asn1.fromBER(new Uint8Array(der));
  if (offset !== der.length) throw new DerError('There is not exactly one DER value.');
  return result;
}

/** The members of a constructed value, whatever its tag; of a primitive one, none. */
export function childrenOf(node: asn1.AsnType | undefined): asn1.AsnType[] {
  return node instanceof asn1.Constructed ? node.valueBlock.value : [];
}

/** A value's bytes as they stood in what was read. */
export function bytesOf(node: asn1.AsnType): Uint8Array<ArrayBuffer> {
  return new Uint8Array(node.valueBeforeDecodeView);
}

/** Whether a value stands under the context-specific tag `number`. */
export function isTagged(node: asn1.AsnType | undefined, number: number): node is asn1.AsnType {
  return node !== undefined && node.idBlock.tagClass === 3 && node.idBlock.tagNumber === number;
}

/** @throws {DerError} when the value is no OBJECT IDENTIFIER */
export function oidOf(node: asn1.AsnType | undefined): string {
  if (node instanceof asn1.ObjectIdentifier) return node.valueBlock.toString();
  throw new DerError('An object identifier is missing.');
}

/** @throws {DerError} when the value is no primitive OCTET STRING */
export function octetsOf(node: asn1.AsnType | undefined): Uint8Array<ArrayBuffer> {
  if (node instanceof asn1.OctetString && !node.idBlock.isConstructed) return new Uint8Array(node.valueBlock.valueHexView);
  throw new DerError('An octet string is missing.');
}

/** The content of an INTEGER, big-endian two's complement. @throws {DerError} when the value is none */
export function integerBytes(node: asn1.AsnType | undefined): Uint8Array<ArrayBuffer> {
  if (node instanceof asn1.Integer) return new Uint8Array(node.valueBlock.valueHexView);
  throw new DerError('A whole number is missing.');
}

/** Without the zero byte that keeps an integer with a high first bit positive. */
export function withoutSign(integer: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return integer[0] === 0 && integer.length > 1 ? integer.subarray(1) : integer;
}

/** Whether two values are the same. Takes longer the more they agree: for nothing secret. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return compareBytes(a, b) === 0;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
