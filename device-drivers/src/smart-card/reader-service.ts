import { followCard, newTrack, sameCard } from './card-track.ts';
import type { CardState, CardTrack } from './card-track.ts';
import { openCardConnection } from './card-connection.ts';
import type { CardConnection, ConnectionPort } from './card-connection.ts';
import { startPcscBinding } from './pcsc-binding.ts';
import type { BindingEnd, BindingNotice, PcscBinding } from './pcsc-binding.ts';
import { ReaderError } from './reader-error.ts';
import type { ReaderErrorCode } from './reader-error.ts';

/**
 * The reader as a technician sees it: `absent` while no reader is known, `failed` when the PC/SC service did not come up
 * in several tries (they go on), `ready` otherwise.
 */
export type ReaderState = 'absent' | 'ready' | 'failed';

/** Reader and card at one moment. */
export interface ReaderSnapshot {
  readonly reader: ReaderState;
  readonly card: CardState;
}

/** Settings of the reader service; all have defaults. */
export interface ReaderServiceConfig {
  /** Socket of the PC/SC daemon (`PCSCLITE_CSOCK_NAME`). Default: the machine's own. */
  readonly socketName?: string;
  /** Words that the reader's name must all contain; the first in order of names is taken. Default: any reader. */
  readonly readerWords?: readonly string[];
  /** When to try again after the service was not there, and after how many failures to say so. */
  readonly retry?: { readonly everyMs: number; readonly failedAfter: number };
  /** How often an idle binding must show that it lives, and how long it may take, in milliseconds. Default: 2,000. */
  readonly heartbeatMs?: number;
  /** Default deadlines in milliseconds: to power up a card (10,000), for one command (10,000). */
  readonly connectDeadlineMs?: number;
  readonly transmitDeadlineMs?: number;
}

/** What the service writes on the log: one line per transition, never anything of a card. */
export interface ReaderLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** One card reader, kept alive. */
export interface ReaderService extends AsyncDisposable {
  snapshot(): ReaderSnapshot;
  /** Calls `listener` on every change, not for the present state; returns how to stop. */
  subscribe(listener: (snapshot: ReaderSnapshot) => void): () => void;
  /**
   * Powers up the card that is there and holds it exclusively. An earlier connection is over.
   * @throws {ReaderError} `removed` without a card, `shared` (also while another `connect` runs), `comm` (mute card), `timeout`, `no-service`; the signal's
   *   reason when aborted.
   */
  connect(options?: { deadlineMs?: number; signal?: AbortSignal }): Promise<CardConnection>;
  /** Powers off and ends the binding. May be called twice. */
  close(): Promise<void>;
}

const SECOND = 1_000;

/** The daemon looks for a card every 400 ms (device-peers, 2.2); after our release its last look may still show our hold. */
const RELEASE_GRACE_MS = SECOND;

/** How long a removal may take to be seen after a command that broke off, in milliseconds. */
const REMOVAL_SEEN_MS = SECOND;

/** How long powering off may take when the service closes, in milliseconds. */
const CLOSE_DEADLINE_MS = SECOND;

/**
 * Follows one card reader through a binding in a process of its own, which is started again when it dies or hangs.
 *
 * ```
 *            service answers, no reader          reader appears
 *   absent ─────────────────────────▶ absent ─────────────────▶ ready
 *     │ no service, `failedAfter` times in a row                  │ reader unplugged, service or binding died
 *     ▼                                                           ▼
 *   failed ──────────── service answers ──────────────────────▶ absent
 * ```
 */
export function createReaderService(config: ReaderServiceConfig = {}, deps: { log?: ReaderLog } = {}): ReaderService {
  const retry = config.retry ?? { everyMs: SECOND, failedAfter: 3 };
  const heartbeatMs = config.heartbeatMs ?? 2 * SECOND;
  const words = config.readerWords ?? [];
  const listeners = new Set<(snapshot: ReaderSnapshot) => void>();

  let readerState: ReaderState = 'absent';
  let readerName: string | undefined;
  let track: CardTrack = newTrack(0);
  let lastStatus = { bits: 0, atr: new Uint8Array() };
  let published: ReaderSnapshot = { reader: readerState, card: track.card };
  let binding: PcscBinding | undefined;
  let failures = 0;
  /** Whether this life of the binding has reached the service. */
  let served = false;
  let closed = false;
  let restart: NodeJS.Timeout | undefined;
  let releasing: NodeJS.Timeout | undefined;
  let current: { connection: CardConnection; end(code: ReaderErrorCode): void } | undefined;
  let connecting = false;

  const heartbeat = setInterval(() => {
    if (binding?.pending() === 0) {
      // A missed deadline kills the binding; its end starts the next one.
      binding.ask({ type: 'ping' }, { deadlineMs: heartbeatMs }).catch(() => undefined);
    }
  }, heartbeatMs);
  heartbeat.unref();
  startBinding();

  return {
    snapshot: () => published,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    connect,
    close,
    [Symbol.asyncDispose]: close,
  };

  function startBinding(): void {
    const { socketName } = config;
    served = false;
    binding = startPcscBinding({ socketName }, { onNotice, onEnd });
  }

  function onNotice(notice: BindingNotice): void {
    if (notice.type === 'readers') {
      served = true;
      failures = 0;
      const found = notice.names.toSorted().find((name) => words.every((word) => name.includes(word)));
      if (found !== readerName) {
        readerName = found;
        loseCard('removed');
      }
      readerState = found === undefined ? 'absent' : 'ready';
      publish();
    } else if (notice.type === 'status' && notice.reader === readerName) {
      lastStatus = { bits: notice.bits, atr: notice.atr };
      look();
    } else if (notice.type === 'no-binding') {
      deps.log?.warn({}, 'the native addon pcsclite does not load on this Node; build it with the project set-up');
    }
  }

  function onEnd(reason: BindingEnd): void {
    binding = undefined;
    readerName = undefined;
    if (closed) {
      return;
    }
    failures = served ? 0 : failures + 1;
    readerState = failures >= retry.failedAfter ? 'failed' : 'absent';
    deps.log?.warn({ reason, failures }, 'the card reader binding ended');
    loseCard(reason === 'no-service' ? 'no-service' : 'reset');
    publish();
    // A binding killed over a silent card is needed again at once; what was missing is not there any sooner.
    restart = setTimeout(startBinding, reason === 'killed' && served ? 0 : retry.everyMs);
  }

  /** Reads the card's state off the last status, with our own hold taken out. */
  function look(): void {
    const ours = connecting || current !== undefined || releasing !== undefined;
    track = followCard(track, lastStatus.bits, lastStatus.atr, ours);
    const { card } = track;
    if (current !== undefined && (card.state !== 'present' || card.session !== current.connection.session)) {
      endConnection('removed');
    }
    publish();
  }

  function loseCard(code: ReaderErrorCode): void {
    endConnection(code);
    lastStatus = { bits: 0, atr: new Uint8Array() };
    track = newTrack(track.lastSession);
  }

  function endConnection(code: ReaderErrorCode): void {
    if (current === undefined) {
      return;
    }
    current.end(code);
    current = undefined;
    clearTimeout(releasing);
    releasing = setTimeout(() => {
      releasing = undefined;
      look();
    }, RELEASE_GRACE_MS);
    releasing.unref();
  }

  function publish(): void {
    const next: ReaderSnapshot = { reader: readerState, card: track.card };
    if (next.reader === published.reader && sameCard(next.card, published.card)) {
      return;
    }
    published = next;
    deps.log?.info({ reader: next.reader, card: next.card.state }, 'card reader changed');
    for (const listener of listeners) {
      listener(next);
    }
  }

  async function connect(options: { deadlineMs?: number; signal?: AbortSignal } = {}): Promise<CardConnection> {
    const { deadlineMs = config.connectDeadlineMs ?? 10 * SECOND, signal } = options;
    signal?.throwIfAborted();
    if (connecting) {
      throw new ReaderError('shared');
    }
    endConnection('reset');
    const held = binding;
    if (held === undefined || readerName === undefined) {
      throw new ReaderError('no-service');
    }
    if (track.card.state === 'none') {
      throw new ReaderError('removed');
    }
    if (track.card.state === 'mute') {
      throw new ReaderError('comm');
    }
    connecting = true;
    try {
      const answer = await held.ask(
        { type: 'connect', reader: readerName },
        { deadlineMs, ...(signal === undefined ? {} : { signal }) },
      );
      look();
      const { card } = track;
      if (answer.type !== 'connected' || card.state !== 'present') {
        await held.ask({ type: 'power-off' }, { deadlineMs: CLOSE_DEADLINE_MS });
        throw new ReaderError('removed');
      }
      const port: ConnectionPort = {
        ask: (request, limits) => held.ask(request, limits),
        removalSeen: () => removalSeen(card.session),
        released: () => {
          if (current?.connection === opened.connection) {
            endConnection('reset');
          }
        },
      };
      const { session, atr } = card;
      const transmitDeadlineMs = config.transmitDeadlineMs ?? 10 * SECOND;
      const opened = openCardConnection({ session, atr, protocol: answer.protocol, transmitDeadlineMs }, port);
      current = opened;
      return opened.connection;
    } finally {
      connecting = false;
    }
  }

  /** Waits a moment for the reader to notice that the card of a broken-off command has left. */
  async function removalSeen(session: number): Promise<boolean> {
    const isGone = (card: CardState): boolean => card.state !== 'present' || card.session !== session;
    if (isGone(track.card)) {
      return true;
    }
    const seen = Promise.withResolvers<boolean>();
    const listener = ({ card }: ReaderSnapshot): void => {
      if (isGone(card)) {
        seen.resolve(true);
      }
    };
    const timer = setTimeout(() => seen.resolve(false), REMOVAL_SEEN_MS);
    listeners.add(listener);
    try {
      return await seen.promise;
    } finally {
      clearTimeout(timer);
      listeners.delete(listener);
    }
  }

  async function close(): Promise<void> {
    if (closed) {
      return;
    }
    closed = true;
    clearInterval(heartbeat);
    clearTimeout(restart);
    if (current !== undefined) {
      await binding?.ask({ type: 'power-off' }, { deadlineMs: CLOSE_DEADLINE_MS }).catch(() => undefined);
    }
    endConnection('reset');
    clearTimeout(releasing);
    await binding?.stop();
    listeners.clear();
  }
}
