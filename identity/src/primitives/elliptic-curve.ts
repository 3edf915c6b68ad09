/**
 * Points of elliptic curves in short Weierstrass form over prime fields, and Diffie-Hellman with them (BSI TR-03111,
 * 2.3 and 4.3). The generic mapping of PACE works with a generator of its own and needs both coordinates of a shared
 * point; the ECDH object of node:crypto gives neither, so the arithmetic is here, over BigInt.
 *
 * Its time and memory accesses depend on the numbers. All private keys that enter are ephemeral keys of the server, made
 * for one run and never used again, so that there is nothing to learn from the time of one multiplication.
 */
import { fromBigInt, toBigInt } from './bytes.ts';

/** A point other than the one at infinity. */
export interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

/** y² = x³ + ax + b over the field of p, with a base point of prime order n and cofactor 1. */
export interface EllipticCurve {
  readonly name: string;
  readonly p: bigint;
  readonly a: bigint;
  readonly b: bigint;
  readonly n: bigint;
  readonly base: Point;
  /** Bytes of a coordinate. */
  readonly bytes: number;
}

/** Jacobian coordinates: the point (x/z², y/z³), at infinity where z is zero. */
interface Jacobian {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
}

const INFINITY: Jacobian = { x: 1n, y: 1n, z: 0n };
/** First byte of an uncompressed point (BSI TR-03111, 3.2.1). */
const UNCOMPRESSED = 0x04;
const WINDOW_BITS = 4;

/** 04, then both coordinates at the length of p. */
export function encodePoint(curve: EllipticCurve, { x, y }: Point): Uint8Array {
  const bytes = new Uint8Array(1 + 2 * curve.bytes);
  bytes[0] = UNCOMPRESSED;
  bytes.set(fromBigInt(x, curve.bytes), 1);
  bytes.set(fromBigInt(y, curve.bytes), 1 + curve.bytes);
  return bytes;
}

/**
 * Reads an uncompressed point. Throws RangeError on another form or length, on a coordinate that is not below p and on
 * a point that is not on the curve. As the cofactor is 1, every point that is left has order n.
 */
export function decodePoint(curve: EllipticCurve, bytes: Uint8Array): Point {
  if (bytes[0] !== UNCOMPRESSED || bytes.length !== 1 + 2 * curve.bytes) throw new RangeError('not an uncompressed point');
  const point = { x: toBigInt(bytes.subarray(1, 1 + curve.bytes)), y: toBigInt(bytes.subarray(1 + curve.bytes)) };
  if (!isOnCurve(curve, point)) throw new RangeError('point is not on the curve');
  return point;
}

/** Whether both coordinates are field elements and fulfil the equation. */
export function isOnCurve({ p, a, b }: EllipticCurve, { x, y }: Point): boolean {
  return x >= 0n && x < p && y >= 0n && y < p && mod(y * y - (x * x * x + a * x + b), p) === 0n;
}

/** Sum of two points of the curve. Throws RangeError when it is the point at infinity. */
export function addPoints(curve: EllipticCurve, one: Point, other: Point): Point {
  return toAffine(curve, add(curve, { ...one, z: 1n }, { ...other, z: 1n }));
}

/** scalar · point. Throws RangeError on a negative scalar, and when the result is the point at infinity. */
export function multiplyPoint(curve: EllipticCurve, scalar: bigint, point: Point): Point {
  if (scalar < 0n) throw new RangeError('negative scalar');
  const multiples: Jacobian[] = [INFINITY];
  for (let i = 1; i < 1 << WINDOW_BITS; i += 1) {
    multiples.push(add(curve, multiples[i - 1] ?? INFINITY, { ...point, z: 1n }));
  }
  let result = INFINITY;
  for (const digit of scalar.toString(1 << WINDOW_BITS)) {
    for (let i = 0; i < WINDOW_BITS; i += 1) result = double(curve, result);
    result = add(curve, result, multiples[parseInt(digit, 1 << WINDOW_BITS)] ?? INFINITY);
  }
  return toAffine(curve, result);
}

/** private · base, encoded. Throws RangeError on a private key outside 1..n-1. */
export function curvePublicKey(curve: EllipticCurve, privateKey: Uint8Array): Uint8Array {
  return encodePoint(curve, multiplyPoint(curve, readPrivateKey(curve, privateKey), curve.base));
}

/**
 * private · other's public key, both coordinates. Throws RangeError on a private key outside 1..n-1 and as
 * {@link decodePoint} does.
 */
export function sharedPoint(curve: EllipticCurve, privateKey: Uint8Array, otherPublicKey: Uint8Array): Point {
  return multiplyPoint(curve, readPrivateKey(curve, privateKey), decodePoint(curve, otherPublicKey));
}

/** The same curve with another base point, as the generic mapping of PACE makes it. */
export function withBasePoint(curve: EllipticCurve, base: Point): EllipticCurve {
  return { ...curve, base };
}

function readPrivateKey(curve: EllipticCurve, bytes: Uint8Array): bigint {
  const value = toBigInt(bytes);
  if (value < 1n || value >= curve.n) throw new RangeError('private key outside 1..n-1');
  return value;
}

function double({ p, a }: EllipticCurve, { x, y, z }: Jacobian): Jacobian {
  if (z === 0n || y === 0n) return INFINITY;
  const yy = (y * y) % p;
  const zz = (z * z) % p;
  const s = (4n * x * yy) % p;
  const m = (3n * x * x + a * ((zz * zz) % p)) % p;
  const doubledX = mod(m * m - 2n * s, p);
  return { x: doubledX, y: mod(m * (s - doubledX) - 8n * yy * yy, p), z: (2n * y * z) % p };
}

function add(curve: EllipticCurve, one: Jacobian, other: Jacobian): Jacobian {
  if (one.z === 0n) return other;
  if (other.z === 0n) return one;
  const { p } = curve;
  const oneZz = (one.z * one.z) % p;
  const otherZz = (other.z * other.z) % p;
  const u = (one.x * otherZz) % p;
  const s = (((one.y * otherZz) % p) * other.z) % p;
  const h = mod(other.x * oneZz - u, p);
  const r = mod(((other.y * oneZz) % p) * one.z - s, p);
  if (h === 0n) return r === 0n ? double(curve, one) : INFINITY;
  const hh = (h * h) % p;
  const hhh = (h * hh) % p;
  const v = (u * hh) % p;
  const x = mod(r * r - hhh - 2n * v, p);
  return { x, y: mod(r * (v - x) - s * hhh, p), z: (((h * one.z) % p) * other.z) % p };
}

function toAffine({ p }: EllipticCurve, { x, y, z }: Jacobian): Point {
  if (z === 0n) throw new RangeError('point at infinity');
  const inverse = invert(z, p);
  const square = (inverse * inverse) % p;
  return { x: (x * square) % p, y: (((y * square) % p) * inverse) % p };
}

/** Inverse of a number that is not a multiple of the prime, by the extended Euclidean algorithm. */
function invert(value: bigint, prime: bigint): bigint {
  let [rest, next] = [prime, mod(value, prime)];
  let [coefficient, nextCoefficient] = [0n, 1n];
  while (next !== 0n) {
    const quotient = rest / next;
    [rest, next] = [next, rest - quotient * next];
    [coefficient, nextCoefficient] = [nextCoefficient, coefficient - quotient * nextCoefficient];
  }
  return mod(coefficient, prime);
}

/** The remainder from 0 to modulus-1, also of negative numbers. */
function mod(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}
