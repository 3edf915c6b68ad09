import type { z } from 'zod';
import { certificateAccess, kioskQueue } from '@videosportello/protocol/contract/kiosk-queue.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import type { KioskId, VisitId } from '@videosportello/protocol/ids.ts';
import type { HolderKey, ProofInput } from '@videosportello/protocol/keys.ts';
import type { RoomAnswer, RoomMessage } from '@videosportello/protocol/messages/room.ts';
import type {
  DutyState,
  EndReason,
  KioskVisit,
  Language,
  MediaAccess,
  Need,
  Phase,
  Service,
  StampDuty,
  VisitStep,
} from '@videosportello/protocol/messages/visit.ts';
import { keepConnected, openSocket } from '@videosportello/protocol/rpc/connection.ts';
import type { ConnectionState } from '@videosportello/protocol/rpc/connection.ts';
import type { Peer, PeerEvent, Timers } from '@videosportello/protocol/rpc/peer.ts';
import type { RetryPolicy } from '@videosportello/protocol/rpc/retry-policy.ts';
import type { WebSocketLike } from '@videosportello/protocol/rpc/transport.ts';
import { createObservable } from './observable.ts';
import type { Observable } from './observable.ts';
import { createRenewal, systemTimers } from './renewal.ts';

export type CertificateAccess = z.output<typeof certificateAccess>;

/** Everything a kiosk page knows from queue-service. After a cut the last of it stays until the next hello. */
export interface KioskQueueState {
  readonly connection: ConnectionState;
  /** Why the client gave up for good: revoked, unknown, wrong proof. */
  readonly ended: ErrorCode | undefined;
  readonly kiosk: { readonly name: string; readonly town: string } | undefined;
  readonly duty: DutyState | undefined;
  /** The stamp duty on a certificate, of the day of the hello or of the newest visit; undefined where there is none. */
  readonly stampDuty: StampDuty | undefined;
  /** The running visit; state `ended` until the page opens another or the link is made anew. */
  readonly visit: KioskVisit | undefined;
  /** Where media of this visit live, with the newest grant; to be handed on to the room on every change. */
  readonly media: MediaAccess | undefined;
  /** The newest visit grant; to be handed on to the device service on every change. */
  readonly certificates: CertificateAccess | undefined;
}

export interface KioskQueueDeps {
  /** Opens the socket: `() => new WebSocket(url)`, url ending in `/kiosk`. */
  readonly makeSocket: () => WebSocketLike;
  /** The page's own key; media grants are bound to it. */
  readonly sessionKey: HolderKey;
  /** The kiosk's enrolled key signs (the device service does it for a page). */
  readonly prove: (input: ProofInput) => Promise<string>;
  /** A message of the operator that came the way round the room. */
  readonly onMessage: (visitId: VisitId, message: RoomMessage) => Promise<RoomAnswer>;
  readonly onEvent?: (event: PeerEvent) => void;
  readonly policy?: RetryPolicy;
  readonly timers?: Timers;
  readonly now?: () => number;
}

/** A kiosk page's line to queue-service. Requests throw the server's ProtocolError, or `link-lost` while not connected. */
export interface KioskQueueClient extends Observable<KioskQueueState>, AsyncDisposable {
  openVisit(language: Language): Promise<KioskVisit>;
  setStep(where: { step: VisitStep; phase: Phase; language: Language; service?: Service }): Promise<void>;
  /** "A person, please"; safe to repeat. Throws `nobody-on-duty` when no operator could come. */
  openTicket(needs: Need[]): Promise<KioskVisit>;
  cancelTicket(): Promise<KioskVisit>;
  endVisit(reason: EndReason): Promise<void>;
  /** The way round a dead room. */
  sendMessage(message: RoomMessage): Promise<RoomAnswer>;
  /**
   * Has the grants renewed before their time: a node has refused the one it was shown. The new ones come as `media` and
   * `certificates`. Safe to repeat; while not connected nothing is needed, for hello brings new ones.
   */
  renewGrants(): void;
  close(): Promise<void>;
}

const finalCodes: readonly ErrorCode[] = ['kiosk-revoked', 'kiosk-unknown', 'proof-invalid', 'version-unsupported'];

/** Connects a kiosk, keeps it connected, comes back into a running visit, and keeps its grants fresh. */
export function createKioskQueueClient(config: { readonly kioskId: KioskId }, deps: KioskQueueDeps): KioskQueueClient {
  const { timers = systemTimers, now = () => Date.now() } = deps;
  const stop = new AbortController();
  const store = createObservable<KioskQueueState>({
    connection: 'connecting',
    ended: undefined,
    kiosk: undefined,
    duty: undefined,
    stampDuty: undefined,
    visit: undefined,
    media: undefined,
    certificates: undefined,
  });
  let peer: Peer<typeof kioskQueue.client> | undefined;
  let clockOffsetMs = 0;

  const linked = () => {
    if (!peer) throw new ProtocolError('link-lost');
    return peer;
  };
  const running = (): VisitId => {
    const { visit } = store.state;
    if (!visit || visit.state === 'ended') throw new ProtocolError('visit-unknown');
    return visit.visitId;
  };
  const remaining = (access: { expiresAt: number }) => access.expiresAt - (now() + clockOffsetMs);

  const renewal = createRenewal(async () => {
    const { visit } = store.state;
    if (!visit || visit.state === 'ended') return undefined;
    const fresh = await linked().request('grants.renew', { visitId: visit.visitId });
    if (store.state.visit?.visitId !== visit.visitId) return undefined;
    store.change({ certificates: fresh.certificates, media: fresh.media ?? store.state.media });
    return Math.min(remaining(fresh.certificates), fresh.media ? remaining(fresh.media) : Infinity);
  }, { timers, now });

  /** Takes a view in: what belongs to an ended visit or an ended wish for a person is dropped with it. */
  const take = (visit: KioskVisit, access: { media?: MediaAccess | undefined; certificates?: CertificateAccess | undefined }) => {
    const same = store.state.visit?.visitId === visit.visitId;
    const before = same ? store.state : { media: undefined, certificates: undefined };
    const ended = visit.state === 'ended';
    const media = ended || visit.state === 'alone' ? undefined : (access.media ?? before.media);
    const certificates = ended ? undefined : (access.certificates ?? before.certificates);
    store.change({ visit, media, certificates });
    if (ended) return renewal.stop();
    const spans = [media, certificates].filter((held) => held !== undefined).map(remaining);
    if ((access.media || access.certificates) && spans.length > 0) renewal.plan(Math.min(...spans));
  };
  const giveUp = (code: ErrorCode) => {
    store.change({ ended: code });
    stop.abort();
  };

  const done = keepConnected({
    contract: kioskQueue,
    open: (signal) => openSocket(deps.makeSocket, { signal }),
    signal: stop.signal,
    ...(deps.policy ? { policy: deps.policy } : {}),
    ...(deps.onEvent ? { onEvent: deps.onEvent } : {}),
    requests: {
      'message.deliver': ({ visitId, message }) => deps.onMessage(visitId, message),
    },
    notifications: {
      'visit.changed': ({ visit, ...access }) => take(visit, access),
      'duty.changed': (duty) => store.change({ duty }),
      'kiosk.revoked': () => giveUp('kiosk-revoked'),
    },
    hello: async (connected, welcome) => {
      clockOffsetMs = welcome.serverTime - now();
      const proof = await deps.prove({ nonce: welcome.nonce, audience: 'queue', sessionKey: deps.sessionKey.publicKey });
      const said = await connected.request('hello', {
        version: 1,
        kioskId: config.kioskId,
        sessionKey: deps.sessionKey.publicKey,
        proof,
      });
      peer = connected;
      store.change({ kiosk: { name: said.kioskName, town: said.town }, duty: said.duty, stampDuty: said.stampDuty });
      if (said.visit) take(said.visit, { media: said.media, certificates: said.certificates });
      else {
        renewal.stop();
        store.change({ visit: undefined, media: undefined, certificates: undefined });
      }
    },
    onState: (connection) => {
      if (connection !== 'open') peer = undefined;
      if (connection === 'lost' || connection === 'closed') renewal.stop();
      store.change({ connection });
    },
    isFinal: (error) => {
      if (!finalCodes.includes(error.code)) return false;
      giveUp(error.code);
      return true;
    },
  });
  const close = () => {
    stop.abort();
    renewal.stop();
    return done;
  };

  return {
    get state() {
      return store.state;
    },
    subscribe: store.subscribe,
    async openVisit(language) {
      const { visit, certificates, stampDuty } = await linked().request('visit.open', { language });
      store.change({ stampDuty });
      take(visit, { certificates });
      return visit;
    },
    async setStep(where) {
      await linked().request('visit.step', { visitId: running(), ...where });
    },
    async openTicket(needs) {
      const { visit, media } = await linked().request('ticket.open', { visitId: running(), needs });
      take(visit, { media });
      return visit;
    },
    async cancelTicket() {
      const { visit } = await linked().request('ticket.cancel', { visitId: running() });
      take(visit, {});
      return visit;
    },
    async endVisit(reason) {
      await linked().request('visit.end', { visitId: running(), reason });
      const { visit } = store.state;
      if (visit) take({ ...visit, state: 'ended' }, {});
    },
    sendMessage: async (message) => linked().request('message.send', { visitId: running(), message }),
    renewGrants() {
      if (peer) renewal.renewNow();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
