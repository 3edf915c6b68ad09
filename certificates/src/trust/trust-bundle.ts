import { z } from 'zod';

import { canonicalJson } from './canonical-json.ts';
import { readSignerCertificate } from './signer-certificate.ts';
import type { SignerCertificate } from './signer-certificate.ts';

/**
 * Name of the format that is written, and its version. A format is closed: a reader refuses members it does not know, so
 * that nobody checks by half of what an authority says; a new member is a new version.
 */
export const TRUST_BUNDLE_FORMAT = 'videosportello-trust-bundle/2';

/** The version before, read for as long as bundles of it may lie on somebody's disk: it speaks of stamps only. */
const STAMPS_ONLY_FORMAT = 'videosportello-trust-bundle/1';

/** Largest bundle that is read, in bytes: some hundred signer certificates. */
export const MAX_BUNDLE_BYTES = 1_000_000;

/** Signer code of a stamp: two letters of the country, two letters or digits (Doc 9303-13, 2.3). */
export const signerCodeSchema = z.string().regex(/^[A-Z]{2}[A-Z0-9]{2}$/);

/** Certificate reference of a stamp: the serial number in capital hexadecimal digits. */
export const referenceSchema = z.string().regex(/^(?:[0-9A-F]{2}){1,20}$/);

/** Public key of a signed note (C2SP signed-note): name, eight hexadecimal digits of key id, Base64 of type and key. */
export const NOTE_KEY = /^[^\s+]{1,200}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{1,200}={0,2}$/;

/** DER of an X.509 certificate, in Base64. */
const certificateSchema = z.base64().min(1);

/** SHA-256 of a certificate's DER, lower-case hexadecimal. */
export const fingerprintSchema = z.string().regex(/^[0-9a-f]{64}$/);

const stampMembers = {
  /** True for an invented authority: whatever it vouches for is a SPECIMEN. */
  specimen: z.boolean(),
  /** Rises with every bundle of one root; a lower one than seen before is refused. */
  sequence: z.int().positive(),
  issuedAt: z.iso.datetime(),
  /** When a newer bundle will be there at the latest; later the check says that its keys are old. */
  nextUpdate: z.iso.datetime(),
  /** Certificates of stamps, of all years whose documents may still be shown. */
  signers: z
    .array(z.strictObject({ signerCode: signerCodeSchema, reference: referenceSchema, certificate: certificateSchema }))
    .max(500),
  revoked: z
    .array(z.strictObject({ signerCode: signerCodeSchema, reference: referenceSchema, revokedOn: z.iso.date() }))
    .max(500),
};

/** What the root signs: everything a check of stamps, seals and checkpoints needs to know about keys. */
export const trustBundleContentSchema = z.strictObject({
  format: z.literal(TRUST_BUNDLE_FORMAT),
  ...stampMembers,
  /**
   * Certificates of the PDF seal, of all years. The certificate itself is named, not its issuer: one that a provider
   * gives to somebody else under the same issuer seals nothing of ours.
   */
  seals: z.array(z.strictObject({ certificate: certificateSchema })).max(500),
  revokedSeals: z.array(z.strictObject({ fingerprint: fingerprintSchema, revokedOn: z.iso.date() })).max(500),
  /** Certificates of time-stamp authorities, or of those who directly issue theirs. */
  timeStampAuthorities: z.array(z.strictObject({ certificate: certificateSchema })).max(100),
  /** Keys that sign the register's checkpoints, as one word each (`ORIGIN+ID+BASE64` of a signed note), and their days. */
  registerKeys: z
    .array(
      z.strictObject({
        key: z.string().regex(NOTE_KEY),
        validFrom: z.iso.date(),
        validTo: z.iso.date(),
      }),
    )
    .max(100),
});

/** The bundle as it is written. */
export type TrustBundleContent = z.infer<typeof trustBundleContentSchema>;

const readableSchema = z.discriminatedUnion('format', [
  trustBundleContentSchema,
  z.strictObject({ format: z.literal(STAMPS_ONLY_FORMAT), ...stampMembers }),
]);

/** A bundle whose signature holds. What an older format does not speak of is an empty list. */
export interface TrustBundle extends Omit<TrustBundleContent, 'format'> {
  readonly root: SignerCertificate;
  /** SHA-256 of the root certificate's DER, lower-case hexadecimal: names the authority. */
  readonly rootFingerprint: string;
}

/** Why keys are not taken. */
export type TrustErrorCode = 'TRUST_MISSING' | 'TRUST_MALFORMED' | 'TRUST_WRONG_SIGNATURE' | 'TRUST_ROLLED_BACK';

/** Keys that cannot be used; `code` says why. */
export class TrustError extends Error {
  readonly code: TrustErrorCode;

  constructor(code: TrustErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TrustError';
    this.code = code;
  }
}

/** The text of a bundle: exactly these bytes, in UTF-8, are what the root signs. */
export function trustBundleText(content: z.infer<typeof readableSchema>): string {
  return canonicalJson(content);
}

/** What a bundle is opened from. */
export interface SealedTrustBundle {
  /** The bundle's text, canonical JSON in UTF-8. */
  readonly text: Uint8Array;
  /** ECDSA over `text` by the root, SHA-256 for P-256, r‖s. */
  readonly signature: Uint8Array;
  /** DER of the root certificate the reader already trusts; it does not become trusted by lying beside the bundle. */
  readonly root: Uint8Array;
}

/**
 * Opens a bundle: canonical text, signed by the root, of a self-signed authority.
 *
 * @param lastSequence the highest sequence seen from this root; an older bundle is refused. Default 0: none seen.
 * @throws TrustError TRUST_MALFORMED, TRUST_WRONG_SIGNATURE or TRUST_ROLLED_BACK
 */
export async function openTrustBundle(sealed: SealedTrustBundle, lastSequence = 0): Promise<TrustBundle> {
  if (sealed.text.length > MAX_BUNDLE_BYTES) throw new TrustError('TRUST_MALFORMED', 'the trust bundle is too large');
  const root = readRoot(sealed.root);
  if (!(await root.isIssuedBy(root))) {
    throw new TrustError('TRUST_MALFORMED', 'the root certificate is not a self-signed authority');
  }
  if (!(await root.verifies(sealed.text, sealed.signature))) {
    throw new TrustError('TRUST_WRONG_SIGNATURE', 'the trust bundle is not signed by its root');
  }
  const content = readContent(sealed.text);
  if (content.sequence < lastSequence) {
    throw new TrustError(
      'TRUST_ROLLED_BACK',
      `trust bundle ${content.sequence} is older than ${lastSequence}, already seen`,
    );
  }
  return { ...content, root, rootFingerprint: await fingerprint(sealed.root) };
}

/** SHA-256 of a certificate's DER, lower-case hexadecimal. */
export async function fingerprint(der: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', der.slice()));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Bytes of a Base64 text that a schema has already accepted. */
export function bytesOfBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

function readRoot(der: Uint8Array): SignerCertificate {
  try {
    return readSignerCertificate(der);
  } catch (cause) {
    throw new TrustError('TRUST_MALFORMED', 'the root certificate cannot be read', { cause });
  }
}

function readContent(bytes: Uint8Array): Omit<TrustBundleContent, 'format'> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const content = readableSchema.parse(JSON.parse(text));
    // A doubled name or a second spelling of the same value would be read differently by another reader.
    if (trustBundleText(content) === text) {
      const { format: _format, ...members } = content;
      return { seals: [], revokedSeals: [], timeStampAuthorities: [], registerKeys: [], ...members };
    }
  } catch (cause) {
    throw new TrustError('TRUST_MALFORMED', 'the trust bundle does not follow its schema', { cause });
  }
  throw new TrustError('TRUST_MALFORMED', 'the trust bundle is not in canonical form');
}
