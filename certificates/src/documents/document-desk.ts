import { createHash } from 'node:crypto';
import { MAX_VISIT_CASES } from '@videosportello/protocol/contract/operator-certificates.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { documentId as documentIdSchema, newId, reviewId } from '@videosportello/protocol/ids.ts';
import type { DocumentId, OperatorId } from '@videosportello/protocol/ids.ts';
import type { CaseNumber, CertificateType, DocumentChoices, DocumentRequest, DocumentState, OpenedCase, PrintReason, Review } from '@videosportello/protocol/messages/document.ts';
import { caseToCollect, openCase } from '../cases/back-office.ts';
import type { CaseStore } from '../cases/case-store.ts';
import type { CertificateEvents } from '../events.ts';
import type { IssueDeps } from '../issue/issue-certificate.ts';
import { prepareCertificate } from '../issue/prepare-certificate.ts';
import { issueOnVerdict, mustProve, provedRequester } from '../issue/proved-requester.ts';
import type { Evidence } from '../issue/proved-requester.ts';
import type { PrintOutcome } from '../register/print-machine.ts';
import type { CertificateRequest } from '../issue/request.ts';
import { RegisterError } from '../register/register-error.ts';
import type { RunningDocument, VisitRecord, VisitRecords } from '../visit/visit-record.ts';
import { renderSlip } from '../render/slip.ts';
import { caseSlip } from '../templates/case-slip.ts';
import { choicesAt } from './choices.ts';
import { mayFollow, outcomesOf } from './document-progress.ts';
import { wishOf } from './wish-of.ts';

/** How long preparing and issuing may take, ms. */
const PREPARE_MS = 15_000;
const ISSUE_MS = 25_000;

/** How many documents a visit may have at a time; the visit's file carries no more. */
const MAX_DOCUMENTS = 20;

/** A job the printer broke off may have left something on a sheet. */
const mayBeOnPaper = (reason: PrintReason | undefined) => reason === 'aborted' || reason === 'canceled';

/** What became of a request. */
export type Prepared =
  | { readonly outcome: 'review'; readonly documentId: DocumentId; readonly review: Review }
  | { readonly outcome: 'back-office'; readonly opened: OpenedCase };

/** What a kiosk says of one sheet. */
export interface SheetReport {
  readonly attempt: number;
  readonly state: DocumentState;
  readonly reason?: PrintReason | undefined;
}

/** Sheets a document may spoil before somebody has to look at the printer: what the contract can count. */
const MAX_ATTEMPTS = 9;

/**
 * A document's way through a visit: prepared → reviewing → agreed → issued → (the kiosk's printer) → taken.
 * Each step names the one before; a step out of order is refused.
 */
export interface DocumentDesk {
  choices(): DocumentChoices;
  /**
   * Words for a request of the identified holder, or the case of one that the back office decides. The oldest one never agreed to
   * makes room when there are too many.
   * @throws ProtocolError `evidence-missing`, `verdict-invalid`, `id-not-accepted`, `document-refused`, `duty-invalid`, `subject-not-found`,
   * `source-unavailable`; `too-much`; `visit-unknown` when the visit ended meanwhile.
   */
  prepare(record: VisitRecord, operator: OperatorId, request: DocumentRequest): Promise<Prepared>;
  /**
   * Prints the paper of a case for who asked, who is the identified holder. Asked again, the same document answers.
   * @throws ProtocolError `case-unknown`, `case-not-ready`; `evidence-missing`, `verdict-invalid`; `too-much`.
   */
  collect(record: VisitRecord, number: CaseNumber): Promise<DocumentId>;
  /**
   * Shows the words to the citizen and waits for his answer. An operator who reloads asks again and waits for the same one.
   * @throws ProtocolError `document-unknown`, `visit-state`, `evidence-missing`, `verdict-invalid`, `peer-absent`.
   */
  review(record: VisitRecord, documentId: DocumentId): Promise<boolean>;
  /**
   * Issues and sends the paper to the kiosk.
   * @throws ProtocolError `review-declined` unless the citizen agreed; `evidence-missing` when somebody else has been
   * identified since; `verdict-invalid` when the verdict does not count (any more); `seal-unavailable` when a token or the
   * time-stamp authority does not serve: issuing again takes the same number up.
   */
  issue(record: VisitRecord, documentId: DocumentId): Promise<string>;
  /** Prints the same number again after the spoiled sheet was accounted for. @throws ProtocolError `visit-state`. */
  reprint(record: VisitRecord, operator: OperatorId, documentId: DocumentId): Promise<void>;
  /**
   * What the operator found out about a sheet nobody could be sure of. It came out: it is the paper. It did not: recorded as
   * spoiled, the same number prints again.
   * @throws ProtocolError `visit-state` when this attempt is not, or no longer, in question.
   */
  settle(record: VisitRecord, operator: OperatorId, documentId: DocumentId, finding: { readonly attempt: number; readonly cameOut: boolean }): Promise<void>;
  /**
   * The kiosk's report about a sheet; one that was heard before changes nothing, and neither does a late one about a sheet
   * that has been recorded as spoiled. @throws ProtocolError `visit-state` out of order.
   */
  outcome(record: VisitRecord, documentId: DocumentId, report: SheetReport): Promise<void>;
  /** The kiosk's line is back: papers it never got are offered again. */
  deviceReturned(record: VisitRecord): void;
}

/** Makes the desk over the pipeline of issue. */
export function createDocumentDesk(deps: {
  readonly issue: IssueDeps;
  readonly cases: CaseStore;
  readonly records: VisitRecords;
  readonly events: CertificateEvents;
  /** Keys that sign verdicts, public halves. */
  readonly verdictKeys: Evidence['keys'];
}): DocumentDesk {
  const { records, events } = deps;
  const now = () => deps.issue.now();
  const { timeZone } = deps.issue.rules;
  /** What is under way for a document, so that a repeated request waits for the same answer. */
  const reviewing = new WeakMap<RunningDocument, Promise<boolean>>();
  const issuing = new WeakMap<RunningDocument, Promise<string>>();
  /** The last report of each sheet: one is on record before the next is looked at. */
  const reports = new WeakMap<RunningDocument, Promise<unknown>>();

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

  /** Whether the kiosk has taken a sheet on. One that is busy or out of reach is offered it again. */
  const offerSheet = async ({ device }: VisitRecord, documentId: DocumentId, attempt: number, paper: Buffer): Promise<boolean> => {
    if (!device) return false;
    const sha256 = createHash('sha256').update(paper).digest('hex');
    try {
      await device.request('paper.offer', { documentId, attempt, sha256, bytes: paper.length });
      return true;
    } catch (cause) {
      if (!(cause instanceof ProtocolError) || cause.code !== 'paper-busy') events.failed('paper.offer', cause);
      return false;
    }
  };
  const offer = async (record: VisitRecord, { documentId, attempt, paper }: RunningDocument): Promise<void> => {
    if (paper) await offerSheet(record, documentId, attempt, paper);
  };
  const offerSlips = async (record: VisitRecord): Promise<void> => {
    for (const slip of record.slips) slip.isOffered ||= await offerSheet(record, slip.documentId, 1, slip.paper);
  };
  const offerWaiting = async (record: VisitRecord): Promise<void> => {
    for (const document of [...record.documents.values()]) if (document.state === 'issued') await offer(record, document);
    await offerSlips(record);
  };

  /** The signed verdict of this moment; who asks is read from it alone. */
  const evidenceOf = ({ evidence }: VisitRecord): Evidence => ({ signed: evidence.signed, keys: deps.verdictKeys });
  const requesterOf = ({ evidence, visitId, kioskId }: VisitRecord, service: CertificateType): Promise<CertificateRequest['requester']> =>
    provedRequester(evidence.signed, { keys: deps.verdictKeys, visit: visitId, kiosk: kioskId, service, now: now(), timeZone });
  const makeRoom = (record: VisitRecord) => {
    if (record.documents.size < MAX_DOCUMENTS) return;
    const oldest = [...record.documents.values()].find(({ state }) => state === 'prepared' || state === 'declined');
    if (!oldest) throw new ProtocolError('too-much');
    record.documents.delete(oldest.documentId);
  };

  const leaveWithBackOffice = async (record: VisitRecord, wish: CertificateRequest, within: { readonly signal: AbortSignal }): Promise<OpenedCase> => {
    if (record.cases.length >= MAX_VISIT_CASES) throw new ProtocolError('too-much');
    const { caseNumber, title, answerBy, keepDays, collectAt } = await openCase(wish, deps, within);
    events.caseOpened(record.visitId, caseNumber);
    const known = record.cases.find((one) => one.caseNumber === caseNumber);
    const slip = newId(documentIdSchema, 'd');
    const opened: OpenedCase = known ?? { caseNumber, title, answerBy, keepDays, collectAt, slip };
    if (!known && !record.ended.aborted) {
      record.cases.push(opened);
      const paper = await renderSlip(caseSlip(opened, deps.issue.town), now(), deps.issue.fonts);
      if (!record.ended.aborted) record.slips.push({ documentId: slip, paper, isOffered: false });
    }
    // Said again to a citizen whose page was loaded again when the operator asks again.
    record.device?.notify('case.opened', opened);
    records.changed(record);
    void offerSlips(record);
    return opened;
  };

  const present = async (record: VisitRecord, document: RunningDocument): Promise<boolean> => {
    const { review } = document;
    if (!review) throw new ProtocolError('visit-state');
    await mustProve(document.request, evidenceOf(record), { now: now(), timeZone });
    if (record.ended.aborted) throw new ProtocolError('visit-unknown');
    const { device } = record;
    if (!device) throw new ProtocolError('peer-absent');
    move(record, document, 'reviewing');
    try {
      const { agreed } = await device.request('review.present', { review }, { signal: record.ended });
      if (record.ended.aborted) throw new ProtocolError('visit-unknown');
      move(record, document, agreed ? 'agreed' : 'declined');
      return agreed;
    } catch (error) {
      if (!record.ended.aborted) move(record, document, 'prepared');
      throw error;
    }
  };

  const seal = async (record: VisitRecord, document: RunningDocument): Promise<string> => {
    const within = { signal: AbortSignal.timeout(ISSUE_MS) };
    const released = await issueOnVerdict(document.request, evidenceOf(record), deps.issue, within).catch((error: unknown) => {
      if (error instanceof ProtocolError && error.code === 'seal-unavailable') events.sealUnavailable(record.visitId, document.documentId, error);
      throw error;
    });
    if (record.ended.aborted) {
      // Nobody is there to take it: it stays in the register, not printed.
      released.pdf.fill(0);
      throw new ProtocolError('visit-unknown');
    }
    document.number = released.number;
    document.paper = released.pdf;
    move(record, document, 'issued');
    void offer(record, document);
    return released.number;
  };

  return {
    choices: () => choicesAt(deps.issue.rules, now()),

    async prepare(record, operator, request) {
      const wish = wishOf(record, operator, request, await requesterOf(record, request.type));
      const within = { signal: AbortSignal.timeout(PREPARE_MS) };
      const isBackOffices = choicesAt(deps.issue.rules, now()).types.some(({ type, goesToBackOffice }) => goesToBackOffice && type === request.type);
      if (isBackOffices) return { outcome: 'back-office', opened: await leaveWithBackOffice(record, wish, within) };
      const { title, lines, wording, specimen } = await prepareCertificate(wish, deps.issue, within);
      if (record.ended.aborted) throw new ProtocolError('visit-unknown');
      makeRoom(record);
      const { documentId } = wish;
      const review: Review = { reviewId: newId(reviewId, 'r'), title, lines: [...lines], wording, specimen };
      const document: RunningDocument = { documentId, request: wish, review, state: 'prepared', attempt: 1, at: now().getTime() };
      record.documents.set(documentId, document);
      move(record, document, 'prepared');
      return { outcome: 'review', documentId, review };
    },

    async collect(record, number) {
      const known = [...record.documents.values()].find(({ caseNumber }) => caseNumber === number);
      if (known) return known.documentId;
      const { request } = await caseToCollect(number, async (type) => (await requesterOf(record, type)).taxCode, deps.cases);
      const { documentId } = request;
      makeRoom(record);
      if (!(await deps.cases.handOut(number, now()))) throw new ProtocolError('case-not-ready', { detail: 'collected' });
      const released = await deps.issue.register.release(documentId);
      if (record.ended.aborted) {
        // Nobody is there to take it: the office gives it back.
        released.pdf.fill(0);
        throw new ProtocolError('visit-unknown');
      }
      const document: RunningDocument = {
        documentId,
        request,
        caseNumber: number,
        number: released.number,
        paper: released.pdf,
        state: 'issued',
        attempt: 1,
        at: now().getTime(),
      };
      record.documents.set(documentId, document);
      move(record, document, 'issued');
      void offer(record, document);
      return documentId;
    },

    async review(record, documentId) {
      const document = documentOf(record, documentId);
      const underWay = reviewing.get(document);
      if (underWay) return underWay;
      if (document.state !== 'prepared' && document.state !== 'declined') throw new ProtocolError('visit-state');
      const answer = present(record, document).finally(() => reviewing.delete(document));
      reviewing.set(document, answer);
      return answer;
    },

    async issue(record, documentId) {
      const document = documentOf(record, documentId);
      if (document.number) return document.number;
      const underWay = issuing.get(document);
      if (underWay) return underWay;
      if (document.state !== 'agreed') throw new ProtocolError('review-declined');
      const number = seal(record, document).finally(() => issuing.delete(document));
      issuing.set(document, number);
      return number;
    },

    async reprint(record, operator, documentId) {
      const document = documentOf(record, documentId);
      await inTurn(document, async () => {
        const { state, reason } = document;
        // Nothing reached the printer: there is no sheet to account for.
        if (state === 'failed' && !mayBeOnPaper(reason)) return move(record, document, 'issued');
        if (!['uncertain', 'printed', 'failed', 'needs-attention'].includes(state)) throw new ProtocolError('visit-state');
        await spoil(record, document, operator);
      });
      void offer(record, document);
    },

    async settle(record, operator, documentId, { attempt, cameOut }) {
      const document = documentOf(record, documentId);
      await inTurn(document, async () => {
        const { state, reason } = document;
        const isInQuestion = state === 'uncertain' || (state === 'failed' && mayBeOnPaper(reason));
        if (document.attempt !== attempt || !isInQuestion) throw new ProtocolError('visit-state');
        if (!cameOut) return spoil(record, document, operator);
        await report(document, 'confirmed', operator);
        document.isConfirmed = true;
        move(record, document, 'printed');
      });
      if (cameOut) tellConfirmed(record, document);
      else void offer(record, document);
    },

    async outcome(record, documentId, { attempt, state, reason }) {
      if (record.slips.some((slip) => slip.documentId === documentId)) {
        events.slip(record.visitId, documentId, state, reason);
        // The printer is free again, or never was in use.
        if (['printed', 'failed', 'uncertain'].includes(state)) void offerWaiting(record);
        return;
      }
      const document = documentOf(record, documentId);
      await inTurn(document, async () => {
        if (attempt < document.attempt) return events.lateReport(record.visitId, documentId, attempt, state);
        if (attempt > document.attempt) throw new ProtocolError('visit-state');
        if (document.state === state && document.reason === reason) return;
        // A kiosk that has not heard yet that somebody has seen the sheet come out.
        if (document.isConfirmed && state !== 'taken') return tellConfirmed(record, document);
        if (!document.number || !mayFollow(document.state, state)) throw new ProtocolError('visit-state');
        for (const outcome of outcomesOf(state, mayBeOnPaper(reason))) await report(document, outcome, record.kioskId);
        move(record, document, state, reason);
      });
      if (['printed', 'taken', 'failed', 'uncertain'].includes(state)) void offerWaiting(record);
    },

    deviceReturned: (record) => void offerWaiting(record),
  };

  /** Puts the sheet on record as spoiled; the same number is printed on the next. */
  async function spoil(record: VisitRecord, document: RunningDocument, operator: OperatorId): Promise<void> {
    if (document.attempt >= MAX_ATTEMPTS) throw new ProtocolError('too-much');
    // Each sheet has its own story: one that was never heard of at the printer cannot be spoiled.
    await report(document, 'spooled', record.kioskId);
    await report(document, 'spoiled', operator);
    document.attempt += 1;
    move(record, document, 'spoiled');
    move(record, document, 'issued');
  }

  function tellConfirmed({ device }: VisitRecord, { documentId, attempt }: RunningDocument): void {
    device?.notify('paper.confirmed', { documentId, attempt });
  }

  function inTurn(document: RunningDocument, work: () => Promise<void>): Promise<void> {
    const turn = (reports.get(document) ?? Promise.resolve()).then(work);
    reports.set(
      document,
      turn.catch(() => undefined),
    );
    return turn;
  }

  async function report(document: RunningDocument, outcome: PrintOutcome, actor: string): Promise<void> {
    try {
      await deps.issue.register.recordPrint({
        outcomeId: `${document.documentId}.${document.attempt}.${outcome}`,
        documentId: document.documentId,
        outcome,
        sheets: ['printed', 'confirmed', 'spoiled'].includes(outcome) ? 1 : 0,
        actor,
        at: now(),
      });
    } catch (error) {
      if (!(error instanceof RegisterError) || error.code !== 'print-order') throw error;
      throw new ProtocolError('visit-state', { cause: error });
    }
  }
}
