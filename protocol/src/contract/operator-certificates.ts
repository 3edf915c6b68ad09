import { z } from 'zod';
import { documentId, scanId } from '../ids.ts';
import { compactJws } from '../keys.ts';
import { caseNumber, documentChoices, documentRequest, documentView, openedCase, printAttempt, review } from '../messages/document.ts';
import { evidencePhase, verdictView } from '../messages/verdict.ts';
import { checkQuestion, judgement, seenDocument, seenPerson, visualCheckView } from '../messages/visual-check.ts';
import { MAX_SCANS, scanPiece, scanView } from '../messages/scan.ts';
import { errorCode } from '../error-codes.ts';
import { contract } from '../rpc/contract.ts';

/** How many requests one visit may leave with the back office. */
export const MAX_VISIT_CASES = 5;

/** Everything certificates knows of a running visit, for its operator; pushed whole on every change. */
export const visitFile = z.object({
  evidence: z.object({
    phase: evidencePhase,
    failure: errorCode.optional(),
    wrongNumbers: z.number().int().min(0).max(3),
    verdict: verdictView.optional(),
  }),
  documents: z.array(documentView).max(20),
  /** Pages from the kiosk's scanner; absent: none. */
  scans: z.array(scanView).max(MAX_SCANS).optional(),
  /** Requests of this visit that the back office has taken in; absent: none. */
  cases: z.array(openedCase).max(MAX_VISIT_CASES).optional(),
  /** A check by eye, begun or concluded; absent: none. */
  visualCheck: visualCheckView.optional(),
});
export type VisitFile = z.output<typeof visitFile>;

/** The operator's page at the visit's certificate node (`/operator`), with the room grant. */
export const operatorCertificates = contract({
  name: 'operator-certificates',
  version: 2,
  client: {
    requests: {
      hello: {
        params: z.object({ version: z.literal(2), grant: z.string().max(4096), proof: compactJws }),
        result: z.object({ file: visitFile, choices: documentChoices }),
      },
      'grant.update': { params: z.object({ grant: z.string().max(4096) }), result: z.object({}) },
      /**
       * After three wrong numbers: lets the citizen try again. After `card-last-try`: the operator confirms that the last try for
       * the PIN may be used, once.
       */
      'evidence.allow-retry': { params: z.object({}), result: z.object({}) },
      /** The officer's own judgement: does the face on the video match the chip's photo? Becomes the answer *holder*. */
      'holder.judge': { params: z.object({ matches: z.boolean() }), result: z.object({}) },
      /**
       * Begins a check by eye with the town's questions for this kind of document and a challenge drawn anew. Refused with
       * `id-not-accepted` when the kind does not count today, with `second-operator-needed` to who left one unsure.
       */
      'check.begin': { params: z.object({ document: seenDocument }), result: z.object({}) },
      /** Until the check is concluded an answer may be changed. */
      'check.answer': { params: z.object({ question: checkQuestion, answer: judgement }), result: z.object({}) },
      /**
       * Makes the verdict of it. `person` is what was copied from a document whose chip was not read. Refused with
       * `check-incomplete` while an answer, a scanned side or the person is missing.
       */
      'check.conclude': { params: z.object({ person: seenPerson.optional() }), result: z.object({}) },
      /** Settles what the first operator was not sure of; refused with `second-operator-needed` to the first himself. */
      'check.second-opinion': { params: z.object({ question: checkQuestion, answer: judgement.exclude(['unsure']) }), result: z.object({}) },
      /** A piece of a scanned page. */
      'scan.fetch': {
        params: z.object({ scanId, offset: z.number().int().min(0) }),
        result: z.object({ base64: scanPiece, total: z.number().int().min(1) }),
      },
      /** Wipes a page that is not needed: another is asked for, or it shows what nobody has to see. */
      'scan.discard': { params: z.object({ scanId }), result: z.object({}) },
      /**
       * Rules and facts for a request: the words that would stand on the paper, with nothing reserved yet; or, where the back office
       * decides, the case it has been given. The same wish of the same visit is the same case.
       */
      'document.prepare': {
        params: documentRequest,
        result: z.discriminatedUnion('outcome', [
          z.object({ outcome: z.literal('review'), documentId, review }),
          z.object({ outcome: z.literal('back-office'), opened: openedCase }),
        ]),
        timeoutMs: 20_000,
      },
      /**
       * Prints the paper of a case the back office has approved, for who asked, identified in this visit. Refused with
       * `case-unknown` to everybody else, with `case-not-ready` before there is one.
       */
      'case.collect': { params: z.object({ caseNumber }), result: z.object({ documentId }) },
      /** Shows it on the kiosk and waits for the citizen. */
      'document.review': { params: z.object({ documentId }), result: z.object({ agreed: z.boolean() }), timeoutMs: 620_000 },
      /** Number, seal, stamp, register, then the paper goes to the kiosk. Safe to repeat: the same document answers. */
      'document.issue': { params: z.object({ documentId }), result: z.object({ number: z.string() }), timeoutMs: 30_000 },
      /**
       * What the operator found out about an uncertain sheet (state `uncertain`, or `failed` as `aborted` or `canceled`). Came
       * out: it is on record as the paper, its number is used and never prints again. Did not: the sheet is recorded as
       * spoiled, and the same number prints again. Refused with `visit-state` when `attempt` is no longer the sheet in question.
       */
      'document.settle': { params: z.object({ documentId, attempt: printAttempt, cameOut: z.boolean() }), result: z.object({}) },
      /** The spoiled sheet was accounted for: the same number may be printed again. */
      'document.reprint': { params: z.object({ documentId, spoiledSheetRecorded: z.literal(true) }), result: z.object({}) },
    },
    notifications: {},
  },
  server: {
    requests: {},
    notifications: {
      'file.changed': visitFile,
      'visit.closed': z.object({ why: z.enum(['visit-ended', 'grant-expired', 'fence-stale', 'replaced', 'shutting-down']) }),
    },
  },
});
