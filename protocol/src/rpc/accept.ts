import type { Contract, NotificationHandlers, RequestHandlers, Side, Welcome } from './contract.ts';
import { withWelcome } from './connection.ts';
import { createPeer, defaultGate } from './peer.ts';
import type { Gate, Peer, PeerEvent, Timers } from './peer.ts';
import type { MessageTransport } from './transport.ts';

/** Server end of a connection: greets with versions and a fresh nonce, and serves only hello until `admit`. */
export function acceptPeer<Client extends Side, Server extends Side>(options: {
  readonly contract: Contract<Client, Server>;
  readonly transport: MessageTransport;
  readonly requests: RequestHandlers<Client>;
  readonly notifications: NotificationHandlers<Client>;
  readonly nowMs: number;
  /** 16 or more random bytes. */
  readonly nonceBytes: Uint8Array;
  readonly gate?: Gate;
  readonly timers?: Timers;
  readonly onEvent?: (event: PeerEvent) => void;
}): { peer: Peer<Server>; nonce: string } {
  const nonce = base64url(options.nonceBytes);
  const peer = createPeer<Side, Side>({
    transport: options.transport,
    mine: withWelcome(options.contract.server),
    theirs: options.contract.client,
    requests: options.requests as RequestHandlers<Side>,
    notifications: options.notifications as NotificationHandlers<Side>,
    gate: options.gate ?? defaultGate,
    ...(options.timers ? { timers: options.timers } : {}),
    ...(options.onEvent ? { onEvent: options.onEvent } : {}),
  });
  const greeting: Welcome = { versions: [options.contract.version], nonce, serverTime: options.nowMs };
  peer.notify('welcome', greeting);
  return { peer: peer as unknown as Peer<Server>, nonce };
}

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
