/** Reads a card through identity's doors and says what was found, in the tool's own words. */
import { CardError } from '@videosportello/identity/card-error.ts';
import { EMRTD_APPLICATION } from '@videosportello/identity/emrtd/elementary-files.ts';
import { parseDg2 } from '@videosportello/identity/emrtd/lds/dg2.ts';
import type { FaceImage } from '@videosportello/identity/emrtd/lds/dg2.ts';
import type { PacePassword } from '@videosportello/identity/emrtd/pace/pace.ts';
import { authenticatePassively } from '@videosportello/identity/emrtd/passive-authentication.ts';
import { readDocument } from '@videosportello/identity/emrtd/read-document.ts';
import type { TrustStore } from '@videosportello/identity/emrtd/trust-store.ts';
import { createTrustStore } from '@videosportello/identity/emrtd/trust-store.ts';
import { INS } from '@videosportello/identity/iso7816/apdu.ts';
import { SW_OK } from '@videosportello/identity/iso7816/status-word.ts';
import { plainChannel, runOne } from '@videosportello/identity/iso7816/transmit.ts';
import type { CardPort } from '@videosportello/identity/port.ts';
import { deriveVerdict } from '@videosportello/identity/verdict/answers.ts';
import type { Answer, Answers, PersonClaims } from '@videosportello/identity/verdict/answers.ts';

const PERSON_FIELDS = [
  'surname',
  'givenNames',
  'birthDate',
  'sex',
  'nationality',
  'documentNumber',
  'expiryDate',
  'taxCode',
] as const satisfies readonly (keyof PersonClaims)[];

const ANSWERS = ['genuine', 'notCloned', 'notExpired', 'notRevoked', 'holder'] as const satisfies readonly (keyof Answers)[];

/** What the tool prints about a card. */
export interface CardReport {
  /** For example `PACE-DH-GM-3DES`. */
  readonly protocol: string;
  /** What the card says; null where it says nothing. Dates are `YYYY-MM-DD`. */
  readonly person: Readonly<Record<(typeof PERSON_FIELDS)[number], string | null>>;
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

/** How to read. */
export interface ReadCardOptions {
  /** Opens the chip; without one only a card that needs none can be read. */
  readonly password: PacePassword | undefined;
  readonly photo: boolean;
  /** Trusted country signers; undefined when nobody said whom to trust, which leaves "genuine" unasked. */
  readonly trust: TrustStore | undefined;
  readonly random: (bytes: number) => Uint8Array;
  readonly signal: AbortSignal;
  readonly now: Date;
}

/** Cards are judged by the day in Italy. */
const TIME_ZONE = 'Europe/Rome';

/**
 * Reads the card behind the port and judges it. Throws CardError for every failure; `wrong-can` also for a travel document
 * for which no password was given.
 */
export async function readCard(port: CardPort, options: ReadCardOptions): Promise<CardFindings> {
  const { password, photo, trust, random, signal, now } = options;
  const begun = performance.now();
  if (password === undefined) throw await withoutPassword(port, signal);
  const files = photo ? (['dg1', 'dg11', 'dg2'] as const) : (['dg1', 'dg11'] as const);
  const reading = await readDocument(port, { password, files, random, signal });
  const passiveAuthentication = authenticatePassively({
    files: reading.files,
    trust: trust ?? createTrustStore([]),
    at: now,
  });
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: TIME_ZONE }).format(now);
  const { answers, claims } = deriveVerdict({ files: reading.files, passiveAuthentication, today });
  const { apdus, bytes } = reading.counts;
  const report: CardReport = {
    protocol: reading.protocol,
    person: record(PERSON_FIELDS, (field) => claims[field]?.value ?? null),
    answers: record(ANSWERS, (name) => answerOf(answers[name], trust)),
    apdus,
    bytes,
    ms: Math.round(performance.now() - begun),
  };
  return {
    report: photo ? { ...report, photo: photoOf(reading.files.get('dg2')) } : report,
    specimen: passiveAuthentication.signer?.specimen ?? false,
  };
}

/** Whom to trust was never said: then nothing was asked, and "no" would accuse. */
function answerOf({ answer, reason }: Answer, trust: TrustStore | undefined): Answer['answer'] {
  return trust === undefined && reason === 'issuer-not-trusted' ? 'not-asked' : answer;
}

/** A photo that cannot be taken out of its file leaves the rest of the reading as it is. */
function photoOf(file: Uint8Array | undefined): NonNullable<CardReport['photo']> | null {
  if (file === undefined) return null;
  try {
    const { mediaType, bytes } = parseDg2(file);
    return { mediaType, base64: Buffer.from(bytes).toString('base64') };
  } catch (error) {
    if (error instanceof CardError) return null;
    throw error;
  }
}

/** Tells a chip that wants a password from a card that no password would open. */
async function withoutPassword(port: CardPort, signal: AbortSignal): Promise<CardError> {
  const select = { ins: INS.select, p1: 0x04, p2: 0x0c, data: EMRTD_APPLICATION };
  const { sw } = await runOne(plainChannel(port, signal), select);
  return sw === SW_OK
    ? new CardError('wrong-can', 'this card is opened by its access number or its machine readable zone')
    : new CardError('not-a-travel-document', 'the card has no application that is known here', { statusWord: sw });
}

function record<Name extends string, Value>(names: readonly Name[], valueOf: (name: Name) => Value): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, valueOf(name)])) as Record<Name, Value>;
}
