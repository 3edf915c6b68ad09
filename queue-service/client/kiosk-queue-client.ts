import type { z } from 'zod';
import { certificateAccess, kioskQueue } from '@videosportello/protocol/contract/kiosk-queue.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import type { KioskId, VisitId } from '@videosportello/protocol/ids.ts';
import type { ProofInput } from '@videosportello/protocol/keys.ts';
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
import type { ConnectionState } from '@videosportello/protocol/rpc/connection.ts';
import { createObservable } from './observable.ts';
import type { Observable } from './observable.ts';
import { createQueueLine } from './queue-line.ts';
import type { LineRenewal, PageDeps, QueueLine } from './queue-line.ts';

export type CertificateAccess = z.output<typeof certificateAccess>;

/** Everything a kiosk page knows from queue-service. After a cut the last of it stays until the next hello. */
export interface KioskQueueState {
  readonly connection: ConnectionState;
  /** Why the client gave up for good: revoked, unknown, wrong proof. */
  readonly ended: ErrorCode | undefined;
  readonly kiosk: { readonly name: string; readonly town: string } | undefined;
  readonly duty: DutyState | undefined;
  /** The stamp duty on a certificate, of the day of the hello or of the newest visit: null where there is none, undefined while it is not known. */
  readonly stampDuty: StampDuty | null | undefined;
  /** The running visit; state `ended` until the page opens another or the link is made anew. */
  readonly visit: KioskVisit | undefined;
  /** Where media of this visit live, with the newest grant; to be handed on to the room on every change. */
  readonly media: MediaAccess | undefined;
  /** The newest visit grant; to be handed on to the device service on every change. */
  readonly certificates: CertificateAccess | undefined;
}

/** The socket's address ends in `/kiosk`. Media grants are bound to the session key, visit grants to the kiosk's. */
export interface KioskQueueDeps extends PageDeps {
  /** The kiosk's enrolled key signs (the device service does it for a page). */
  readonly prove: (input: ProofInput) => Promise<string>;
}

/** A kiosk page's line to queue-service. Requests throw the server's ProtocolError, or `link-lost` while not connected. */
export interface KioskQueueClient extends Observable<KioskQueueState>, AsyncDisposable {
  openVisit(language: Language): Promise<KioskVisit>;
  setStep(where: { step: VisitStep; phase: Phase; language: Language; service?: Service }): Promise<void>;
  /** "A person, please"; safe to repeat, also with other needs while waiting. Throws `nobody-on-duty` when no operator could come. */
  openTicket(needs: Need[]): Promise<KioskVisit>;
  cancelTicket(): Promise<KioskVisit>;
  /**
   * "I come back later": the visit is over here, and the ticket in the answer serves until its time at any kiosk. Safe to repeat,
   * also for a visit that has ended with an answer that was lost: `visitId` says which, without it the running one.
   */
  keepTicket(visitId?: VisitId): Promise<{ readonly ticket: string; readonly label: string; readonly until: number }>;
  /**
   * A kept ticket is shown: the visit stands at its old place.
   * @throws ProtocolError `ticket-unknown`, `ticket-used`, `ticket-expired`, `kiosk-busy`, `nobody-on-duty`
   */
  showTicket(ticket: string): Promise<KioskVisit>;
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

/** When the first of these ends, ms; undefined when nothing is held. */
const firstEnd = (...held: readonly ({ readonly expiresAt: number } | undefined)[]): number | undefined =>
  held
    .map((access) => access?.expiresAt)
    .filter((end) => end !== undefined)
    .toSorted((a, b) => a - b)[0];
const finalCodes: readonly ErrorCode[] = ['kiosk-revoked', 'kiosk-unknown', 'proof-invalid', 'version-unsupported'];

/** Connects a kiosk, keeps it connected, comes back into a running visit, and keeps its grants fresh. */
export function createKioskQueueClient(config: { readonly kioskId: KioskId }, deps: KioskQueueDeps): KioskQueueClient {
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
  /** What the next hello shows: the newest, also when the visit is over. */
  let receipt: string | undefined;
  const takeReceipt = (said: { readonly receipt?: string | undefined }) => {
    receipt = said.receipt ?? receipt;
  };
  const running = (): VisitId => {
    const { visit } = store.state;
    if (!visit || visit.state === 'ended') throw new ProtocolError('visit-unknown');
    return visit.visitId;
  };
  /** Takes a view in: what belongs to an ended visit or an ended wish for a person is dropped with it. */
  const take = (visit: KioskVisit, access: { media?: MediaAccess | undefined; certificates?: CertificateAccess | undefined }): void => {
    const same = store.state.visit?.visitId === visit.visitId;
    const before = same ? store.state : { media: undefined, certificates: undefined };
    const ended = visit.state === 'ended';
    const media = ended || visit.state === 'alone' ? undefined : (access.media ?? before.media);
    const certificates = ended ? undefined : (access.certificates ?? before.certificates);
    store.change({ visit, media, certificates });
    if (ended) return renewal.stop();
    const end = firstEnd(media, certificates);
    if (end !== undefined && (access.media || access.certificates)) renewal.planFor(end);
  };

  const line: QueueLine<typeof kioskQueue.client> = createQueueLine(deps, {
    contract: kioskQueue,
    finalCodes,
    requests: {
      'message.deliver': ({ visitId, message }) => deps.onMessage(visitId, message),
    },
    notifications: {
      'visit.changed': ({ visit, ...said }) => {
        takeReceipt(said);
        take(visit, said);
      },
      'duty.changed': (duty) => store.change({ duty }),
      'kiosk.revoked': () => line.giveUp('kiosk-revoked'),
    },
    hello: async (peer, { nonce }) => {
      const sessionKey = deps.sessionKey.publicKey;
      const proof = await deps.prove({ nonce, audience: 'queue', sessionKey });
      return peer.request('hello', { version: 2, kioskId: config.kioskId, sessionKey, proof, ...(receipt === undefined ? {} : { receipt }) });
    },
    askAlive: (peer) => peer.request('alive', {}),
    welcomed: (said) => {
      takeReceipt(said);
      store.change({ kiosk: { name: said.kioskName, town: said.town }, duty: said.duty, stampDuty: said.stampDuty });
      if (said.visit) return take(said.visit, { media: said.media, certificates: said.certificates });
      renewal.stop();
      store.change({ visit: undefined, media: undefined, certificates: undefined });
    },
    onState: (connection) => {
      if (connection === 'lost' || connection === 'closed') renewal.stop();
      store.change({ connection });
    },
    onGivenUp: (code) => store.change({ ended: code }),
  });
  const renewal: LineRenewal = line.renewal(async () => {
    const { visit, media, certificates } = store.state;
    if (!visit || visit.state === 'ended') return undefined;
    const fresh = await line.peer().request('grants.renew', { visitId: visit.visitId });
    const { state } = store;
    if (state.visit?.visitId !== visit.visitId || state.visit.state === 'ended') return undefined;
    takeReceipt(fresh);
    // What was told or dropped meanwhile is newer than this answer.
    const renewed = {
      certificates: state.certificates === certificates ? fresh.certificates : state.certificates,
      media: state.media === media ? fresh.media : state.media,
    };
    store.change({ certificates: renewed.certificates ?? state.certificates, media: renewed.media ?? state.media });
    return firstEnd(renewed.media, renewed.certificates);
  });
  const close = () => {
    renewal.stop();
    return line.close();
  };

  return {
    get state() {
      return store.state;
    },
    subscribe: store.subscribe,
    async openVisit(language) {
      const said = await line.peer().request('visit.open', { language });
      const { visit, certificates, stampDuty } = said;
      takeReceipt(said);
      store.change({ stampDuty });
      take(visit, { certificates });
      return visit;
    },
    async setStep(where) {
      await line.peer().request('visit.step', { visitId: running(), ...where });
    },
    async openTicket(needs) {
      const said = await line.peer().request('ticket.open', { visitId: running(), needs });
      takeReceipt(said);
      take(said.visit, { media: said.media });
      return said.visit;
    },
    async keepTicket(visitId = running()) {
      const kept = await line.peer().request('ticket.keep', { visitId });
      const { visit } = store.state;
      if (visit?.visitId === visitId) take({ ...visit, state: 'ended' }, {});
      return kept;
    },
    async showTicket(ticket) {
      const said = await line.peer().request('ticket.show', { ticket });
      takeReceipt(said);
      take(said.visit, { media: said.media, certificates: said.certificates });
      return said.visit;
    },
    async cancelTicket() {
      const said = await line.peer().request('ticket.cancel', { visitId: running() });
      takeReceipt(said);
      take(said.visit, {});
      return said.visit;
    },
    async endVisit(reason) {
      takeReceipt(await line.peer().request('visit.end', { visitId: running(), reason }));
      const { visit } = store.state;
      if (visit) take({ ...visit, state: 'ended' }, {});
    },
    sendMessage: async (message) => line.peer().request('message.send', { visitId: running(), message }),
    renewGrants() {
      if (line.isOpen) renewal.renewNow();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
