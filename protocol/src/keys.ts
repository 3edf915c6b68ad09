import { calculateJwkThumbprint, CompactSign, compactVerify, EmbeddedJWK, importJWK } from 'jose';
import type { CryptoKey } from 'jose';
import { z } from 'zod';
import { ProtocolError } from './error-codes.ts';

/** An Ed25519 public key as JWK (RFC 8037). The only kind of key holders use on our sockets. */
export const publicKey = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string().regex(/^[\w-]{43}$/) });
export type PublicKey = z.output<typeof publicKey>;

/** SHA-256 thumbprint of a JWK (RFC 7638), base64url: how grants name their holder's key. */
export const thumbprint = z.string().regex(/^[\w-]{43}$/);

/** A signed JSON in compact form (RFC 7515), bounded. */
export const compactJws = z.string().max(4096).regex(/^[\w-]+\.[\w-]+\.[\w-]+$/);

/** Who is being spoken to: keeps a proof made for one service from serving at another. */
export const audience = z.enum(['queue', 'sfu', 'certificates']);
export type Audience = z.output<typeof audience>;

/** A fresh value of the server, sent in its welcome: base64url of 16 random bytes or more. */
export const nonce = z.string().regex(/^[\w-]{22,64}$/);

const proofPayload = z.object({ nonce, aud: audience, jkt: thumbprint.optional() });

/** What a proof binds together. `sessionKey` is present when an enrolled key vouches for a page's own key. */
export interface ProofInput {
  readonly nonce: string;
  readonly audience: Audience;
  readonly sessionKey?: PublicKey;
}

/** RFC 7638 thumbprint of an Ed25519 public key. */
export const thumbprintOf = (key: PublicKey): Promise<string> => calculateJwkThumbprint(key, 'sha256');

/** An Ed25519 key pair whose private half cannot leave this page or process. */
export interface HolderKey {
  readonly publicKey: PublicKey;
  /** Signs `payload` as compact JWS with the public key in the header. */
  sign(payload: Uint8Array): Promise<string>;
}

/** Wraps an Ed25519 WebCrypto pair (browser and Node alike). */
export async function holderKey(pair: { privateKey: CryptoKey; publicKey: CryptoKey }): Promise<HolderKey> {
  const exported = publicKey.parse(await crypto.subtle.exportKey('jwk', pair.publicKey));
  return {
    publicKey: exported,
    sign: (payload) =>
      new CompactSign(payload).setProtectedHeader({ alg: 'EdDSA', jwk: { ...exported } }).sign(pair.privateKey),
  };
}

/** Makes a fresh key pair for one page or connection; not extractable. */
export async function newHolderKey(): Promise<HolderKey> {
  const pair = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as {
    privateKey: CryptoKey;
    publicKey: CryptoKey;
  };
  return holderKey(pair);
}

/** Signs the server's nonce: the proof of possession that accompanies a hello. */
export async function signProof(key: HolderKey, input: ProofInput): Promise<string> {
  const payload = {
    nonce: input.nonce,
    aud: input.audience,
    ...(input.sessionKey ? { jkt: await thumbprintOf(input.sessionKey) } : {}),
  };
  return key.sign(new TextEncoder().encode(JSON.stringify(payload)));
}

/**
 * Checks a proof and returns the key that made it. The caller compares that key with the one it expects
 * (a grant's `cnf`, an enrolled kiosk).
 * @throws ProtocolError `proof-invalid` when signature, nonce, audience or vouched key differ.
 */
export async function verifyProof(proof: string, expected: ProofInput): Promise<PublicKey> {
  try {
    const { payload, protectedHeader } = await compactVerify(proof, EmbeddedJWK, { algorithms: ['EdDSA'] });
    const key = publicKey.parse(protectedHeader.jwk);
    const content = proofPayload.parse(JSON.parse(new TextDecoder().decode(payload)));
    const vouched = expected.sessionKey ? await thumbprintOf(expected.sessionKey) : undefined;
    if (content.nonce !== expected.nonce || content.aud !== expected.audience || content.jkt !== vouched) {
      throw new ProtocolError('proof-invalid');
    }
    return key;
  } catch (error) {
    throw error instanceof ProtocolError ? error : new ProtocolError('proof-invalid', { cause: error });
  }
}

/** Imports an Ed25519 public JWK for verification. */
export const importPublicKey = (key: PublicKey) => importJWK(key, 'EdDSA');
