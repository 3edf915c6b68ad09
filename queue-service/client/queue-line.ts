import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import type { VisitId } from '@videosportello/protocol/ids.ts';
import type { HolderKey } from '@videosportello/protocol/keys.ts';
import type { RoomAnswer, RoomMessage } from '@videosportello/protocol/messages/room.ts';
import { keepConnected, openSocket } from '@videosportello/protocol/rpc/connection.ts';
import type { ConnectionState } from '@videosportello/protocol/rpc/connection.ts';
import type { Contract, NotificationHandlers, RequestHandlers, Side, Welcome } from '@videosportello/protocol/rpc/contract.ts';
import type { Peer, PeerEvent, Timers } from '@videosportello/protocol/rpc/peer.ts';
import type { RetryPolicy } from '@videosportello/protocol/rpc/retry-policy.ts';
import type { WebSocketLike } from '@videosportello/protocol/rpc/transport.ts';
import { watchAlive } from './alive-watch.ts';
import { createRenewal, systemTimers } from './renewal.ts';
import type { Renewal } from './renewal.ts';

/** What every page gives its client. */
export interface PageDeps {
  /** Opens the socket, each time a fresh one. */
  readonly makeSocket: () => WebSocketLike;
  /** The page's own key; grants are bound to it. */
  readonly sessionKey: HolderKey;
  /** A message of the other side that came the way round the room. */
  readonly onMessage: (visitId: VisitId, message: RoomMessage) => Promise<RoomAnswer>;
  readonly onEvent?: (event: PeerEvent) => void;
  readonly policy?: RetryPolicy;
  readonly timers?: Timers;
  readonly now?: () => number;
}

/** What a line is made of: one contract, and what its page does with it. */
export interface LineOptions<Client extends Side, Server extends Side, Said> {
  readonly contract: Contract<Client, Server>;
  readonly requests: RequestHandlers<Server>;
  readonly notifications: NotificationHandlers<Server>;
  /** Says hello on a fresh connection; a throw counts as a failed attempt. */
  readonly hello: (peer: Peer<Client>, welcome: Welcome) => Promise<Said>;
  /** Asks the server for a sign of life. */
  readonly askAlive: (peer: Peer<Client>) => Promise<unknown>;
  /** Takes in what the hello was answered with; requests go through from now on. */
  readonly welcomed: (said: Said) => void;
  readonly onState: (state: ConnectionState) => void;
  /** Failures of the hello after which trying again makes no sense. */
  readonly finalCodes: readonly ErrorCode[];
  /** The line has been given up for good. */
  readonly onGivenUp: (code: ErrorCode) => void;
}

/** Close code of a connection that the page takes for dead (RFC 6455, 7.4.2: 4000 and above are the application's). */
const SILENT = 4408;

/**
 * A page's line to queue-service: connected again after every cut, greeted each time, until it is closed or given up. A
 * server that does not answer any more counts as a cut: within three seconds the line is lost.
 */
export interface QueueLine<Client extends Side> {
  /** The greeted connection. @throws ProtocolError `link-lost` while there is none */
  peer(): Peer<Client>;
  readonly isOpen: boolean;
  /**
   * Keeps a grant fresh over this line. `renew` asks for a new one and answers when it ends, by the server's clock, or
   * undefined when there is nothing to renew any more; a refusal that another try does not change goes to `onRefused`.
   */
  renewal(renew: () => Promise<number | undefined>, onRefused?: () => void): LineRenewal;
  /** Closes for a reason that coming back does not change. */
  giveUp(code: ErrorCode): void;
  close(): Promise<void>;
}

/** As {@link Renewal}, for grants that end by the server's clock. */
export interface LineRenewal extends Omit<Renewal, 'plan'> {
  /** Plans the next renewal for a grant that ends at `expiresAt`; replaces the plan before. */
  planFor(expiresAt: number): void;
}

/** Opens a line, and keeps it. */
export function createQueueLine<Client extends Side, Server extends Side, Said>(
  deps: PageDeps,
  options: LineOptions<Client, Server, Said>,
): QueueLine<Client> {
  const { timers = systemTimers, now = () => Date.now() } = deps;
  const stop = new AbortController();
  let peer: Peer<Client> | undefined;
  /** How far the server's clock is ahead of ours, ms. */
  let clockOffsetMs = 0;
  const remaining = (expiresAt: number) => expiresAt - (now() + clockOffsetMs);
  const giveUp = (code: ErrorCode) => {
    options.onGivenUp(code);
    stop.abort();
  };

  const done = keepConnected({
    contract: options.contract,
    open: (signal) => openSocket(deps.makeSocket, { signal }),
    signal: stop.signal,
    ...(deps.policy ? { policy: deps.policy } : {}),
    ...(deps.onEvent ? { onEvent: deps.onEvent } : {}),
    requests: options.requests,
    notifications: options.notifications,
    hello: async (connected, welcome) => {
      clockOffsetMs = welcome.serverTime - now();
      const said = await options.hello(connected, welcome);
      peer = connected;
      options.welcomed(said);
      const unwatch = watchAlive(() => options.askAlive(connected), {
        timers,
        now,
        onSilent: () => connected.close(SILENT, 'no sign of life'),
      });
      void connected.closed.then(unwatch);
    },
    onState: (state) => {
      if (state !== 'open') peer = undefined;
      options.onState(state);
    },
    isFinal: (error) => {
      if (!options.finalCodes.includes(error.code)) return false;
      giveUp(error.code);
      return true;
    },
  });

  return {
    peer() {
      if (!peer) throw new ProtocolError('link-lost');
      return peer;
    },
    get isOpen() {
      return peer !== undefined;
    },
    renewal(renew, onRefused = () => {}) {
      const attempt = async () => {
        try {
          const expiresAt = await renew();
          return expiresAt === undefined ? undefined : remaining(expiresAt);
        } catch (error) {
          if (!(error instanceof ProtocolError) || error.retryable) throw error;
          onRefused();
          return undefined;
        }
      };
      const { plan, ...renewal } = createRenewal(attempt, { timers, now });
      return { ...renewal, planFor: (expiresAt) => plan(remaining(expiresAt)) };
    },
    giveUp,
    close() {
      stop.abort();
      return done;
    },
  };
}
