import type { VisitEvent } from '@videosportello/protocol/contract/node-queue.ts';
import type { CheckpointSigner } from './checkpoint/checkpoint-key.ts';
import { checkpointsAfter, lastCheckpoint, makeCheckpoint, proveToCheckpoint } from './checkpoint/stored-checkpoints.ts';
import type { CheckpointProof, CheckpointRule, StoredCheckpoint } from './checkpoint/stored-checkpoints.ts';
import { openDatabase } from './database/open-database.ts';
import type { DatabasePlace, RegisterDatabase } from './database/open-database.ts';
import { commit, deleteExpired, findByKey, isOriginalKept, openOriginal, readOriginal, recordPrint, release } from './documents.ts';
import { proveConsistency } from './merkle/stored-tree.ts';
import type { PrintOutcome, PrintState } from './print-machine.ts';
import { reserve, voidReservations } from './reservations.ts';
import type { Reservation, ReservationRequest } from './reservations.ts';
import { verifyRegister } from './verify-register.ts';
import type { OutsideCheckpoints, RegisterReport } from './verify-register.ts';
import { lastVisitEvent, takeVisitEvents } from './visit-events.ts';

/** A sealed and stamped document about to be written down. */
export interface IssuedDocument {
  readonly documentId: string;
  readonly visitId: string;
  readonly kioskId: string | null;
  readonly operatorId: string | null;
  readonly issuedAt: Date;
  readonly ruleVersion: string;
  readonly validTo: string | null;
  readonly original: Uint8Array;
  readonly stamp: Uint8Array;
  readonly paper: Uint8Array;
  readonly pages: number;
  readonly accessCode: string;
  /** Personal words of the row: who asked, for whom. Encrypted, erasable. */
  readonly people: Readonly<Record<string, string>>;
  /** Until when original and paper are kept. */
  readonly deleteAfter: Date;
}

/** What is given out: the paper of a document that stands in the register. */
export interface ReleasedDocument {
  readonly documentId: string;
  readonly number: string;
  readonly protocol: string;
  readonly issuedAt: Date;
  readonly validTo: string | null;
  /** SHA-256 of `pdf`, hex: what the device service compares with. */
  readonly digest: string;
  readonly originalDigest: string;
  /** The paper edition, stamp included. */
  readonly pdf: Buffer;
  readonly pages: number;
  readonly printState: PrintState;
}

/** One report about a document's sheets. `outcomeId` makes a repeated report harmless. */
export interface PrintReport {
  readonly outcomeId: string;
  readonly documentId: string;
  readonly outcome: PrintOutcome;
  /** Sheets the outcome accounts for: the spoiled ones, the printed ones. */
  readonly sheets: number;
  /** Kiosk or operator id; never a name. */
  readonly actor: string;
  readonly at: Date;
}

/** Signed words about where the register stood; see `checkpoint/`. */
export interface RegisterCheckpoints {
  /** Signs a new one when the rule wants it, else undefined. Any number of nodes may ask. */
  make(signer: CheckpointSigner, at: Date, rule: CheckpointRule): Promise<StoredCheckpoint | undefined>;
  /** Those after a number, in order, some hundred at a time. */
  after(number: number): Promise<readonly StoredCheckpoint[]>;
  last(): Promise<StoredCheckpoint | undefined>;
  /**
   * Proves that a document's stamp is in the tree the newest checkpoint signs. @throws {RegisterError} `unknown-document`
   * when it is not, or not yet
   */
  proveInclusion(documentId: string): Promise<CheckpointProof>;
  /** Proves that the tree of `earlier` leaves is the beginning of the one of `size`. */
  proveConsistency(earlier: number, size: number): Promise<readonly Buffer[]>;
}

/**
 * The register of issued documents: a number is reserved, the document sealed, the row committed, and only then is it
 * released. Each call is one transaction, done or not done at all.
 *
 * @throws {RegisterError} `register-unavailable` from every call when the database does not serve; the call may be repeated
 */
export interface Register extends AsyncDisposable {
  /**
   * The document of an idempotency key, when it was issued already. @throws {RegisterError} `key-reused`,
   * `reservation-void`
   */
  findByKey(idempotencyKey: string, request: string): Promise<ReleasedDocument | null>;
  /**
   * Gives a number, or again the one a repeated request already has. Uses up the duty mark.
   *
   * @throws {RegisterError} `duty-mark-used`, `key-reused`, `reservation-void`
   */
  reserve(request: ReservationRequest): Promise<Reservation>;
  /** Writes the document down and releases it. A document that is there already is released as it is. */
  commit(document: IssuedDocument): Promise<ReleasedDocument>;
  /** @throws {RegisterError} `unknown-document` */
  release(documentId: string): Promise<ReleasedDocument>;
  /**
   * The sealed original for the town's own use, as a back-up or a court's order. @throws {RegisterError}
   * `unknown-document`
   */
  readOriginal(documentId: string): Promise<Buffer>;
  /** The sealed original behind an access code while it is kept, else null; each opening goes on record. */
  openOriginal(accessCode: string, at: Date): Promise<Buffer | null>;
  /** @throws {RegisterError} `unknown-document`; `print-order` when the outcome cannot follow on what is on record */
  recordPrint(report: PrintReport): Promise<PrintState>;
  /**
   * Gives up numbers reserved before `before` that never became a document, but for those of cases the back office has allowed; each
   * is explained in the chain, its mark is free again.
   */
  voidReservations(before: Date, at: Date): Promise<number>;
  /**
   * Deletes originals and papers whose term was over at `at`, and erases who asked for whom; each document's deletion goes
   * on record. Its row, its number and the chain stay. Returns how many documents that were.
   */
  deleteExpired(at: Date): Promise<number>;
  /** Chains steps of visits, in order; those taken in before are passed over. Returns the last stream id on record. */
  takeVisitEvents(events: readonly VisitEvent[]): Promise<string>;
  /** The last stream id on record, undefined before the first. */
  lastVisitEvent(): Promise<string | undefined>;
  readonly checkpoints: RegisterCheckpoints;
  /** Walks all of it again; see `verify-register.ts`. Without checkpoints from outside a roll-back cannot be seen. */
  verify(outside?: OutsideCheckpoints): Promise<RegisterReport>;
  close(): Promise<void>;
}

/**
 * Opens the register, and makes it at first.
 *
 * @throws {RegisterError} `register-unavailable`, `register-newer`, `register-key`; the file system's error, or `VaultError`
 *   when the key file holds no key
 */
export async function openRegister(place: DatabasePlace): Promise<Register> {
  return registerIn(await openDatabase(place));
}

/** The register in a database that is open; closing it closes the database. */
export function registerIn({ db, vault, served, inOrder, close }: RegisterDatabase): Register {
  return {
    findByKey: (key, request) => served(() => findByKey(db, vault, key, request)),
    reserve: (request) => inOrder((tx) => reserve(tx, vault, request)),
    commit: (document) => inOrder((tx) => commit(tx, vault, document)),
    release: (documentId) => served(() => release(db, vault, documentId)),
    readOriginal: (documentId) => served(() => readOriginal(db, vault, documentId)),
    // Whoever guesses codes must not keep the writers waiting.
    openOriginal: async (accessCode, at) =>
      (await served(() => isOriginalKept(db, vault, accessCode, at))) ? inOrder((tx) => openOriginal(tx, vault, accessCode, at)) : null,
    recordPrint: (report) => inOrder((tx) => recordPrint(tx, vault, report)),
    voidReservations: (before, at) => inOrder((tx) => voidReservations(tx, vault, before, at)),
    deleteExpired: (at) => inOrder((tx) => deleteExpired(tx, vault, at)),
    takeVisitEvents: (events) => inOrder((tx) => takeVisitEvents(tx, vault, events)),
    lastVisitEvent: () => served(() => lastVisitEvent(db)),
    checkpoints: {
      make: (signer, at, rule) => inOrder((tx) => makeCheckpoint(tx, signer, at, rule)),
      after: (number) => served(() => checkpointsAfter(db, number)),
      last: () => served(() => lastCheckpoint(db)),
      proveInclusion: (documentId) => served(() => proveToCheckpoint(db, documentId)),
      proveConsistency: (earlier, size) => served(() => proveConsistency(db, earlier, size)),
    },
    verify: (outside) => served(() => verifyRegister(db, vault, outside)),
    close,
    [Symbol.asyncDispose]: close,
  };
}
