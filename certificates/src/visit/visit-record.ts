import type { PinOutcome } from '@videosportello/identity/cns/pin.ts';
import type { deviceCertificates } from '@videosportello/protocol/contract/device-certificates.ts';
import type { operatorCertificates, VisitFile } from '@videosportello/protocol/contract/operator-certificates.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import { GRANT_LIFE_S } from '@videosportello/protocol/grant.ts';
import type { GrantClaims } from '@videosportello/protocol/grant.ts';
import type { DocumentId, KioskId, OperatorId, VisitId } from '@videosportello/protocol/ids.ts';
import { createScanShelf, NODE_SCAN_BYTES } from '../evidence/scan-shelf.ts';
import type { ScanBudget, ScanShelf } from '../evidence/scan-shelf.ts';
import type { VisualCheck } from '../evidence/visual-check-desk.ts';
import type { CertificateRequest } from '../issue/request.ts';
import type { CaseNumber, DocumentState, OpenedCase, PrintReason, Review } from '@videosportello/protocol/messages/document.ts';
import type { EvidencePhase, VerdictView } from '@videosportello/protocol/messages/verdict.ts';
import type { VisualCheckView } from '@videosportello/protocol/messages/visual-check.ts';
import type { Peer } from '@videosportello/protocol/rpc/peer.ts';

/** The other end of a kiosk's socket. */
export type DevicePeer = Peer<typeof deviceCertificates.server>;
/** The other end of an operator's socket. */
export type OperatorPeer = Peer<typeof operatorCertificates.server>;

/** A document on its way, as this node holds it while the visit runs. */
export interface RunningDocument {
  readonly documentId: DocumentId;
  readonly request: CertificateRequest;
  /** The words the citizen was shown; absent for the paper of a case, which the back office has looked at. */
  readonly review?: Review | undefined;
  /** The case whose paper this is. */
  readonly caseNumber?: CaseNumber | undefined;
  state: DocumentState;
  reason?: PrintReason | undefined;
  number?: string | undefined;
  /** The printed edition, for as long as the visit lasts: a spoiled sheet is printed again from it. */
  paper?: Buffer | undefined;
  /** Which sheet: rises after each spoiled one on record. */
  attempt: number;
  /** The operator has seen to it that this sheet came out: none is printed after it. */
  isConfirmed?: boolean;
  at: number;
}

/** The slip of a case on its way to the kiosk's printer. It is no document of the register: one that fails is not missed. */
export interface CaseSlip {
  readonly documentId: DocumentId;
  readonly paper: Buffer;
  /** Whether the kiosk has taken it on. */
  isOffered: boolean;
}

/** Wrong access numbers in a row after which the operator decides. */
export const MAX_WRONG_NUMBERS = 3;

/** What this node knows of one running visit; in memory only, gone with it. */
export interface VisitRecord {
  readonly visitId: VisitId;
  readonly kioskId: KioskId;
  evidence: {
    phase: EvidencePhase;
    failure?: ErrorCode | undefined;
    wrongNumbers: number;
    /** The operator has said that the last try for a PIN may be used, once. */
    lastTryConfirmed?: boolean | undefined;
    /** What became of the last PIN of the visit: some cards say only then how many tries are left. */
    pin?: PinOutcome | undefined;
    verdict?: VerdictView | undefined;
    /** The verdict as signed (compact JWT), as long as the visit lasts. */
    signed?: string | undefined;
  };
  /** Pages from the kiosk's scanner. */
  readonly scans: ScanShelf;
  /** The operator's check of a document by eye. */
  visualCheck?: VisualCheck | undefined;
  readonly documents: Map<DocumentId, RunningDocument>;
  /** Requests left with the back office in this visit. */
  readonly cases: OpenedCase[];
  /** One for each of them. */
  readonly slips: CaseSlip[];
  device?: DevicePeer | undefined;
  readonly operators: Map<OperatorPeer, OperatorId>;
  /** Aborted at the visit's end: what still runs for it must leave nothing behind. */
  readonly ended: AbortSignal;
}

/** Why a visit is over for this node. */
export type VisitEnd = 'visit-ended' | 'kiosk-revoked' | 'shutting-down';

/**
 * All running visits of this node.
 *
 * ```
 *            first grant              visit ended, a paper under way            paper at its end, 60 s
 *   (none) ─────────────▶ running ──────────────────────────────────▶ closing ──────────────────────▶ over ──▶ (none)
 *                            └── visit ended; kiosk revoked; nobody connected for ten minutes ──────────▲
 * ```
 * *closing* serves the kiosk's report about that sheet only. *over* serves nobody and remembers only the id, until every
 * grant that was signed for the visit has expired.
 */
export interface VisitRecords {
  /**
   * @throws ProtocolError `visit-unknown` for a visit that is over, and for an operator of one that is closing; `grant-foreign`
   * for a visit that is another kiosk's, so that none takes a card's place by a grant that names its visit.
   */
  check(claims: Pick<GrantClaims, 'visit' | 'role' | 'kiosk'>): void;
  /** The visit's record, made at the first grant shown for it. @throws ProtocolError as {@link check}. */
  enter(claims: Pick<GrantClaims, 'visit' | 'role' | 'kiosk'>): VisitRecord;
  /** A connection of the visit has gone. When it was the last one and none comes back, the visit is over. */
  left(record: VisitRecord): void;
  /** Whether this record is still the visit's, for the kiosk's report about a sheet. */
  isKept(record: VisitRecord): boolean;
  /** Tells the operators of the visit; called after every change. */
  changed(record: VisitRecord): void;
  /** Closes the visit's connections and forgets what was known; see the picture. */
  end(visitId: VisitId, why: VisitEnd): void;
  ofKiosk(kioskId: KioskId): VisitId[];
  readonly size: number;
  endAll(): void;
}

/** The record as its operator may see it. */
export function fileOf(record: VisitRecord): VisitFile {
  const { phase, failure, wrongNumbers, verdict } = record.evidence;
  const scans = record.scans.views();
  const { visualCheck } = record;
  return {
    evidence: { phase, wrongNumbers, ...(failure ? { failure } : {}), ...(verdict ? { verdict } : {}) },
    documents: [...record.documents.values()].map(({ documentId, request, review, state, reason, number, attempt, isConfirmed, at }) => ({
      documentId,
      type: request.type,
      state,
      at,
      ...(review ? { review } : {}),
      ...(reason ? { reason } : {}),
      ...(number ? { number, attempt } : {}),
      ...(isConfirmed ? { confirmed: true as const } : {}),
    })),
    ...(scans.length > 0 ? { scans } : {}),
    ...(record.cases.length > 0 ? { cases: [...record.cases] } : {}),
    ...(visualCheck ? { visualCheck: viewOf(visualCheck) } : {}),
  };
}

const viewOf = ({ document, phase, challenge, items }: VisualCheck): VisualCheckView => ({ document, phase, challenge, items: [...items] });

/** How long a paper on its way keeps the kiosk's connection after the visit has ended, ms. */
const LAST_PAPER_MS = 60_000;
/** How long evidence waits for its kiosk or operator to come back, ms: a queue that starts anew costs nobody his place. */
const ABANDONED_MS = 600_000;
/** How long the id of a visit that is over is remembered, ms: after it every grant signed before has expired. */
const OVER_MS = 2 * GRANT_LIFE_S * 1000;

/** States in which a paper is between this node and the citizen's hand. */
const underWay: readonly DocumentState[] = ['issued', 'fetched', 'spooled', 'printing', 'needs-attention'];

/** Makes an empty table of visits. `onOver` is called once for each that is over. */
export function createVisitRecords({ onOver = () => {} }: { readonly onOver?: (visitId: VisitId) => void } = {}): VisitRecords {
  const records = new Map<VisitId, { record: VisitRecord; ending: AbortController }>();
  const over = new Set<VisitId>();
  const scanBudget: ScanBudget = { held: 0, limit: NODE_SCAN_BYTES };
  /** One timer per visit: abandoned, last paper, or over. */
  const timers = new Map<VisitId, NodeJS.Timeout>();

  const after = (visitId: VisitId, delayMs: number, run: () => void) => {
    clearTimeout(timers.get(visitId));
    const timer = setTimeout(() => {
      timers.delete(visitId);
      run();
    }, delayMs);
    timers.set(visitId, timer.unref());
  };
  const keep = (visitId: VisitId) => {
    clearTimeout(timers.get(visitId));
    timers.delete(visitId);
  };
  const check: VisitRecords['check'] = ({ visit, role, kiosk }) => {
    const known = records.get(visit);
    const isClosing = known?.ending.signal.aborted === true;
    if (over.has(visit) || (isClosing && role !== 'kiosk')) throw new ProtocolError('visit-unknown');
    if (known && known.record.kioskId !== kiosk) throw new ProtocolError('grant-foreign');
  };
  /** Zeroes and drops every document but those the kiosk has still to speak of. */
  const wipeDocuments = (record: VisitRecord, isKept: (document: RunningDocument) => boolean) => {
    for (const document of record.documents.values()) {
      // The kiosk has it whole: what is left to say of it needs no bytes.
      if (isKept(document) && document.state === 'issued') continue;
      document.paper?.fill(0);
      document.paper = undefined;
      if (!isKept(document)) record.documents.delete(document.documentId);
    }
  };
  const isUnderWay = (document: RunningDocument) => underWay.includes(document.state);

  const forget = (visitId: VisitId, why: VisitEnd) => {
    const entry = records.get(visitId);
    records.delete(visitId);
    over.add(visitId);
    after(visitId, OVER_MS, () => over.delete(visitId));
    if (entry) {
      entry.record.device?.notify('visit.closed', { why });
      entry.record.device?.close();
      wipeDocuments(entry.record, () => false);
    }
    onOver(visitId);
  };
  const end: VisitRecords['end'] = (visitId, why) => {
    const entry = records.get(visitId);
    if (!entry) return void (over.has(visitId) || forget(visitId, why));
    const { record, ending } = entry;
    if (ending.signal.aborted && why === 'visit-ended') return;
    ending.abort();
    for (const peer of record.operators.keys()) {
      peer.notify('visit.closed', { why: why === 'kiosk-revoked' ? 'visit-ended' : why });
      peer.close();
    }
    record.operators.clear();
    record.evidence = { phase: 'waiting-for-card', wrongNumbers: 0 };
    record.scans.wipe();
    record.visualCheck = undefined;
    record.cases.length = 0;
    record.slips.length = 0;
    wipeDocuments(record, isUnderWay);
    if (why !== 'visit-ended' || record.documents.size === 0) return forget(visitId, why);
    after(visitId, LAST_PAPER_MS, () => forget(visitId, why));
  };
  return {
    check,
    enter(claims) {
      check(claims);
      const known = records.get(claims.visit);
      if (known) {
        if (!known.ending.signal.aborted) keep(claims.visit);
        return known.record;
      }
      const ending = new AbortController();
      const record: VisitRecord = {
        visitId: claims.visit,
        kioskId: claims.kiosk,
        evidence: { phase: 'waiting-for-card', wrongNumbers: 0 },
        scans: createScanShelf(scanBudget),
        documents: new Map(),
        cases: [],
        slips: [],
        operators: new Map(),
        ended: ending.signal,
      };
      records.set(claims.visit, { record, ending });
      return record;
    },
    left(record) {
      if (record.ended.aborted || record.device || record.operators.size > 0) return;
      after(record.visitId, ABANDONED_MS, () => end(record.visitId, 'visit-ended'));
    },
    isKept: (record) => records.get(record.visitId)?.record === record,
    changed(record) {
      if (record.ended.aborted) {
        wipeDocuments(record, isUnderWay);
        // The report that ended the last paper is answered before its line is closed.
        if (record.documents.size === 0) setImmediate(() => records.has(record.visitId) && forget(record.visitId, 'visit-ended'));
      }
      for (const peer of record.operators.keys()) peer.notify('file.changed', fileOf(record));
    },
    end,
    ofKiosk: (kioskId) => [...records.values()].filter(({ record }) => record.kioskId === kioskId).map(({ record }) => record.visitId),
    get size() {
      return records.size;
    },
    endAll() {
      for (const visitId of [...records.keys()]) end(visitId, 'shutting-down');
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}
