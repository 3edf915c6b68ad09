import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { Desk, DeskVisit, KioskVisit, OfferView } from '@videosportello/protocol/messages/visit.ts';
import type { HistoryWriter } from '../history/write-lines.ts';
import type { Invoke, Ok, Saw } from '../history/line.ts';
import type { Stage } from './stage.ts';

type Unstamped<Line> = Line extends unknown ? Omit<Line, 'seq' | 'at' | 'who' | 'session'> : never;
/** What a request carries that its history needs. */
export type Asked = Omit<Unstamped<Invoke>, 'line' | 'id'>;
/** What its answer told. */
export type Told = Omit<Unstamped<Ok>, 'line' | 'id'>;

/** Writes down what one connection of a client sends and sees. */
export interface SessionRecorder {
  /** Sends a request by `ask` and writes both ends of it. @throws what `ask` throws */
  request<Answer>(asked: Asked, ask: () => Promise<Answer>, told?: (answer: Answer) => Told): Promise<Answer>;
  saw(what: Unstamped<Saw> extends infer Line ? (Line extends unknown ? Omit<Line, 'line'> : never) : never): void;
}

/** Writes down what one client sends and sees, on its newest connection. */
export interface Recorder extends SessionRecorder {
  /** A new connection begins: its hello is the next request. */
  newSession(): void;
  /** The newest connection; stays with it when another one begins. */
  readonly session: SessionRecorder;
}

/** A visit as a kiosk was told of it. */
export const visitLine = ({ visitId, state, fence, ticket }: KioskVisit) => ({
  visitId,
  state,
  fence,
  ...(ticket
    ? { ticket: { ticketId: ticket.ticketId, class: ticket.class, place: ticket.place, ...(ticket.estimate ? { estimate: ticket.estimate } : {}) } }
    : {}),
});
const deskVisitLine = ({ visitId, state, fence }: DeskVisit) => ({ visitId, state, fence });
export const deskLine = ({ presence, visits }: Desk) => ({ presence, visits: visits.map(deskVisitLine) });
export const deskVisitTold = (visit: DeskVisit) => ({ visit: deskVisitLine(visit) });
export const offerLine = ({ offerId, visitId, kioskId, remainingMs, ...offer }: OfferView) => ({ offerId, visitId, kioskId, class: offer.class, remainingMs });

export function createRecorder(who: string, stage: Stage, history: Pick<HistoryWriter, 'write'>): Recorder {
  let requests = 0;
  const recorderOf = (session: number): SessionRecorder => ({
    async request(asked, ask, told = () => ({})) {
      const id = `${who}.${(requests += 1)}`;
      const stamp = (now: number) => ({ at: now, who, session, id });
      history.write({ line: 'invoke', ...stamp(stage.now), ...asked });
      try {
        const answer = await ask();
        history.write({ line: 'ok', ...stamp(stage.now), ...told(answer) });
        return answer;
      } catch (error) {
        const code = error instanceof ProtocolError ? error.code : 'internal';
        const isUnknown = code === 'link-lost' || code === 'timeout' || code === 'aborted';
        history.write({ ...(isUnknown ? { line: 'unknown' } : { line: 'fail', code }), ...stamp(stage.now) });
        throw error;
      }
    },
    saw: (what) => void history.write({ line: 'saw', at: stage.now, who, session, ...what }),
  });
  let count = 0;
  let session = recorderOf(count);
  return {
    newSession() {
      session = recorderOf((count += 1));
    },
    get session() {
      return session;
    },
    request: (asked, ask, told) => session.request(asked, ask, told),
    saw: (what) => session.saw(what),
  };
}
