/** What the card tool says of a card, whatever kind it is. */
import type { FaceImage } from '@videosportello/identity/emrtd/lds/dg2.ts';
import type { Answer } from '@videosportello/identity/verdict/answers.ts';

/** What a card may say of its holder, in the order of the report. */
export const PERSON_FIELDS = [
  'surname',
  'givenNames',
  'birthDate',
  'sex',
  'nationality',
  'documentNumber',
  'expiryDate',
  'taxCode',
] as const;

/** The five answers. */
export const ANSWERS = ['genuine', 'notCloned', 'notExpired', 'notRevoked', 'holder'] as const;

/** Null where the card says nothing. Dates are `YYYY-MM-DD`. */
export type ReportedPerson = Readonly<Record<(typeof PERSON_FIELDS)[number], string | null>>;

/** What the tool prints about a card. */
export interface CardReport {
  /** `BAC`, `CNS`, or for example `PACE-DH-GM-3DES`. */
  readonly protocol: string;
  readonly person: ReportedPerson;
  readonly answers: Readonly<Record<(typeof ANSWERS)[number], Answer['answer']>>;
  /** Commands that the card answered, and bytes both ways. */
  readonly apdus: number;
  readonly bytes: number;
  /** From the powered card to the answers, milliseconds. */
  readonly ms: number;
  /** Only when asked for; null when the card gives none that can be read. */
  readonly photo?: { readonly mediaType: FaceImage['mediaType']; readonly base64: string } | null;
}

/** The report, and what a person must be told besides. */
export interface CardFindings {
  readonly report: CardReport;
  /** Whether a demo authority stands behind the card. */
  readonly specimen: boolean;
}

/** Whom nobody said to trust: then nothing was asked, and "no" would accuse. */
export function genuineOf(
  { answer, reason }: { readonly answer: Answer['answer']; readonly reason: string },
  trusted: boolean,
): Answer['answer'] {
  return !trusted && reason === 'issuer-not-trusted' ? 'not-asked' : answer;
}
