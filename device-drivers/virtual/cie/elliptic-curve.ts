/**
 * Points of short Weierstrass curves over prime fields, for the chip's side of ECDH with a generator that is not the
 * standard one, which node:crypto cannot do. The domain parameters are OpenSSL's own, taken from a key that it writes
 * with explicit parameters (RFC 3279 clause 2.3.5), so that no constant is typed here.
 */
import { generateKeyPairSync } from 'node:crypto';
import { fromBigInt, toBigInt } from '@videosportello/identity/primitives/bytes.ts';
import { readTlv, readTlvs } from '../authority/der.ts';

/** Curves by OpenSSL's name, with the standardised parameter id of PACE (ICAO Doc 9303 part 11 clause 9.5.1). */
export const CURVE_PARAMETER_ID = {
  prime256v1: 12,
  brainpoolP256r1: 13,
  secp384r1: 15,
  brainpoolP384r1: 16,
  brainpoolP512r1: 17,
} as const;

export type CurveName = keyof typeof CURVE_PARAMETER_ID;

export interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

/** y² = x³ + ax + b over the field of p, with a generator of prime order n; the cofactor of all these curves is 1. */
export interface EllipticCurve {
  readonly p: bigint;
  readonly a: bigint;
  readonly b: bigint;
  readonly n: bigint;
  readonly generator: Point;
  /** Length of a coordinate. */
  readonly bytes: number;
}

/** Jacobian coordinates; z of zero is the point at infinity. */
interface Jacobian {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
}

const INFINITY: Jacobian = { x: 1n, y: 1n, z: 0n };
const UNCOMPRESSED = 0x04;

/** The curve of that name with its standard generator. */
export function ellipticCurve(name: CurveName): EllipticCurve {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: name, paramEncoding: 'explicit' });
  const [algorithm] = readTlvs(readTlv(publicKey.export({ format: 'der', type: 'spki' })).value);
  const parameters = readTlvs(readTlvs(algorithm?.value ?? new Uint8Array())[1]?.value ?? new Uint8Array());
  const [, field, coefficients, generator, order] = parameters.map(({ value }) => value);
  const prime = readTlvs(field ?? new Uint8Array())[1]?.value ?? new Uint8Array();
  const [a, b] = readTlvs(coefficients ?? new Uint8Array()).map(({ value }) => toBigInt(value));
  const p = toBigInt(prime);
  const bytes = Math.ceil(p.toString(16).length / 2);
  if (a === undefined || b === undefined || generator === undefined || order === undefined) {
    throw new Error(`OpenSSL does not give the parameters of ${name}.`);
  }
  const point = { x: toBigInt(generator.subarray(1, 1 + bytes)), y: toBigInt(generator.subarray(1 + bytes)) };
  return { p, a, b, n: toBigInt(order), generator: point, bytes };
}

const modulo = (value: bigint, p: bigint): bigint => ((value % p) + p) % p;

export function isOnCurve({ p, a, b }: EllipticCurve, { x, y }: Point): boolean {
  return x < p && y < p && modulo(y * y - (x * x * x + a * x + b), p) === 0n;
}

/** Uncompressed form, 04 and both coordinates (SEC 1 clause 2.3.3). */
export function encodePoint(curve: EllipticCurve, { x, y }: Point): Uint8Array {
  return Uint8Array.of(UNCOMPRESSED, ...fromBigInt(x, curve.bytes), ...fromBigInt(y, curve.bytes));
}

/** The point, or undefined when the bytes are no uncompressed point of this curve. */
export function decodePoint(curve: EllipticCurve, bytes: Uint8Array): Point | undefined {
  if (bytes.length !== 1 + 2 * curve.bytes || bytes[0] !== UNCOMPRESSED) return undefined;
  const point = { x: toBigInt(bytes.subarray(1, 1 + curve.bytes)), y: toBigInt(bytes.subarray(1 + curve.bytes)) };
  return isOnCurve(curve, point) ? point : undefined;
}

function double({ p, a }: EllipticCurve, { x, y, z }: Jacobian): Jacobian {
  if (z === 0n || y === 0n) return INFINITY;
  const yy = (y * y) % p;
  const s = (4n * x * yy) % p;
  const zz = (z * z) % p;
  const m = (3n * x * x + a * zz * zz) % p;
  const x3 = modulo(m * m - 2n * s, p);
  return { x: x3, y: modulo(m * (s - x3) - 8n * yy * yy, p), z: (2n * y * z) % p };
}

function addJacobian(curve: EllipticCurve, one: Jacobian, other: Jacobian): Jacobian {
  if (one.z === 0n) return other;
  if (other.z === 0n) return one;
  const { p } = curve;
  const [zz1, zz2] = [(one.z * one.z) % p, (other.z * other.z) % p];
  const [u1, u2] = [(one.x * zz2) % p, (other.x * zz1) % p];
  const s1 = (one.y * zz2 * other.z) % p;
  const h = modulo(u2 - u1, p);
  const r = modulo(other.y * zz1 * one.z - s1, p);
  if (h === 0n) return r === 0n ? double(curve, one) : INFINITY;
  const hh = (h * h) % p;
  const hhh = (hh * h) % p;
  const v = (u1 * hh) % p;
  const x = modulo(r * r - hhh - 2n * v, p);
  return { x, y: modulo(r * (v - x) - s1 * hhh, p), z: (h * one.z * other.z) % p };
}

/** Inverse modulo a prime, by the extended Euclidean algorithm. */
function invert(value: bigint, p: bigint): bigint {
  let [low, high] = [modulo(value, p), p];
  let [u, v] = [1n, 0n];
  while (low > 1n) {
    const quotient = high / low;
    [low, high] = [high - quotient * low, low];
    [u, v] = [v - quotient * u, u];
  }
  return modulo(u, p);
}

function toAffine({ p }: EllipticCurve, { x, y, z }: Jacobian): Point | undefined {
  if (z === 0n) return undefined;
  const inverse = invert(z, p);
  const square = (inverse * inverse) % p;
  return { x: (x * square) % p, y: (y * square * inverse) % p };
}

/** Sum of two points; undefined is the point at infinity. */
export function addPoints(curve: EllipticCurve, one: Point, other: Point): Point | undefined {
  return toAffine(curve, addJacobian(curve, { ...one, z: 1n }, { ...other, z: 1n }));
}

/** scalar · point; undefined is the point at infinity. */
export function multiplyPoint(curve: EllipticCurve, scalar: bigint, point: Point): Point | undefined {
  let result = INFINITY;
  for (const bit of scalar.toString(2)) {
    result = double(curve, result);
    if (bit === '1') result = addJacobian(curve, result, { ...point, z: 1n });
  }
  return toAffine(curve, result);
}
