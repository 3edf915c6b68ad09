import type { RoomRole, MediaSource } from '@videosportello/protocol/contract/peer-sfu.ts';
import { ProtocolError, toProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import { messageId, newId } from '@videosportello/protocol/ids.ts';
import type { MessageId } from '@videosportello/protocol/ids.ts';
import type { HolderKey } from '@videosportello/protocol/keys.ts';
import type { RoomAnswer, RoomBody, RoomMessage } from '@videosportello/protocol/messages/room.ts';
import type { MediaAccess } from '@videosportello/protocol/messages/visit.ts';
import { delay } from '@videosportello/protocol/rpc/retry-policy.ts';
import type { WebSocketLike } from '@videosportello/protocol/rpc/transport.ts';
import { initialCall, isFinalCall, nextCall, wantsRoom } from './call-machine.ts';
import type { CallInput, CallState } from './call-machine.ts';
import { createDeviceCache } from './device-cache.ts';
import type { DeviceCache } from './device-cache.ts';
import type { MediaPath } from './media-path.ts';
import { acquireMedia, releaseMedia } from './media-devices.ts';
import type { LocalMedia, LocalSource, WantedMedia } from './media-devices.ts';
import { watchQuality } from './quality.ts';
import type { QualityReport } from './quality.ts';
import { quickReconnect } from './reconnect-policy.ts';
import type { ReconnectPolicy } from './reconnect-policy.ts';
import { browserGates } from './frame-gate/gated-sender.ts';
import type { Gates } from './frame-gate/gated-sender.ts';
import { openRoomSession } from './room-session.ts';
import type { RemoteTrack, RoomSession, SessionEnd } from './room-session.ts';

/** What a call tells its page. Tracks stay the same objects across a reconnection where they can; show what comes last. */
export type CallEvent =
  | { readonly type: 'state'; readonly state: CallState }
  | { readonly type: 'local-media'; readonly media: LocalMedia }
  | ({ readonly type: 'remote-track' } & RemoteTrack)
  | { readonly type: 'remote-track-ended'; readonly source: MediaSource }
  | { readonly type: 'other-present'; readonly present: boolean }
  | { readonly type: 'media-path'; readonly path: MediaPath }
  | { readonly type: 'quality'; readonly report: QualityReport }
  /** The node wants a newer grant: hand one to {@link CallController.updateGrant} (ask queue-service for a renewal now). */
  | { readonly type: 'grant-needed' };

export interface CallOptions {
  readonly role: RoomRole;
  /** The page's session key: the one queue-service binds media grants to. */
  readonly key: HolderKey;
  readonly onEvent: (event: CallEvent) => void;
  /** A message of the other side; the answer goes back to it. The same message is handed over once. */
  readonly onMessage: (body: RoomBody, from: RoomRole) => Promise<Pick<RoomAnswer, 'outcome' | 'reason'>>;
  /** Devices to ask for. Default: microphone and camera. */
  readonly wanted?: WantedMedia;
  /** Start with the microphone muted: the demo, where two open microphones in one room howl. Default: false. */
  readonly muted?: boolean;
  readonly makeSocket?: (url: string) => WebSocketLike;
  readonly devices?: DeviceCache;
  readonly acquire?: (wanted: WantedMedia) => Promise<LocalMedia>;
  readonly gates?: Gates;
  readonly reconnect?: ReconnectPolicy;
}

export interface CallController extends Disposable {
  readonly state: CallState;
  /** Prepares everything that needs no accepted visit. Resolves when `ready` (or when the call moved on or ended). */
  prewarm(access: MediaAccess): Promise<void>;
  /** The visit was accepted: opens the room. Resolves when in the call, or when that failed. */
  enter(access: MediaAccess): Promise<void>;
  /** A renewed grant; with another node's address the call moves there. */
  updateGrant(access: MediaAccess): void;
  /** The operator was lost and the visit waits again, with this waiting grant: sending stops, the rest stays warm. */
  stepBack(access: MediaAccess): void;
  setMuted(muted: boolean): void;
  setCameraOff(off: boolean): void;
  /**
   * Sends a message to the other side and waits for its answer.
   * @throws ProtocolError `link-lost` while there is no open room, `peer-absent`, `timeout`: then it goes over the queue socket.
   */
  send(body: RoomBody): Promise<RoomAnswer>;
  /** Ends the call and releases the devices; safe to call twice. */
  hangUp(): void;
}

/** Refusals that a newer grant may cure. */
const wantsNewGrant: readonly (ErrorCode | SessionEnd)[] = ['grant-expired', 'grant-invalid', 'grant-foreign'];
/** How long preparing waits for both transports before it says ready without them, ms. */
const WARM_TIMEOUT_MS = 5_000;
/** A session that ends sooner counts as a failed attempt, ms: one that ends at once each time is not opened without pause. */
const STEADY_AFTER_MS = 2_000;
/** Messages whose answers are remembered, so that a repeated one is not acted on twice. */
const REMEMBERED_MESSAGES = 200;

/** Makes the browser's side of a call. The machine is in call-machine.ts. */
export function createCallController(options: CallOptions): CallController {
  const { reconnect = quickReconnect, devices = createDeviceCache(), acquire = acquireMedia, gates = browserGates() } = options;
  const makeSocket = options.makeSocket ?? ((url: string) => new WebSocket(url));
  const wanted = options.wanted ?? { microphone: true, camera: true };
  const stop = new AbortController();
  const paused = new Map<MediaSource, boolean>([['microphone', options.muted ?? false]]);
  const answers = new Map<MessageId, Promise<RoomAnswer>>();
  const waiters = new Set<() => void>();
  let state = initialCall;
  let access: MediaAccess | undefined;
  let newAccess = Promise.withResolvers<void>();
  let media: Promise<LocalMedia> | undefined;
  let session: RoomSession | undefined;
  let running = false;
  let stopQuality: (() => void) | undefined;

  const apply = (input: CallInput): void => {
    const next = nextCall(state, input);
    if (next === state) return;
    state = next;
    options.onEvent({ type: 'state', state });
    if (isFinalCall(state)) shutDown();
    for (const wake of [...waiters]) wake();
  };
  const shutDown = () => {
    stop.abort();
    stopQuality?.();
    session?.close();
    session = undefined;
    void media?.then(releaseMedia);
  };
  const until = (...names: CallState['name'][]): Promise<void> =>
    new Promise((resolve) => {
      const check = () => {
        if (!names.includes(state.name) && !isFinalCall(state)) return;
        waiters.delete(check);
        resolve();
      };
      waiters.add(check);
      check();
    });

  const answer = (message: RoomMessage, from: RoomRole): Promise<RoomAnswer> => {
    const known = answers.get(message.messageId);
    if (known) return known;
    const made = options.onMessage(message.body, from).then((said): RoomAnswer => ({ messageId: message.messageId, ...said }));
    answers.set(message.messageId, made);
    const [oldest] = answers.keys();
    if (answers.size > REMEMBERED_MESSAGES && oldest) answers.delete(oldest);
    return made;
  };

  /** A device that is pulled out ends its track: the other side is not to look at its last picture for ever. */
  const watchEnds = ({ camera, microphone }: LocalMedia): void => {
    const watch = (source: MediaSource, from: LocalSource) => {
      if ('track' in from) from.track.addEventListener('ended', () => void session?.drop(source).catch(() => undefined), { signal: stop.signal });
    };
    watch('camera', camera);
    watch('microphone', microphone);
  };

  const localMedia = (): Promise<LocalMedia> =>
    (media ??= acquire(wanted).then((acquired) => {
      if (stop.signal.aborted) releaseMedia(acquired);
      else {
        watchEnds(acquired);
        options.onEvent({ type: 'local-media', media: acquired });
      }
      return acquired;
    }));

  const produceAll = async (into: RoomSession): Promise<void> => {
    const { camera, microphone } = await localMedia();
    const one = async (source: MediaSource, from: LocalSource) => {
      if ('track' in from && from.track.readyState === 'live') await into.produce(source, from.track, paused.get(source) ?? false);
    };
    // The camera first: the face is what the other side waits for.
    await Promise.allSettled([one('camera', camera), one('microphone', microphone)]);
  };

  /** One session from opening to end. @throws ProtocolError when it could not be opened. */
  const runSession = async (with_: MediaAccess, timeoutMs: number): Promise<SessionEnd> => {
    const admitted = wantsRoom(state);
    const former = session;
    const opened = await openRoomSession({
      url: with_.url,
      grant: with_.grant,
      key: options.key,
      role: options.role,
      admitted,
      makeSocket,
      devices,
      gates,
      signal: AbortSignal.any([stop.signal, AbortSignal.timeout(timeoutMs)]),
      events: {
        remoteTrack: (track) => options.onEvent({ type: 'remote-track', ...track }),
        remoteTrackEnded: (source) => options.onEvent({ type: 'remote-track-ended', source }),
        otherPresent: (present) => options.onEvent({ type: 'other-present', present }),
        mediaPath: (path) => options.onEvent({ type: 'media-path', path }),
        message: answer,
      },
    });
    former?.close();
    // Hung up meanwhile, or moved to another node.
    if (stop.signal.aborted || access?.url !== with_.url) {
      opened.close();
      return 'closed';
    }
    session = opened;
    stopQuality?.();
    stopQuality = watchQuality(opened.stats, (report) => options.onEvent({ type: 'quality', report }));
    const isWanted = wantsRoom(state);
    if (admitted && isWanted) apply({ type: 'opened' });
    // What came while it was opened: the visit's acceptance, a renewal, or the step back, after which nothing is to be sent.
    if (admitted !== isWanted || access.grant !== opened.grant) void showGrant(opened);
    const produced = produceAll(opened);
    if (!isWanted) {
      const deadline = AbortSignal.any([stop.signal, AbortSignal.timeout(WARM_TIMEOUT_MS)]);
      void Promise.allSettled([produced.then(() => opened.connected(deadline))]).then(() => session === opened && apply({ type: 'prepared' }));
    }
    const why = await opened.ended;
    stopQuality?.();
    return why;
  };

  const showGrant = async (to: RoomSession): Promise<void> => {
    if (!access) return;
    const room = wantsRoom(state);
    try {
      await to.updateGrant(access.grant, room);
      if (room) apply({ type: 'opened' });
    } catch (error) {
      handleRefusal(toProtocolError(error).code);
    }
  };

  /** What a refusal or the node's goodbye means; true when trying again makes sense. */
  const handleRefusal = (why: ErrorCode | SessionEnd): boolean => {
    if (why === 'visit-ended' || why === 'visit-unknown') apply({ type: 'visit-ended' });
    else if (why === 'fence-stale') apply({ type: 'give-up', reason: 'taken-over' });
    else if (why === 'replaced') apply({ type: 'give-up', reason: 'replaced' });
    else if (why === 'version-unsupported') apply({ type: 'give-up', reason: 'unsupported' });
    else if (wantsNewGrant.includes(why)) options.onEvent({ type: 'grant-needed' });
    return !isFinalCall(state);
  };

  const run = async (): Promise<void> => {
    let lostAt = performance.now();
    for (let attempt = 0; !stop.signal.aborted; attempt += 1) {
      const next = reconnect(attempt, performance.now() - lostAt);
      if (!next) return apply({ type: 'give-up', reason: 'unreachable' });
      const renewed = newAccess.promise;
      await Promise.race([renewed, delay(next.delayMs, stop.signal).catch(() => undefined)]);
      if (!access || stop.signal.aborted) return;
      const tried = access.grant;
      const triedAt = performance.now();
      let why: ErrorCode | SessionEnd;
      try {
        why = await runSession(access, next.timeoutMs);
        if (performance.now() - triedAt >= STEADY_AFTER_MS) {
          attempt = -1;
          lostAt = performance.now();
        }
      } catch (error) {
        why = toProtocolError(error).code;
      }
      if (stop.signal.aborted) return;
      apply({ type: 'link-lost' });
      if (!handleRefusal(why)) return;
      if (wantsNewGrant.includes(why) && access.grant === tried) {
        await Promise.race([newAccess.promise, delay(1_000, stop.signal).catch(() => undefined)]);
      }
    }
  };

  const take = (newer: MediaAccess): void => {
    const moved = access !== undefined && access.url !== newer.url;
    access = newer;
    const waited = newAccess;
    newAccess = Promise.withResolvers();
    waited.resolve();
    if (!running) {
      running = true;
      void localMedia();
      void run();
    } else if (moved) session?.close();
    else if (session) void showGrant(session);
  };

  const setPaused = (source: MediaSource, isPaused: boolean): void => {
    paused.set(source, isPaused);
    // A session that is lost meanwhile takes the new value over when it is opened again.
    session?.setPaused(source, isPaused).catch(() => undefined);
  };

  const hangUp = () => apply({ type: 'hang-up' });
  return {
    get state() {
      return state;
    },
    prewarm(newer) {
      apply({ type: 'prewarm' });
      take(newer);
      return until('ready', 'connecting', 'in-call', 'reconnecting');
    },
    enter(newer) {
      apply({ type: 'enter' });
      take(newer);
      return until('in-call');
    },
    updateGrant: take,
    stepBack(newer) {
      apply({ type: 'step-back' });
      take(newer);
      if (session) apply({ type: 'prepared' });
    },
    setMuted: (muted) => setPaused('microphone', muted),
    setCameraOff: (off) => setPaused('camera', off),
    send(body) {
      if (!session || state.name !== 'in-call') return Promise.reject(new ProtocolError('link-lost'));
      return session.send({ messageId: newId(messageId, 'm'), body });
    },
    hangUp,
    [Symbol.dispose]: hangUp,
  };
}
