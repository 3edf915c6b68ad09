/** A revocation list of a demo authority, for tests (RFC 5280, 5.1). */
import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { certificateIdentity } from '../virtual/authority/certificate.ts';
import { bitString, integer, sequence, time } from '../virtual/authority/der.ts';
import { signatureAlgorithm } from '../virtual/authority/signature-algorithm.ts';

const VERSION_2 = 1;

/** Signs a list with an authority's key (PEM file, RSA) that takes one certificate (DER) back, as of that moment. */
export async function revocationList(keyFile: string, revoked: Uint8Array, at: Date): Promise<Uint8Array> {
  const { sign, identifier } = signatureAlgorithm('rsa-pkcs1-sha256');
  const { issuer, serial } = certificateIdentity(revoked);
  const list = sequence(integer(VERSION_2), identifier, issuer, time(at), sequence(sequence(serial, time(at))));
  return sequence(list, identifier, bitString(sign(list, createPrivateKey(await readFile(keyFile)))));
}
