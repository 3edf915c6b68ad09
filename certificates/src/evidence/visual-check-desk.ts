import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { OperatorId } from '@videosportello/protocol/ids.ts';
import type { VerdictView } from '@videosportello/protocol/messages/verdict.ts';
import type { CheckItem, CheckQuestion, Judgement, SeenDocument, SeenPerson } from '@videosportello/protocol/messages/visual-check.ts';
import type { CertificateEvents } from '../events.ts';
import { civilDateAt } from '../rules/civil-date.ts';
import type { VisitRecord, VisitRecords } from '../visit/visit-record.ts';
import { answersByEye, drawChallenge, itemsOf, verdictByEye } from './judge-by-eye.ts';
import type { SignVerdict } from './sign-verdict.ts';
import { checklistOn } from './visual-check-policy.ts';
import type { Checklist, VisualCheckPolicy } from './visual-check-policy.ts';

/** A check by eye as the node holds it while the visit runs. */
export interface VisualCheck {
  readonly document: SeenDocument;
  readonly checklist: Checklist;
  readonly challenge: ReturnType<typeof drawChallenge>;
  /** What the chip alone said, when the check began; undefined: none was read. */
  readonly chip: VerdictView | undefined;
  items: readonly CheckItem[];
  phase: 'open' | 'second-operator' | 'concluded';
  /** Operators who answered. */
  readonly by: Set<OperatorId>;
  /** Operators who settled what those were not sure of. */
  readonly secondBy: Set<OperatorId>;
}

/** Whether somebody was not sure: who answered then may not judge the holder again in this visit, nor begin another check. */
export const isDoubted = ({ phase, items }: VisualCheck): boolean => phase !== 'open' && items.some(({ answer }) => answer === 'unsure');

/**
 * The operator's check of a document by eye.
 *
 * ```
 *             begin            conclude, all sure
 *   (none) ─────────▶ open ───────────────────────▶ concluded ── begin ──▶ open
 *                      └─ conclude, one unsure ─▶ second-operator ─ another's yes or no to each ─▶ concluded
 * ```
 * A card read meanwhile is another card: the check is dropped then, unless it is one in which somebody was not sure: nobody gets
 * rid of a doubt of his own by having the card read again.
 */
export interface VisualCheckDesk {
  /** @throws ProtocolError `id-not-accepted`; `second-operator-needed` to who left the last check unsure. */
  begin(record: VisitRecord, operator: OperatorId, document: SeenDocument): void;
  /** @throws ProtocolError `visit-state` unless a check is open that asks this. */
  answer(record: VisitRecord, operator: OperatorId, question: CheckQuestion, answer: Judgement): void;
  /**
   * Makes and signs the verdict.
   * @throws ProtocolError `check-incomplete` with what is missing as detail; `visit-state` when none is open or a card is being read.
   */
  conclude(record: VisitRecord, operator: OperatorId, person: SeenPerson | undefined): Promise<void>;
  /** @throws ProtocolError `second-operator-needed` to who answered before; `visit-state` when this is not, or no longer, in question. */
  secondOpinion(record: VisitRecord, operator: OperatorId, question: CheckQuestion, answer: 'yes' | 'no'): Promise<void>;
}

/** Makes the desk of one node. */
export function createVisualCheckDesk(deps: {
  readonly policy: VisualCheckPolicy;
  readonly sign: SignVerdict;
  readonly records: VisitRecords;
  readonly events: CertificateEvents;
  /** Whether a card is being read: what is judged must be what is on the screen. */
  readonly isReading: (record: VisitRecord) => boolean;
  readonly timeZone: string;
  /** A demo town: its verdicts are specimens. */
  readonly specimen: boolean;
  readonly now: () => Date;
  readonly random: (length: number) => Uint8Array;
}): VisualCheckDesk {
  const { policy, sign, records, events } = deps;
  const today = () => civilDateAt(deps.now(), deps.timeZone);

  const checkIn = (record: VisitRecord, phase: VisualCheck['phase']): VisualCheck => {
    const check = record.visualCheck;
    if (check?.phase !== phase || deps.isReading(record)) throw new ProtocolError('visit-state');
    return check;
  };
  const replaceItem = (check: VisualCheck, question: CheckQuestion, change: Pick<CheckItem, 'answer' | 'second'>) => {
    check.items = check.items.map((item) => (item.question === question ? { ...item, ...change } : item));
  };
  /** The chip's verdict that this check goes with: the check must be of that card, and begun after it was read. */
  const chipOf = ({ evidence: { verdict } }: VisitRecord, { document, chip }: VisualCheck) =>
    document === 'it-electronic-identity-card' && verdict?.protocol !== 'visual-check' && verdict?.at === chip?.at ? chip : undefined;
  const judged = (verdict: VerdictView, { items, checklist }: VisualCheck, byChip: boolean): VerdictView => ({
    ...verdict,
    answers: answersByEye(verdict.answers, items, { checklist, byChip }),
  });
  const copied = (person: SeenPerson | undefined, { items, checklist }: VisualCheck): VerdictView => {
    if (!person) throw missing('person-missing');
    return verdictByEye(person, items, { checklist, today: today(), at: deps.now().getTime(), specimen: deps.specimen });
  };
  const told = (record: VisitRecord, { phase }: VisualCheck) => {
    events.visualCheck(record.visitId, phase);
    records.changed(record);
  };

  const missing = (detail: string) => new ProtocolError('check-incomplete', { detail });

  return {
    begin(record, operator, document) {
      const last = record.visualCheck;
      if (last && isDoubted(last) && last.by.has(operator)) throw new ProtocolError('second-operator-needed');
      const checklist = checklistOn(policy, document, today());
      const { verdict } = record.evidence;
      const read = verdict?.protocol === 'visual-check' ? undefined : verdict;
      record.visualCheck = {
        document,
        checklist,
        challenge: drawChallenge(policy.gestures, deps.random),
        chip: last?.chip !== undefined && last.chip.at === read?.at ? last.chip : read,
        items: itemsOf(checklist),
        phase: 'open',
        by: new Set(),
        secondBy: new Set(),
      };
      told(record, record.visualCheck);
    },

    answer(record, operator, question, answer) {
      const check = checkIn(record, 'open');
      if (!check.items.some((item) => item.question === question)) throw new ProtocolError('visit-state');
      replaceItem(check, question, { answer });
      check.by.add(operator);
      records.changed(record);
    },

    async conclude(record, operator, person) {
      const check = checkIn(record, 'open');
      const { checklist, items } = check;
      if (items.some(({ answer }) => answer === undefined)) throw missing('answer-missing');
      const scanned = new Set(record.scans.views().map(({ side }) => side));
      if (checklist.scans.some((side) => !scanned.has(side))) throw missing('scan-missing');
      const chip = chipOf(record, check);
      // The chip's own words are not typed over.
      if (chip && person) throw new ProtocolError('visit-state');
      const verdict = chip ? judged(chip, check, true) : copied(person, check);
      check.by.add(operator);
      check.phase = items.some(({ answer }) => answer === 'unsure') ? 'second-operator' : 'concluded';
      await sign(record, verdict, check);
      record.evidence.phase = 'done';
      record.evidence.failure = undefined;
      told(record, check);
    },

    async secondOpinion(record, operator, question, second) {
      const check = checkIn(record, 'second-operator');
      if (check.by.has(operator)) throw new ProtocolError('second-operator-needed');
      const item = check.items.find((one) => one.question === question);
      const { verdict } = record.evidence;
      const byChip = verdict?.protocol !== 'visual-check';
      const before = byChip ? chipOf(record, check) : verdict;
      if (item?.answer !== 'unsure' || item.second !== undefined || !before) throw new ProtocolError('visit-state');
      replaceItem(check, question, { second });
      check.secondBy.add(operator);
      if (check.items.every(({ answer, second: said }) => answer !== 'unsure' || said !== undefined)) check.phase = 'concluded';
      await sign(record, judged(before, check, byChip), check);
      told(record, check);
    },
  };
}
