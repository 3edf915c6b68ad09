import { chmod, readFile, writeFile } from 'node:fs/promises';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose';
import type { JWK } from 'jose';
import type { VerdictClaims } from '@videosportello/protocol/messages/verdict.ts';

/** Signs verdicts; one key, one purpose (design, section 3). */
export interface VerdictKey {
  /** Public halves as JWKS (RFC 7517). */
  readonly jwks: { readonly keys: readonly JWK[] };
  sign(claims: VerdictClaims): Promise<string>;
}

/** Reads the Ed25519 key from `path`, or makes it there (mode 0600). */
export async function openVerdictKey(path: string): Promise<VerdictKey> {
  const stored = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const privateJwk = stored === undefined ? await create(path) : (JSON.parse(stored) as JWK);
  const { d: _, ...publicJwk } = privateJwk;
  const kid = await calculateJwkThumbprint(publicJwk);
  const key = await importJWK(privateJwk, 'EdDSA');
  return {
    jwks: { keys: [{ ...publicJwk, kid, alg: 'EdDSA', use: 'sig' }] },
    sign: (claims) => new SignJWT({ ...claims }).setProtectedHeader({ alg: 'EdDSA', kid, typ: 'verdict+jwt' }).sign(key),
  };
}

async function create(path: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const jwk = await exportJWK(privateKey);
  await writeFile(path, JSON.stringify(jwk), { mode: 0o600, flag: 'wx' });
  await chmod(path, 0o600);
  return jwk;
}
