import type { Contract, NotificationHandlers, RequestHandlers, Side, Welcome } from './contract.ts';
import { withWelcome } from './connection.ts';
import { createPeer, defaultGate } from './peer.ts';
import type { Gate, Peer, PeerEvent, Timers } from './peer.ts';
import type { MessageTransport } from './transport.ts';

/** One accepted connection, as its handlers see it. */
export interface Accepted<Server extends Side> {
  readonly peer: Peer<Server>;
  /** What this connection's proof must sign. */
  readonly nonce: string;
}

/**
 * Server end of a connection: greets with versions and a fresh nonce, and serves only hello until `peer.admit()`.
 * `serve` makes the handlers of this one connection; it is called before any message is read.
 */
export function acceptPeer<Client extends Side, Server extends Side>(options: {
  readonly contract: Contract<Client, Server>;
  readonly transport: MessageTransport;
  readonly serve: (accepted: Accepted<Server>) => {
    readonly requests: RequestHandlers<Client>;
    readonly notifications: NotificationHandlers<Client>;
  };
  readonly nowMs: number;
  /** 16 or more random bytes. */
  readonly nonceBytes: Uint8Array;
  readonly gate?: Gate;
  readonly timers?: Timers;
  readonly onEvent?: (event: PeerEvent) => void;
}): Accepted<Server> {
  const nonce = base64url(options.nonceBytes);
  const handlers: { requests: Record<string, unknown>; notifications: Record<string, unknown> } = { requests: {}, notifications: {} };
  const peer = createPeer<Side, Side>({
    transport: options.transport,
    mine: withWelcome(options.contract.server),
    theirs: options.contract.client,
    requests: handlers.requests as RequestHandlers<Side>,
    notifications: handlers.notifications as NotificationHandlers<Side>,
    gate: options.gate ?? defaultGate,
    ...(options.timers ? { timers: options.timers } : {}),
    ...(options.onEvent ? { onEvent: options.onEvent } : {}),
    start: (made) => {
      const served = options.serve({ peer: made, nonce });
      Object.assign(handlers.requests, served.requests);
      Object.assign(handlers.notifications, served.notifications);
    },
  });
  const greeting: Welcome = { versions: [options.contract.version], nonce, serverTime: options.nowMs };
  peer.notify('welcome', greeting);
  return { peer, nonce };
}

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
