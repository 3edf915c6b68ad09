/** Ill-behaved twins: a card that differs from the good one in one way. Each has a name, and some a number or a file. */
import { PersonalisationError } from '../cie/personalisation-error.ts';

/** Twins of an eMRTD, with what may stand after a colon. */
export const DOCUMENT_TWINS = {
  'wrong-mac': 'N: the answer to the Nth protected command carries a wrong checksum (2)',
  'plain-status': 'N: the Nth protected command is answered with 6985 in the clear (2)',
  'lying-length': 'FILE: the file claims 16 MB; card-access, com, sod, dg1, dg2, dg11, dg14, dg15 (dg2)',
  'cut-file': 'FILE: the file ends before its length (dg2)',
  'altered-sod': 'the last byte of the security object is changed',
  'altered-data': 'FILE: the last byte of the file is changed after signing (dg1)',
  'cloned-chip': 'the files are copies, the chip has other private keys',
  'expired-signer': 'the document signer has expired',
  slow: 'MS: milliseconds for each answer (1500)',
  'removed-after': 'N: the card leaves after N answers (9)',
} as const;

/** Twins of a CNS. */
export const CNS_TWINS = {
  'lying-length': 'the personal data claim 16 MB',
  'altered-data': 'the personal data are not those of the certificate',
  'cloned-chip': 'the files are copies, the chip has another private key',
  'expired-certificate': "the holder's certificate has expired",
  'unknown-issuer': 'an issuer of the same name, trusted by nobody, signed the certificate',
  'one-try-left': 'the PIN was wrong twice',
  blocked: 'the PIN is blocked',
  slow: 'MS: milliseconds for each answer (1500)',
  'removed-after': 'N: the card leaves after N answers (4)',
} as const;

export type DocumentTwinName = keyof typeof DOCUMENT_TWINS;
export type CnsTwinName = keyof typeof CNS_TWINS;

/** A twin as it was named on a command line. */
export interface Twin<Name extends string> {
  readonly name: Name;
  readonly argument?: string;
}

/**
 * Reads `NAME` or `NAME:ARGUMENT`.
 * @throws PersonalisationError `unknown-twin`; the message lists the names.
 */
export function parseTwin<Name extends string>(text: string, known: Readonly<Record<Name, string>>): Twin<Name> {
  const [, written = '', argument] = /^([^:]*)(?::(.+))?$/s.exec(text) ?? [];
  const names = Object.keys(known).filter((name): name is Name => name in known);
  const name = names.find((one) => one === written);
  if (name === undefined) {
    throw new PersonalisationError('unknown-twin', `There is no twin of that name; there are: ${names.join(', ')}.`);
  }
  return argument === undefined ? { name } : { name, argument };
}

/**
 * The number after the colon.
 * @throws PersonalisationError `unknown-twin` when it is none, or above a million.
 */
export function twinNumber({ name, argument }: Twin<string>, byDefault: number): number {
  if (argument === undefined) return byDefault;
  if (!/^\d{1,6}$/.test(argument)) {
    throw new PersonalisationError('unknown-twin', `The twin ${name} takes a number after the colon.`);
  }
  return Number(argument);
}
