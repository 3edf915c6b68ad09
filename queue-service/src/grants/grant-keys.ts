import { createPrivateKey, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { calculateJwkThumbprint } from 'jose';
import { z } from 'zod';
import type { SigningKey } from '@videosportello/protocol/signing-key.ts';
import { writeKept } from '../kept-file.ts';

/** How old a signing key may grow, ms: a month (design, keys). */
export const GRANT_KEY_LIFE_MS = 30 * 86_400_000;

const privateJwk = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), d: z.string() });
const keyFile = z.object({ keys: z.array(z.object({ kid: z.string(), createdAt: z.number(), jwk: privateJwk })).min(1).max(2) });

export interface PublicGrantKey {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly kid: string;
  readonly alg: 'EdDSA';
  readonly use: 'sig';
}

/** The keys of one queue-service process: the first signs, the one before still verifies. */
export interface GrantKeyRing {
  readonly signing: SigningKey;
  readonly publicKeys: readonly PublicGrantKey[];
}

/**
 * Opens the key file (mode 0600), makes it when missing, and makes a new key when the newest is older than
 * {@link GRANT_KEY_LIFE_MS}. @throws Error with a plain sentence when the file is damaged: a lost key is not replaced in silence.
 */
export async function openGrantKeys(path: string, nowMs: number): Promise<GrantKeyRing> {
  const kept = await readKeys(path);
  const newest = kept[0];
  const keys = newest && nowMs - newest.createdAt < GRANT_KEY_LIFE_MS ? kept : [await newKey(nowMs), ...kept].slice(0, 2);
  if (keys !== kept) await writeKept(path, JSON.stringify({ keys }));
  const signing = keys[0];
  if (!signing) throw new Error(`The key file ${path} holds no key.`);
  const privateKey = createPrivateKey({ key: signing.jwk, format: 'jwk' });
  return {
    signing: { kid: signing.kid, sign: (data) => sign(null, data, privateKey) },
    publicKeys: keys.map(({ kid, jwk }) => ({ kty: 'OKP', crv: 'Ed25519', x: jwk.x, kid, alg: 'EdDSA', use: 'sig' })),
  };
}

type KeptKey = z.output<typeof keyFile>['keys'][number];

async function readKeys(path: string): Promise<KeptKey[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new Error(`The key file ${path} cannot be read.`, { cause: error });
  }
  try {
    return keyFile.parse(JSON.parse(text)).keys;
  } catch {
    // Without the cause: its text could carry a piece of the key.
    throw new Error(`The key file ${path} is damaged; restore it, or remove it to make a new key.`);
  }
}

async function newKey(nowMs: number): Promise<KeptKey> {
  const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new Error('This machine makes no Ed25519 keys.');
  const jwk = privateJwk.parse(await crypto.subtle.exportKey('jwk', pair.privateKey));
  return { kid: (await calculateJwkThumbprint(jwk)).slice(0, 16), createdAt: nowMs, jwk };
}
