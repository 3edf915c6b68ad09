import { kioskQueue } from '@videosportello/protocol/contract/kiosk-queue.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import { ticketId, visitId } from '@videosportello/protocol/ids.ts';
import type { RoomBody } from '@videosportello/protocol/messages/room.ts';
import type { DutyState, KioskVisit, MediaAccess, TicketView } from '@videosportello/protocol/messages/visit.ts';
import { acceptPeer } from '@videosportello/protocol/rpc/accept.ts';
import type { Peer } from '@videosportello/protocol/rpc/peer.ts';
import { webSocketTransport } from '@videosportello/protocol/rpc/transport.ts';
import type { WebSocketLike } from '@videosportello/protocol/rpc/transport.ts';

export const openDuty: DutyState = { open: true, staffed: true, hours: [], phone: '', nearest: '' };
export const visitNumber = visitId.parse(`v_${'a'.repeat(24)}`);
const ticket: TicketView = { ticketId: ticketId.parse(`t_${'1'.repeat(24)}`), label: 'A01', class: 'walk-up', place: 1, since: 0 };
export const newVisit: KioskVisit = {
  visitId: visitNumber,
  state: 'alone',
  step: 'audience',
  phase: 'citizen',
  language: 'it',
  fence: { epoch: 0, counter: 0 },
};

/** Until when this queue keeps every place. */
export const keptUntil = Date.UTC(2026, 10, 20, 12, 40);

/** A queue-service for tests over the real contract: one visit, changed as the test says. */
export class QueueServer {
  visit: KioskVisit | undefined;
  media: MediaAccess | undefined;
  /** Refusals by method, for the next requests. */
  refuse: Partial<Record<string, ErrorCode>> = {};
  readonly received: { method: string; params: unknown }[] = [];
  readonly #listeners = new Set<() => void>();
  #grants = 0;
  #socket: WebSocketLike | undefined;
  #peer: Peer<typeof kioskQueue.server> | undefined;

  certificates() {
    return { url: 'ws://certificates.test/device', grant: `visit-grant-${(this.#grants += 1)}`, expiresAt: Date.now() + 60_000 };
  }

  accept(socket: WebSocketLike): void {
    this.#socket = socket;
    acceptPeer({
      contract: kioskQueue,
      transport: webSocketTransport(socket),
      nowMs: Date.now(),
      nonceBytes: new Uint8Array(16),
      serve: ({ peer }) => {
        this.#peer = peer;
        const heard = (method: string, params: unknown) => {
          this.received.push({ method, params });
          for (const tell of this.#listeners) tell();
          const code = this.refuse[method];
          if (code) throw new ProtocolError(code);
        };
        const present = (): KioskVisit => {
          if (!this.visit) throw new ProtocolError('visit-unknown');
          return this.visit;
        };
        return {
          notifications: {},
          requests: {
            hello: (params) => {
              heard('hello', params);
              peer.admit();
              const known = { kioskName: 'Prova', town: 'Comune di Valfiorita', duty: openDuty };
              return this.visit ? { ...known, visit: this.visit, certificates: this.certificates(), ...(this.media ? { media: this.media } : {}) } : known;
            },
            alive: () => ({}),
            'visit.open': (params) => {
              heard('visit.open', params);
              this.visit = { ...newVisit, language: params.language };
              return { visit: this.visit, certificates: this.certificates() };
            },
            'visit.step': ({ step, phase, ...params }) => {
              heard('visit.step', { step, phase });
              this.visit = { ...present(), step, phase, language: params.language, ...(params.service ? { service: params.service } : {}) };
              return {};
            },
            'ticket.open': (params) => {
              heard('ticket.open', params);
              this.visit = {
                ...present(),
                state: 'waiting',
                ticket,
                needs: params.needs,
              };
              this.media = this.grant('waiting');
              return { visit: this.visit, media: this.media };
            },
            'ticket.cancel': (params) => {
              heard('ticket.cancel', params);
              const { ticket: _ticket, ...rest } = present();
              this.visit = { ...rest, state: 'alone' };
              return { visit: this.visit };
            },
            'ticket.keep': (params) => {
              heard('ticket.keep', params);
              this.visit = undefined;
              return { ticket: 'head.body.signature', label: 'A01', until: keptUntil };
            },
            'ticket.show': (params) => {
              heard('ticket.show', params);
              this.visit = { ...newVisit, state: 'waiting', ticket };
              this.media = this.grant('waiting');
              return { visit: this.visit, certificates: this.certificates(), media: this.media };
            },
            'visit.end': (params) => {
              heard('visit.end', params);
              this.visit = undefined;
              return {};
            },
            'grants.renew': () => ({ certificates: this.certificates() }),
            'message.send': (params) => {
              heard('message.send', params);
              return { messageId: params.message.messageId, outcome: 'done' as const };
            },
          },
        };
      },
    });
  }

  grant(name: string): MediaAccess {
    return { url: 'ws://sfu.test/room', grant: `${name}-grant-${(this.#grants += 1)}`, expiresAt: Date.now() + 60_000 };
  }

  /** Resolves with the first request of this method, past or to come. */
  heard(method: string, fits: (request: { readonly params: unknown }) => boolean = () => true): Promise<{ readonly method: string; readonly params: unknown }> {
    return new Promise((resolve) => {
      const check = () => {
        const found = this.received.find((request) => request.method === method && fits(request));
        if (!found) return;
        this.#listeners.delete(check);
        resolve(found);
      };
      this.#listeners.add(check);
      check();
    });
  }

  /** Changes the visit and tells the page. */
  change(visit: Partial<KioskVisit>, media?: MediaAccess): void {
    this.visit = { ...newVisit, ...this.visit, ...visit };
    if (media) this.media = media;
    this.#peer?.notify('visit.changed', { visit: this.visit, ...(media ? { media } : {}) });
  }

  deliver(body: RoomBody) {
    if (!this.#peer) throw new ProtocolError('link-lost');
    return this.#peer.request('message.deliver', { visitId: visitNumber, message: { messageId: `m_${'c'.repeat(24)}` as never, body } });
  }

  revoke(): void {
    this.#peer?.notify('kiosk.revoked', {});
  }

  cut(): void {
    this.#socket?.close(1006);
  }
}
