import { createHash } from 'node:crypto';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { documentId as documentIdSchema, newId, reviewId } from '@videosportello/protocol/ids.ts';
import type { DocumentId, OperatorId } from '@videosportello/protocol/ids.ts';
import type { DocumentChoices, DocumentRequest, DocumentState, PrintReason, Review } from '@videosportello/protocol/messages/document.ts';
import type { CertificateEvents } from '../events.ts';
import { issueCertificate } from '../issue/issue-certificate.ts';
import type { IssueDeps } from '../issue/issue-certificate.ts';
import { prepareCertificate } from '../issue/prepare-certificate.ts';
import type { PrintOutcome } from '../register/print-machine.ts';
import { RegisterError } from '../register/register-error.ts';
import type { RunningDocument, VisitRecord, VisitRecords } from '../visit/visit-record.ts';
import { choicesAt } from './choices.ts';

/** How long preparing and issuing may take, ms. */
const PREPARE_MS = 15_000;
const ISSUE_MS = 25_000;

/** What the register keeps of a paper's way; states in between are for screens only. */
const recorded: Partial<Record<DocumentState, PrintOutcome>> = {
  spooled: 'spooled',
  printed: 'printed',
  taken: 'taken',
  uncertain: 'uncertain',
};

/**
 * A document's way through a visit: prepared → reviewing → agreed → issued → (the kiosk's printer) → taken.
 * Each step names the one before; a step out of order is refused.
 */
export interface DocumentDesk {
  choices(): DocumentChoices;
  /** @throws ProtocolError `evidence-missing`, `document-refused`, `duty-invalid`, `subject-not-found`, `source-unavailable`. */
  prepare(record: VisitRecord, operator: OperatorId, request: DocumentRequest): Promise<{ documentId: DocumentId; review: Review }>;
  /** Shows the words to the citizen and waits for his answer. @throws ProtocolError `document-unknown`, `visit-state`, `peer-absent`. */
  review(record: VisitRecord, documentId: DocumentId, signal: AbortSignal): Promise<boolean>;
  /** Issues and sends the paper to the kiosk. @throws ProtocolError `review-declined` unless the citizen agreed. */
  issue(record: VisitRecord, documentId: DocumentId): Promise<string>;
  /** Prints the same number again after the spoiled sheet was accounted for. @throws ProtocolError `visit-state`. */
  reprint(record: VisitRecord, operator: OperatorId, documentId: DocumentId): Promise<void>;
  /** The kiosk's report about the sheet. */
  outcome(record: VisitRecord, documentId: DocumentId, state: DocumentState, reason?: PrintReason): Promise<void>;
  /** The kiosk's line is back: papers it never got are offered again. */
  deviceReturned(record: VisitRecord): void;
}

/** Makes the desk over the pipeline of issue. */
export function createDocumentDesk(deps: { readonly issue: IssueDeps; readonly records: VisitRecords; readonly events: CertificateEvents }): DocumentDesk {
  const { records, events } = deps;
  const now = () => deps.issue.now();

  const documentOf = (record: VisitRecord, id: DocumentId): RunningDocument => {
    const document = record.documents.get(id);
    if (!document) throw new ProtocolError('document-unknown');
    return document;
  };
  const move = (record: VisitRecord, document: RunningDocument, state: DocumentState, reason?: PrintReason) => {
    document.state = state;
    document.reason = reason;
    document.at = now().getTime();
    events.document(record.visitId, document.documentId, state, reason);
    records.changed(record);
  };

  const offer = async (record: VisitRecord, document: RunningDocument): Promise<void> => {
    const { paper, documentId, attempt } = document;
    if (!paper || !record.device) return;
    const sha256 = createHash('sha256').update(paper).digest('hex');
    await record.device.request('paper.offer', { documentId, attempt, sha256, bytes: paper.length });
  };

  return {
    choices: () => choicesAt(deps.issue.rules, now()),

    async prepare(record, operator, request) {
      const { verdict } = record.evidence;
      const holder = verdict?.person.taxCode;
      if (!verdict || !holder || verdict.answers.genuine.answer !== 'yes') throw new ProtocolError('evidence-missing');
      const documentId = newId(documentIdSchema, 'd');
      const wish = {
        idempotencyKey: documentId,
        documentId,
        visitId: record.visitId,
        kioskId: record.kioskId,
        operatorId: operator,
        type: request.type,
        use: request.use,
        language: 'it' as const,
        requester: {
          taxCode: holder.value,
          identity: verdict.answers.holder.answer === 'yes' ? ('officer-checked' as const) : ('card-read' as const),
        },
        subjectTaxCode: request.subjectTaxCode ?? holder.value,
        duty: request.duty,
      };
      const { title, lines, wording, specimen } = await prepareCertificate(wish, deps.issue, { signal: AbortSignal.timeout(PREPARE_MS) });
      const review: Review = { reviewId: newId(reviewId, 'r'), title, lines: [...lines], wording, specimen };
      const document: RunningDocument = { documentId, request: wish, review, state: 'prepared', attempt: 1, at: now().getTime() };
      record.documents.set(documentId, document);
      move(record, document, 'prepared');
      return { documentId, review };
    },

    async review(record, documentId, signal) {
      const document = documentOf(record, documentId);
      if (document.state !== 'prepared' && document.state !== 'declined') throw new ProtocolError('visit-state');
      if (!record.device) throw new ProtocolError('peer-absent');
      move(record, document, 'reviewing');
      try {
        const { agreed } = await record.device.request('review.present', { review: document.review }, { signal });
        move(record, document, agreed ? 'agreed' : 'declined');
        return agreed;
      } catch (error) {
        move(record, document, 'prepared');
        throw error;
      }
    },

    async issue(record, documentId) {
      const document = documentOf(record, documentId);
      if (document.number) return document.number;
      if (document.state !== 'agreed') throw new ProtocolError('review-declined');
      const released = await issueCertificate(document.request, deps.issue, { signal: AbortSignal.timeout(ISSUE_MS) });
      document.number = released.number;
      document.paper = released.pdf;
      move(record, document, 'issued');
      // The number stands in the register; a kiosk out of reach gets the paper when it is back.
      await offer(record, document).catch((cause: unknown) => events.failed('paper.offer', cause));
      return released.number;
    },

    async reprint(record, operator, documentId) {
      const document = documentOf(record, documentId);
      if (document.state === 'failed' && document.reason !== 'aborted' && document.reason !== 'canceled') {
        // Nothing reached the printer: there is no sheet to account for.
        move(record, document, 'issued');
        return offer(record, document);
      }
      if (!['uncertain', 'printed', 'failed', 'needs-attention'].includes(document.state)) throw new ProtocolError('visit-state');
      await report(document, 'spoiled', operator);
      document.attempt += 1;
      move(record, document, 'spoiled');
      move(record, document, 'issued');
      await offer(record, document);
    },

    async outcome(record, documentId, state, reason) {
      const document = documentOf(record, documentId);
      if (document.state === state && document.reason === reason) return;
      const outcome = state === 'failed' && (reason === 'aborted' || reason === 'canceled') ? 'uncertain' : recorded[state];
      if (outcome) await report(document, outcome, record.kioskId);
      move(record, document, state, reason);
    },

    deviceReturned(record) {
      for (const document of record.documents.values()) {
        if (document.state !== 'issued') continue;
        offer(record, document).catch((cause: unknown) => events.failed('paper.offer', cause));
      }
    },
  };

  async function report(document: RunningDocument, outcome: PrintOutcome, actor: string): Promise<void> {
    try {
      await deps.issue.register.recordPrint({
        outcomeId: `${document.documentId}.${document.attempt}.${outcome}`,
        documentId: document.documentId,
        outcome,
        sheets: outcome === 'printed' || outcome === 'spoiled' ? 1 : 0,
        actor,
        at: now(),
      });
    } catch (error) {
      if (!(error instanceof RegisterError) || error.code !== 'print-order') throw error;
      throw new ProtocolError('visit-state', { cause: error });
    }
  }
}
