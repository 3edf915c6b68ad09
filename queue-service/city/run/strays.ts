import type { kioskQueue } from '@videosportello/protocol/contract/kiosk-queue.ts';
import type { operatorQueue } from '@videosportello/protocol/contract/operator-queue.ts';
import type { OfferId, VisitId } from '@videosportello/protocol/ids.ts';
import type { KioskVisit, Presence } from '@videosportello/protocol/messages/visit.ts';
import type { Side } from '@videosportello/protocol/rpc/contract.ts';
import type { Draws } from '../world/draws.ts';
import type { Link } from './link.ts';
import { deskVisitTold, visitLine } from './recorder.ts';
import type { Asked, SessionRecorder, Told } from './recorder.ts';

type Kiosk = typeof kioskQueue.client;
type Operator = typeof operatorQueue.client;

/** What a kiosk's page knows: its visit, and the one it had before. */
export interface KioskKnowledge {
  readonly visit: Pick<KioskVisit, 'visitId' | 'state'> | undefined;
  readonly past: VisitId | undefined;
}

/** What a desk's page knows: its visits, and what it is offered. */
export interface DeskKnowledge {
  readonly hands: ReadonlyMap<VisitId, 'talk' | 'wrap-up'>;
  readonly offers: ReadonlyMap<OfferId, VisitId>;
}

/** One request that its sender has no right to: any service refuses it. */
export interface Stray<Client extends Side> {
  readonly asked: Asked;
  /** Gives what the history holds of a grant. */
  send(line: Link<Client>): Promise<Told>;
}

/** Sends them, one after the other, and writes down what came of each. @returns what was granted all the same. */
export async function sendStrays<Client extends Side>(line: Link<Client>, record: SessionRecorder, strays: readonly Stray<Client>[]): Promise<Told[]> {
  const granted: Told[] = [];
  for (const { asked, send } of strays) {
    // Refused, or the line is closed: as it should be.
    const told = await record.request(asked, () => send(line), (answer) => answer).catch(() => undefined);
    if (told) granted.push(told);
  }
  return granted;
}

const kioskAsks = {
  open: (): Stray<Kiosk> => ({
    asked: { op: 'visit.open' },
    send: async (line) => ({ visit: visitLine((await line.request('visit.open', { language: 'it' })).visit) }),
  }),
  step: (visitId: VisitId): Stray<Kiosk> => ({
    asked: { op: 'visit.step', visitId },
    send: (line) => line.request('visit.step', { visitId, step: 'person', phase: 'citizen', language: 'it' }),
  }),
  ticket: (visitId: VisitId): Stray<Kiosk> => ({
    asked: { op: 'ticket.open', visitId },
    send: async (line) => ({ visit: visitLine((await line.request('ticket.open', { visitId, needs: [] })).visit) }),
  }),
  cancel: (visitId: VisitId): Stray<Kiosk> => ({
    asked: { op: 'ticket.cancel', visitId },
    send: async (line) => ({ visit: visitLine((await line.request('ticket.cancel', { visitId })).visit) }),
  }),
  keep: (visitId: VisitId): Stray<Kiosk> => ({
    asked: { op: 'ticket.keep', visitId },
    async send(line) {
      await line.request('ticket.keep', { visitId });
      return { kept: { name: `stray-${visitId}`, until: 0 } };
    },
  }),
  renew: (visitId: VisitId): Stray<Kiosk> => ({
    asked: { op: 'grants.renew', visitId },
    async send(line) {
      await line.request('grants.renew', { visitId });
      return {};
    },
  }),
  end: (visitId: VisitId, reason: 'citizen' | 'idle' = 'citizen'): Stray<Kiosk> => ({
    asked: { op: 'visit.end', visitId },
    send: async (line) => {
      await line.request('visit.end', { visitId, reason });
      return {};
    },
  }),
};

const deskAsks = {
  end: (visitId: VisitId): Stray<Operator> => ({ asked: { op: 'visit.end', visitId }, send: (line) => line.request('visit.end', { visitId }) }),
  handOver: (visitId: VisitId): Stray<Operator> => ({
    asked: { op: 'visit.hand-over', visitId },
    async send(line) {
      await line.request('visit.hand-over', { visitId });
      return {};
    },
  }),
  wrapUp: (visitId: VisitId): Stray<Operator> => ({
    asked: { op: 'wrap-up.done', visitId },
    async send(line) {
      await line.request('wrap-up.done', { visitId, outcome: 'served' });
      return {};
    },
  }),
  renew: (visitId: VisitId): Stray<Operator> => ({
    asked: { op: 'grants.renew', visitId },
    async send(line) {
      await line.request('grants.renew', { visitId });
      return {};
    },
  }),
  presence: (presence: Presence): Stray<Operator> => ({
    asked: { op: 'presence.set', presence },
    async send(line) {
      await line.request('presence.set', { presence, ...(presence === 'available' ? {} : { reason: 'break' }) });
      return {};
    },
  }),
  accept: (offerId: OfferId, visitId: VisitId): Stray<Operator> => ({
    asked: { op: 'offer.accept', offerId, visitId },
    send: async (line) => deskVisitTold((await line.request('offer.accept', { offerId })).visit),
  }),
  decline: (offerId: OfferId, visitId: VisitId): Stray<Operator> => ({
    asked: { op: 'offer.decline', offerId, visitId },
    send: (line) => line.request('offer.decline', { offerId }),
  }),
};

/** The same requests, from any of them on: the service closes a line at the first that it refuses. */
export const anyFirst = <Client extends Side>(strays: readonly Stray<Client>[], draws: Draws): Stray<Client>[] => {
  const first = Math.floor(draws.unit() * strays.length);
  return [...strays.slice(first), ...strays.slice(0, first)];
};

/** What a kiosk's window goes on to say after another one has taken its place. */
export function lateKioskRequests({ visit }: KioskKnowledge): Stray<Kiosk>[] {
  if (!visit) return [kioskAsks.open()];
  const { visitId, state } = visit;
  return [
    kioskAsks.step(visitId),
    ...(state === 'alone' ? [kioskAsks.ticket(visitId)] : []),
    ...(state === 'waiting' || state === 'offered' ? [kioskAsks.keep(visitId), kioskAsks.cancel(visitId)] : []),
    kioskAsks.end(visitId),
    kioskAsks.renew(visitId),
  ];
}

/** What a desk's window goes on to say after another one has taken its place. */
export function lateDeskRequests({ hands, offers }: DeskKnowledge, presence: Presence): Stray<Operator>[] {
  // An offer stands for seconds only: whoever has one answers it.
  if (offers.size > 0) return [...offers].flatMap(([offerId, visitId]) => [deskAsks.decline(offerId, visitId), deskAsks.accept(offerId, visitId)]);
  const talks = [...hands].flatMap(([visitId, hand]) => (hand === 'talk' ? [visitId] : []));
  const notes = [...hands].flatMap(([visitId, hand]) => (hand === 'wrap-up' ? [visitId] : []));
  return [
    ...talks.map(deskAsks.handOver),
    ...talks.map(deskAsks.end),
    ...notes.map(deskAsks.wrapUp),
    deskAsks.presence(presence === 'available' ? 'not-ready' : 'available'),
    ...talks.map(deskAsks.renew),
  ];
}

/** What a kiosk has no right to: a second visit, to go out of a talk as if nobody were there, what is over, and what is another's. */
export function strayKioskRequests({ visit, past }: KioskKnowledge, other: KioskKnowledge | undefined): Stray<Kiosk>[] {
  const foreign = [...(past !== undefined && past !== visit?.visitId ? [past] : []), ...(other?.visit ? [other.visit.visitId] : [])];
  return [
    ...(visit?.state === 'with-operator' ? [kioskAsks.ticket(visit.visitId), kioskAsks.keep(visit.visitId), kioskAsks.cancel(visit.visitId), kioskAsks.end(visit.visitId, 'idle')] : []),
    ...foreign.flatMap((visitId) => [kioskAsks.renew(visitId), kioskAsks.step(visitId), kioskAsks.keep(visitId), kioskAsks.cancel(visitId), kioskAsks.end(visitId)]),
    ...(visit ? [kioskAsks.open()] : []),
  ];
}

/** What a desk has no right to: to put away what is still in talk, to end what is put away or only offered, and what is another's. */
export function strayDeskRequests({ hands, offers }: DeskKnowledge, other: DeskKnowledge | undefined): Stray<Operator>[] {
  return [
    ...[...offers.values()].map(deskAsks.end),
    ...[...hands].flatMap(([visitId, hand]) => (hand === 'talk' ? [deskAsks.wrapUp(visitId)] : [deskAsks.handOver(visitId), deskAsks.end(visitId)])),
    ...[...(other?.offers ?? [])].flatMap(([offerId, visitId]) => [deskAsks.decline(offerId, visitId), deskAsks.accept(offerId, visitId)]),
    ...[...(other?.hands.keys() ?? [])].flatMap((visitId) => [deskAsks.renew(visitId), deskAsks.wrapUp(visitId), deskAsks.handOver(visitId), deskAsks.end(visitId)]),
  ];
}
