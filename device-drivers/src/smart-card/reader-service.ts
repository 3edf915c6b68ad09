import { followCard, foundFree, foundHeld, newTrack, sameCard } from './card-track.ts';
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
   * @throws {ReaderError} `removed` without a card, `shared`, `comm` (mute card), `timeout`, `no-service`; the signal's
   *   reason when aborted.
   */
  connect(options?: { deadlineMs?: number; signal?: AbortSignal }): Promise<CardConnection>;
  /** Powers off and ends the binding. May be called twice. */
  close(): Promise<void>;
}

const SECOND = 1_000;

/** pcscd looks at its readers every 400 ms; for so long after our release a status may still show our own hold. */
const RELEASE_GRACE_MS = SECOND;

/** How long the binding may take from its start until it knows whether the service is there, in milliseconds. */
const START_DEADLINE_MS = 10 * SECOND;

/** Default time for powering up a card, in milliseconds. */
const CONNECT_DEADLINE_MS = 10 * SECOND;

/** Default time for one command, in milliseconds: a key agreement on a chip takes seconds. */
const TRANSMIT_DEADLINE_MS = 10 * SECOND;

/** How often a card in another program's hands is tried again, in milliseconds. */
const IN_USE_PROBE_MS = 2 * SECOND;

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
  let published: ReaderSnapshot = { reader: readerState, card: track.card };
  let binding: PcscBinding | undefined;
  let failures = 0;
  /** Whether this life of the binding has reached the service. */
  let served = false;
  let closed = false;
  let restart: NodeJS.Timeout | undefined;
  let releasedAt = Number.NEGATIVE_INFINITY;
  let probe: NodeJS.Timeout | undefined;
  let startDeadline: NodeJS.Timeout | undefined;
  let connectTurn: Promise<unknown> = Promise.resolve();
  let current: { connection: CardConnection; end(code: ReaderErrorCode): void } | undefined;
  let connecting = false;

  const heartbeat = setInterval(() => {
    if (served && binding?.pending() === 0) {
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
    const next = startPcscBinding({ socketName }, { onNotice, onEnd });
    binding = next;
    clearTimeout(startDeadline);
    startDeadline = setTimeout(() => {
      if (binding === next && !served) {
        next.stop().catch(() => undefined);
      }
    }, START_DEADLINE_MS);
    startDeadline.unref();
  }

  function onNotice(notice: BindingNotice): void {
    if (notice.type === 'readers') {
      served = true;
      failures = 0;
      const found = notice.names.toSorted().find((name) => words.every((word) => name.includes(word)));
      if (found !== readerName) {
        readerName = found;
        loseCard('removed');
        // Its first status makes it ready: until then nothing is known about a card on it.
        readerState = 'absent';
      }
      publish();
    } else if (notice.type === 'status' && notice.reader === readerName) {
      const ours = connecting || current !== undefined || performance.now() - releasedAt < RELEASE_GRACE_MS;
      track = followCard(track, notice.bits, notice.atr, ours);
      readerState = 'ready';
      cardFollowed();
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

  function cardFollowed(): void {
    const { card } = track;
    if (current !== undefined && (card.state !== 'present' || card.session !== current.connection.session)) {
      endConnection('removed');
      // Until its handle is given back, pcscd shows the next card as held by somebody.
      const deadlineMs = config.transmitDeadlineMs ?? TRANSMIT_DEADLINE_MS;
      binding?.ask({ type: 'power-off' }, { deadlineMs }).catch(() => undefined);
    }
    publish();
    if (card.state === 'in-use' && !closed) {
      probe ??= setTimeout(lookForRelease, IN_USE_PROBE_MS);
    }
  }

  /** pcscd tells nobody that a card was given back: only another try shows it. */
  function lookForRelease(): void {
    probe = undefined;
    inTurn(async () => {
      if (track.card.state !== 'in-use' || binding === undefined || readerName === undefined) {
        return;
      }
      const deadlineMs = config.connectDeadlineMs ?? CONNECT_DEADLINE_MS;
      await binding.ask({ type: 'connect', reader: readerName }, { deadlineMs });
      await binding.ask({ type: 'power-off' }, { deadlineMs });
      releasedAt = performance.now();
      track = foundFree(track);
    }).then(cardFollowed, cardFollowed);
  }

  /** Runs one attempt to connect after another. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = connectTurn.then(work);
    connectTurn = turn.catch(() => undefined);
    return turn;
  }

  function loseCard(code: ReaderErrorCode): void {
    endConnection(code);
    track = newTrack(track.lastSession);
  }

  function endConnection(code: ReaderErrorCode): void {
    if (current !== undefined) {
      current.end(code);
      current = undefined;
      releasedAt = performance.now();
    }
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

  function connect(options: { deadlineMs?: number; signal?: AbortSignal } = {}): Promise<CardConnection> {
    return inTurn(() => connectNow(options));
  }

  async function connectNow(options: { deadlineMs?: number; signal?: AbortSignal }): Promise<CardConnection> {
    const { deadlineMs = config.connectDeadlineMs ?? CONNECT_DEADLINE_MS, signal } = options;
    signal?.throwIfAborted();
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
      track = foundFree(track);
      cardFollowed();
      const { card } = track;
      if (answer.type !== 'connected' || card.state !== 'present') {
        await held.ask({ type: 'power-off' }, { deadlineMs: CLOSE_DEADLINE_MS });
        throw new ReaderError('removed');
      }
      const { session, atr } = card;
      const transmitDeadlineMs = config.transmitDeadlineMs ?? TRANSMIT_DEADLINE_MS;
      const port: ConnectionPort = {
        ask: (request, limits) => held.ask(request, limits),
        removalSeen: () => removalSeen(session),
        released: () => {
          if (current === opened) {
            endConnection('reset');
          }
        },
      };
      const opened = openCardConnection({ session, atr, protocol: answer.protocol, transmitDeadlineMs }, port);
      current = opened;
      return opened.connection;
    } catch (error) {
      if (error instanceof ReaderError && error.code === 'shared') {
        track = foundHeld(track);
        cardFollowed();
      }
      throw error;
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
    clearTimeout(probe);
    clearTimeout(startDeadline);
    await binding?.stop();
    listeners.clear();
  }
}
