/**
 * What a seal or a stamp is signed with: `rsa-pkcs1-sha256` is RSASSA-PKCS1-v1_5 (RFC 8017, 8.2), `ecdsa-p256-sha256`
 * is ECDSA on P-256 (FIPS 186-5).
 */
export type SignatureAlgorithm = 'ecdsa-p256-sha256' | 'rsa-pkcs1-sha256';

/** A key, wherever it is. Whoever signs says which bytes; the key's holder hashes them with SHA-256 itself. */
export interface SigningKey {
  readonly algorithm: SignatureAlgorithm;
  /**
   * Signs `data`. ECDSA answers with r‖s, 64 bytes (as PKCS#11's CKM_ECDSA and IEEE P1363 do); RSA with the signature's
   * bytes.
   *
   * @throws when the key is out of reach or `signal` ends the wait.
   */
  sign(data: Uint8Array, options: { readonly signal: AbortSignal }): Promise<Uint8Array>;
}

/** One key with its certificate. A key in a file, in a PKCS#11 token and at a remote provider all fit: only `sign` touches it. */
export interface Signer extends SigningKey {
  /** DER of the X.509 certificate of this key. */
  readonly certificate: Uint8Array;
  /** DER of the certificates above it, nearest issuer first; may be empty. */
  readonly chain: readonly Uint8Array[];
}
