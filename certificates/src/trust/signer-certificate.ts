import { BasicConstraints, Certificate, PrivateKeyUsagePeriod } from 'pkijs';

/** What a check needs of an X.509 certificate of the stamp's authority. Runs in Node and in browsers alike. */
export interface SignerCertificate {
  /**
   * Country and common name of the subject, as the seal's header writes them (Doc 9303-8): `ITVS`; null when they do
   * not fit.
   */
  readonly signerCode: string | null;
  /** The serial number in capital hexadecimal digits, two a byte: the seal's certificate reference. */
  readonly reference: string;
  /** First and last UTC day of validity, YYYY-MM-DD. */
  readonly validFrom: string;
  readonly validTo: string;
  /** Last UTC day on which its key may sign (RFC 3280, 4.2.1.4; Doc 9303-12); without such a period, `validTo`. */
  readonly keyUseEnds: string;
  /** Whether the certificate states such a period. */
  readonly statesKeyUse: boolean;
  /** Whether it may sign certificates. */
  readonly isAuthority: boolean;
  /** Whether `issuer`'s key signed this certificate and the names match. Never throws. */
  isIssuedBy(issuer: SignerCertificate): Promise<boolean>;
  /** Whether `signature` (r‖s, each as long as the curve's order) is this certificate's over `bytes`. Never throws. */
  verifies(bytes: Uint8Array, signature: Uint8Array): Promise<boolean>;
  readonly x509: Certificate;
}

interface Curve {
  readonly namedCurve: string;
  /** Doc 9303-13, 2.4: the hash follows the order of the curve. */
  readonly hash: string;
  readonly signatureBytes: number;
}

const CURVES: ReadonlyMap<string, Curve> = new Map([
  ['1.2.840.10045.3.1.7', { namedCurve: 'P-256', hash: 'SHA-256', signatureBytes: 64 }],
  ['1.3.132.0.34', { namedCurve: 'P-384', hash: 'SHA-384', signatureBytes: 96 }],
  ['1.3.132.0.35', { namedCurve: 'P-521', hash: 'SHA-512', signatureBytes: 132 }],
]);

const OID_COUNTRY = '2.5.4.6';
const OID_COMMON_NAME = '2.5.4.3';
const OID_EC_PUBLIC_KEY = '1.2.840.10045.2.1';

/**
 * Reads a certificate.
 *
 * @throws Error when the bytes are not one X.509 certificate.
 */
export function readSignerCertificate(der: Uint8Array): SignerCertificate {
  const x509 = Certificate.fromBER(der.slice().buffer);
  const country = subjectPart(x509, OID_COUNTRY);
  const commonName = subjectPart(x509, OID_COMMON_NAME);
  const code = `${country}${commonName}`;
  return {
    signerCode: /^[A-Z]{2}[A-Z0-9]{2}$/.test(code) ? code : null,
    reference: hex(unsigned(x509.serialNumber.valueBlock.valueHexView)),
    validFrom: utcDay(x509.notBefore.value),
    validTo: utcDay(x509.notAfter.value),
    keyUseEnds: utcDay(keyUseEnd(x509) ?? x509.notAfter.value),
    statesKeyUse: keyUseEnd(x509) !== undefined,
    isAuthority: x509.extensions?.some((e) => e.parsedValue instanceof BasicConstraints && e.parsedValue.cA) ?? false,
    isIssuedBy: async (issuer) => {
      if (!issuer.isAuthority || !x509.issuer.isEqual(issuer.x509.subject)) return false;
      return x509.verify(issuer.x509).catch(() => false);
    },
    verifies: async (bytes, signature) => verifySignature(x509, bytes, signature).catch(() => false),
    x509,
  };
}

async function verifySignature(x509: Certificate, bytes: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const key = x509.subjectPublicKeyInfo;
  if (key.algorithm.algorithmId !== OID_EC_PUBLIC_KEY) return false;
  const curve = CURVES.get(String(key.algorithm.algorithmParams?.valueBlock));
  if (curve === undefined || signature.length !== curve.signatureBytes) return false;
  const spki = key.toSchema().toBER(false);
  const publicKey = await crypto.subtle.importKey(
    'spki',
    spki,
    { name: 'ECDSA', namedCurve: curve.namedCurve },
    false,
    ['verify'],
  );
  return crypto.subtle.verify({ name: 'ECDSA', hash: curve.hash }, publicKey, signature.slice(), bytes.slice());
}

function keyUseEnd(x509: Certificate): Date | undefined {
  for (const { parsedValue } of x509.extensions ?? []) {
    if (parsedValue instanceof PrivateKeyUsagePeriod) return parsedValue.notAfter;
  }
  return undefined;
}

function subjectPart(x509: Certificate, type: string): string {
  const part = x509.subject.typesAndValues.find((candidate) => candidate.type === type);
  return part === undefined ? '' : part.value.valueBlock.value;
}

function utcDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** Without the zero byte that keeps a DER integer with a high first bit positive. */
function unsigned(integer: Uint8Array): Uint8Array {
  return integer[0] === 0 && integer.length > 1 ? integer.subarray(1) : integer;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
}
