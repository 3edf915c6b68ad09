import type { deviceCertificates } from '@videosportello/protocol/contract/device-certificates.ts';
import type { operatorCertificates, VisitFile } from '@videosportello/protocol/contract/operator-certificates.ts';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import type { DocumentId, KioskId, VisitId } from '@videosportello/protocol/ids.ts';
import type { CertificateRequest } from '../issue/request.ts';
import type { DocumentState, PrintReason, Review } from '@videosportello/protocol/messages/document.ts';
import type { EvidencePhase, VerdictView } from '@videosportello/protocol/messages/verdict.ts';
import type { Peer } from '@videosportello/protocol/rpc/peer.ts';

export type DevicePeer = Peer<typeof deviceCertificates.server>;
export type OperatorPeer = Peer<typeof operatorCertificates.server>;

/** A document on its way, as this node holds it while the visit runs. */
export interface RunningDocument {
  readonly documentId: DocumentId;
  readonly request: CertificateRequest;
  readonly review: Review;
  state: DocumentState;
  reason?: PrintReason | undefined;
  number?: string | undefined;
  /** The printed edition, for as long as the visit lasts: a spoiled sheet is printed again from it. */
  paper?: Buffer | undefined;
  /** Which sheet: rises after each spoiled one on record. */
  attempt: number;
  at: number;
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
    verdict?: VerdictView | undefined;
    /** The verdict as signed (compact JWT); the register keeps its digest. */
    signed?: string | undefined;
  };
  readonly documents: Map<DocumentId, RunningDocument>;
  device?: DevicePeer | undefined;
  readonly operators: Set<OperatorPeer>;
}

/** All running visits of this node. */
export interface VisitRecords {
  /** The visit's record, made at the first grant shown for it. */
  open(visitId: VisitId, kioskId: KioskId): VisitRecord;
  get(visitId: VisitId): VisitRecord | undefined;
  /** Tells the operators of the visit; called after every change. */
  changed(record: VisitRecord): void;
  /** Closes every connection of the visit and forgets what was known. */
  end(visitId: VisitId, why: 'visit-ended' | 'kiosk-revoked' | 'shutting-down'): void;
  ofKiosk(kioskId: KioskId): VisitId[];
  readonly size: number;
  endAll(): void;
}

/** The record as its operator may see it. */
export function fileOf(record: VisitRecord): VisitFile {
  const { phase, failure, wrongNumbers, verdict } = record.evidence;
  return {
    evidence: { phase, wrongNumbers, ...(failure ? { failure } : {}), ...(verdict ? { verdict } : {}) },
    documents: [...record.documents.values()].map(({ documentId, request, review, state, reason, number, at }) => ({
      documentId,
      type: request.type,
      state,
      review,
      at,
      ...(reason ? { reason } : {}),
      ...(number ? { number } : {}),
    })),
  };
}

/** How long a paper on its way keeps the kiosk's connection after the visit has ended, ms. */
const LAST_PAPER_MS = 60_000;

/** States in which a paper is between this node and the citizen's hand. */
const underWay: readonly DocumentState[] = ['issued', 'fetched', 'spooled', 'printing', 'needs-attention'];
const hasPaperUnderWay = (record: VisitRecord) => [...record.documents.values()].some(({ state }) => underWay.includes(state));

/** Makes an empty table of visits. */
export function createVisitRecords(): VisitRecords {
  const records = new Map<VisitId, VisitRecord>();
  const closing = new Map<VisitId, NodeJS.Timeout>();

  const forget = (record: VisitRecord, why: 'visit-ended' | 'kiosk-revoked' | 'shutting-down') => {
    clearTimeout(closing.get(record.visitId));
    closing.delete(record.visitId);
    records.delete(record.visitId);
    record.device?.notify('visit.closed', { why });
    record.device?.close();
    for (const document of record.documents.values()) document.paper?.fill(0);
    record.documents.clear();
  };
  const end: VisitRecords['end'] = (visitId, why) => {
    const record = records.get(visitId);
    if (!record) return;
    for (const peer of record.operators) {
      peer.notify('visit.closed', { why: why === 'kiosk-revoked' ? 'visit-ended' : why });
      peer.close();
    }
    record.evidence = { phase: 'waiting-for-card', wrongNumbers: 0 };
    if (why !== 'visit-ended' || !hasPaperUnderWay(record)) return forget(record, why);
    // The kiosk still has to say what became of the sheet: its line stays for that, and for nothing else.
    closing.set(visitId, setTimeout(() => forget(record, why), LAST_PAPER_MS));
  };
  return {
    open(visitId, kioskId) {
      const known = records.get(visitId);
      if (known) return known;
      const record: VisitRecord = {
        visitId,
        kioskId,
        evidence: { phase: 'waiting-for-card', wrongNumbers: 0 },
        documents: new Map(),
        operators: new Set(),
      };
      records.set(visitId, record);
      return record;
    },
    get: (visitId) => records.get(visitId),
    changed(record) {
      if (closing.has(record.visitId) && !hasPaperUnderWay(record)) forget(record, 'visit-ended');
      for (const peer of record.operators) peer.notify('file.changed', fileOf(record));
    },
    end,
    ofKiosk: (kioskId) => [...records.values()].filter((record) => record.kioskId === kioskId).map((record) => record.visitId),
    get size() {
      return records.size;
    },
    endAll: () => [...records.keys()].forEach((visitId) => end(visitId, 'shutting-down')),
  };
}
