import type { CardTrust } from '@videosportello/identity/card-trust.ts';
import { judgeNationalApplication } from '@videosportello/identity/cie/judge-national-application.ts';
import type { CardToRead } from '@videosportello/protocol/contract/device-certificates.ts';
import { ProtocolError, toProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { Answer, CardResult, EvidencePhase, VerdictView } from '@videosportello/protocol/messages/verdict.ts';
import type { CertificateEvents } from '../events.ts';
import { MAX_WRONG_NUMBERS } from '../visit/visit-record.ts';
import type { DevicePeer, VisitRecord, VisitRecords } from '../visit/visit-record.ts';
import { readDocumentOverLink, readNationalOverLink } from './card-evidence.ts';
import type { DialogueOptions } from './card-evidence.ts';
import type { CardDeadlines } from './card-link.ts';
import { chipPhoto } from './chip-photo.ts';
import { judgeReading } from './judge-reading.ts';
import { judgeServiceCard } from './judge-service-card.ts';
import { readServiceCardOverLink } from './service-card-evidence.ts';
import type { SignVerdict } from './sign-verdict.ts';
import { isDoubted } from './visual-check-desk.ts';

/** Evidence of running visits: dialogue, judgement, signed verdict. */
export interface EvidenceDesk {
  /**
   * Reads and judges the card on the kiosk's reader.
   * @throws ProtocolError a card code; `card-tries-exhausted` after three wrong numbers, and `card-last-try` with one try left for a
   * PIN, until the operator allows another try; `visit-state` while a dialogue is running; `visit-unknown` when the visit ended meanwhile, and nothing is kept then.
   */
  readCard(record: VisitRecord, device: DevicePeer, card: CardToRead, signal: AbortSignal): Promise<CardResult>;
  /** The operator lets the citizen try again, with a PIN's last try too where that is what failed. @throws ProtocolError `visit-state` while a dialogue is running. */
  allowRetry(record: VisitRecord): void;
  /**
   * The officer's judgement of face and photo becomes the answer *holder*.
   * @throws ProtocolError `evidence-missing`; `visit-state` while a dialogue is running, and where a check by eye has
   * answered already; `second-operator-needed` where somebody was not sure then.
   */
  judgeHolder(record: VisitRecord, matches: boolean): Promise<void>;
  /** Whether a dialogue is running. */
  isReading(record: VisitRecord): boolean;
}

/** Makes the desk of one node. */
export function createEvidenceDesk(deps: {
  readonly trust: CardTrust;
  readonly sign: SignVerdict;
  readonly records: VisitRecords;
  readonly events: CertificateEvents;
  readonly deadlines: CardDeadlines;
  readonly timeZone: string;
  readonly now: () => Date;
  readonly random: (length: number) => Uint8Array;
}): EvidenceDesk {
  const { records, events, sign } = deps;
  const running = new WeakSet<VisitRecord>();

  const judgeDocument = async (device: DevicePeer, can: string, options: DialogueOptions): Promise<VerdictView> => {
    const reading = await readDocumentOverLink(device, can, options);
    const photo = await chipPhoto(reading.files.get('dg2'));
    const verdict = judgeReading(reading, { trust: deps.trust.documents, photo, at: deps.now(), timeZone: deps.timeZone });
    // A chip that has proved itself is some genuine CIE already, and the citizen need not wait for less.
    return verdict.answers.notCloned.answer === 'yes' ? verdict : { ...verdict, someGenuineCie: await askNational(device, options) };
  };
  /** What fails here takes nothing from what was read before. */
  const askNational = async (device: DevicePeer, options: DialogueOptions): Promise<Answer> => {
    try {
      const { reading, challenge } = await readNationalOverLink(device, options);
      const { answer, reason } = judgeNationalApplication(reading, { challenge, trust: deps.trust.documents, at: deps.now() });
      return { answer, reason };
    } catch (error) {
      if (options.signal.aborted) throw error;
      return { answer: 'not-asked', reason: 'national-application-not-read' };
    }
  };
  const judgeService = async (record: VisitRecord, device: DevicePeer, options: DialogueOptions): Promise<VerdictView> => {
    const { visitId, kioskId, evidence } = record;
    const lastTryConfirmed = evidence.lastTryConfirmed === true;
    // Good for one try: the operator says so anew for the next.
    evidence.lastTryConfirmed = undefined;
    const read = await readServiceCardOverLink(device, {
      ...options,
      visit: { visitId, kioskId },
      lastTryConfirmed,
      earlierPin: evidence.pin,
      onPin: (outcome) => void (evidence.pin = outcome),
      now: deps.now,
    });
    return judgeServiceCard(read, { trust: deps.trust.serviceCards, at: deps.now() });
  };

  return {
    async readCard(record, device, card, signal) {
      if (running.has(record)) throw new ProtocolError('visit-state');
      if (card.document === 'cie' && record.evidence.wrongNumbers >= MAX_WRONG_NUMBERS) throw new ProtocolError('card-tries-exhausted');
      running.add(record);
      const at = (phase: EvidencePhase) => {
        if (record.ended.aborted) throw new ProtocolError('visit-unknown');
        record.evidence.phase = phase;
        record.evidence.failure = undefined;
        device.notify('evidence.progress', { phase });
        records.changed(record);
      };
      try {
        const options: DialogueOptions = { random: deps.random, onPhase: at, deadlines: deps.deadlines, signal: AbortSignal.any([signal, record.ended]) };
        const verdict = await (card.document === 'cie' ? judgeDocument(device, card.can, options) : judgeService(record, device, options));
        await sign(record, verdict);
        if (record.visualCheck && !isDoubted(record.visualCheck)) record.visualCheck = undefined;
        record.evidence.wrongNumbers = 0;
        at('done');
        events.evidence(record.visitId, 'done');
        const { answers, person, specimen } = verdict;
        return { answers, surname: person.surname.value, givenNames: person.givenNames.value, specimen };
      } catch (cause) {
        if (record.ended.aborted) throw new ProtocolError('visit-unknown', { cause });
        const error = toProtocolError(cause);
        if (error.code === 'internal') events.failed('evidence', cause);
        const isWrong = error.code === 'card-wrong-number';
        if (isWrong) record.evidence.wrongNumbers += 1;
        const failure = isWrong && record.evidence.wrongNumbers >= MAX_WRONG_NUMBERS ? 'card-tries-exhausted' : error.code;
        record.evidence.phase = 'failed';
        record.evidence.failure = failure;
        events.evidence(record.visitId, 'failed', failure);
        device.notify('evidence.progress', { phase: 'failed' });
        records.changed(record);
        throw failure === error.code ? error : new ProtocolError(failure);
      } finally {
        running.delete(record);
      }
    },

    allowRetry(record) {
      if (running.has(record)) throw new ProtocolError('visit-state');
      record.evidence.wrongNumbers = 0;
      record.evidence.lastTryConfirmed = record.evidence.failure === 'card-last-try';
      record.evidence.phase = 'waiting-for-card';
      record.evidence.failure = undefined;
      records.changed(record);
    },

    async judgeHolder(record, matches) {
      const { evidence: { verdict }, visualCheck } = record;
      if (!verdict) throw new ProtocolError('evidence-missing');
      // A card being read may be another person's: what is judged must be what is on the screen.
      if (running.has(record)) throw new ProtocolError('visit-state');
      if (visualCheck && isDoubted(visualCheck)) throw new ProtocolError('second-operator-needed');
      if (visualCheck?.phase === 'concluded') throw new ProtocolError('visit-state');
      const holder = { answer: matches ? ('yes' as const) : ('no' as const), reason: matches ? 'face-matches' : 'face-differs' };
      await sign(record, { ...verdict, answers: { ...verdict.answers, holder } });
      events.holderJudged(record.visitId);
      records.changed(record);
    },

    isReading: (record) => running.has(record),
  };
}
