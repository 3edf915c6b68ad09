import { readFile } from 'node:fs/promises';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose';
import type { JWK } from 'jose';
import type { VerdictClaims } from '@videosportello/protocol/messages/verdict.ts';
import { z } from 'zod';
import { writeExclusively } from '../trust/exclusive-file.ts';

/** Signs verdicts; one key, one purpose (design, section 3). */
export interface VerdictKey {
  /** Public halves as JWKS (RFC 7517). */
  readonly jwks: { readonly keys: JWK[] };
  sign(claims: VerdictClaims): Promise<string>;
}

const part = z.string().regex(/^[\w-]{43}$/);
const keyFile = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: part, d: part });

/**
 * Reads the Ed25519 key from `path`, or makes it there (mode 0600).
 * @throws Error when the file holds no key; the message says nothing of its content.
 */
export async function openVerdictKey(path: string): Promise<VerdictKey> {
  const { d, ...publicJwk } = readKey((await readStored(path)) ?? (await create(path)), path);
  const kid = await calculateJwkThumbprint(publicJwk);
  const key = await importJWK({ ...publicJwk, d }, 'EdDSA');
  return {
    jwks: { keys: [{ ...publicJwk, kid, alg: 'EdDSA', use: 'sig' }] },
    sign: (claims) => new SignJWT({ ...claims }).setProtectedHeader({ alg: 'EdDSA', kid, typ: 'verdict+jwt' }).sign(key),
  };
}

function readKey(text: string, path: string): z.output<typeof keyFile> {
  try {
    return keyFile.parse(JSON.parse(text));
  } catch {
    // The parser's own words would quote the file.
    throw new Error(`${path} holds no verdict key; restore it, or move it away to have a new one made.`);
  }
}

const readStored = (path: string) =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });

async function create(path: string): Promise<string> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  await writeExclusively(path, JSON.stringify(await exportJWK(privateKey)), 0o600);
  // Another process may have been first: then its key is the one.
  return readFile(path, 'utf8');
}
