import * as asn1 from 'asn1js';
import { OID } from '../algorithm.ts';
import { bytesOf, childrenOf, DerError, encode, integerBytes, octets, oid, parseDer, sequence, unsigned } from '../der.ts';

/**
 * A time-stamp query (RFC 3161, 2.4.1, TimeStampReq) that asks for the authority's certificate with the token.
 *
 * @param digest SHA-256 of what is to be stamped
 * @param nonce some random bytes that tell this answer from a replayed one
 * @param policy object identifier of the policy wanted; null leaves it to the authority
 */
export function timeStampQuery(digest: Uint8Array, nonce: Uint8Array, policy: string | null): Uint8Array<ArrayBuffer> {
  return encode(
    sequence(
      new asn1.Integer({ value: 1 }),
      sequence(sequence(oid(OID.sha256), new asn1.Null()), octets(digest)),
      ...(policy === null ? [] : [oid(policy)]),
      unsigned(nonce),
      new asn1.Boolean({ value: true }),
    ),
  );
}

/** The nonce's INTEGER as an answer must repeat it. */
export function nonceInQuery(nonce: Uint8Array): Uint8Array<ArrayBuffer> {
  return integerBytes(parseDer(encode(unsigned(nonce))));
}

/** PKIStatus values that come with a token (RFC 3161, 2.4.2): granted, granted with modifications. */
const GRANTED: readonly number[] = [0, 1];

/**
 * Takes the token out of an answer (RFC 3161, 2.4.2, TimeStampResp). Verifies nothing.
 *
 * @returns DER of the token; null when the authority refuses
 * @throws {DerError} when it is no answer
 */
export function tokenInReply(reply: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const [info, token] = childrenOf(parseDer(reply));
  const status = integerBytes(childrenOf(info)[0]);
  if (status.length !== 1 || !GRANTED.includes(status[0] ?? -1)) return null;
  if (token === undefined) throw new DerError('The answer grants a time-stamp and brings none.');
  return bytesOf(token);
}
