import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import type { RoomRole } from '@videosportello/protocol/contract/peer-sfu.ts';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import type { GrantKind } from '@videosportello/protocol/grant.ts';
import type { PeerId, VisitId } from '@videosportello/protocol/ids.ts';
import type { PeerEvent } from '@videosportello/protocol/rpc/peer.ts';
import type { WorkerPoolEvents } from './media/worker-pool.ts';

/** Why a room, or one peer's place in it, ended. */
export type CloseReason =
  | 'visit-ended'
  | 'grant-expired'
  | 'fence-stale'
  | 'replaced'
  | 'media-worker-died'
  | 'shutting-down'
  | 'kiosk-revoked'
  | 'idle'
  | 'left';

/** One line per step in the life of rooms, peers and workers; nothing said in a room is ever among them. */
export interface SfuEvents extends WorkerPoolEvents {
  listening(url: string): void;
  stopped(): void;
  queueLink(state: string): void;
  roomOpened(visitId: VisitId): void;
  roomClosed(visitId: VisitId, why: CloseReason): void;
  peerJoined(place: PeerPlace, grant: GrantKind): void;
  peerRegranted(place: PeerPlace, grant: GrantKind): void;
  peerSocketLost(place: PeerPlace): void;
  peerLeft(place: PeerPlace, why: CloseReason): void;
  transportConnected(place: PeerPlace, direction: 'send' | 'receive'): void;
  transportFailed(place: PeerPlace, direction: 'send' | 'receive'): void;
  consumerRefused(place: PeerPlace, code: ErrorCode): void;
  helloRefused(code: ErrorCode): void;
  wire(event: PeerEvent, place: PeerPlace | undefined): void;
}

export interface PeerPlace {
  readonly visitId: VisitId;
  readonly peerId: PeerId;
  readonly role: RoomRole;
}

/** Paths that never reach a log line, whoever adds a field: credentials, addresses, words said. */
const redact = ['grant', 'proof', 'message', 'text', 'body', 'params', 'ip', 'address', 'rtpParameters', 'iceParameters', 'dtlsParameters'];

/** A logger that writes JSON lines, personal data redacted by path. */
export const createLogger = (level: string, destination?: DestinationStream): Logger =>
  pino(
    { name: 'sfu-server', level, redact: { paths: [...redact, ...redact.map((path) => `*.${path}`)], censor: '[redacted]' } },
    destination ?? pino.destination(2),
  );

/** Turns events into log lines. */
export function logEvents(log: Logger): SfuEvents {
  const of = (place: PeerPlace) => ({ visitId: place.visitId, peerId: place.peerId, role: place.role });
  return {
    listening: (url) => log.info({ url }, 'listening'),
    stopped: () => log.info('stopped'),
    queueLink: (state) => log.info({ state }, 'queue link'),
    workerStarted: (index, pid) => log.info({ index, workerPid: pid }, 'worker started'),
    workerDied: (index, pid) => log.error({ index, workerPid: pid }, 'worker died'),
    workerStartFailed: (index, cause) => log.error({ index, err: cause }, 'worker start failed'),
    roomOpened: (visitId) => log.info({ visitId }, 'room opened'),
    roomClosed: (visitId, why) => log.info({ visitId, why }, 'room closed'),
    peerJoined: (place, grant) => log.info({ ...of(place), admittedAs: grant }, 'peer joined'),
    peerRegranted: (place, grant) => log.debug({ ...of(place), admittedAs: grant }, 'peer regranted'),
    peerSocketLost: (place) => log.info(of(place), 'peer socket lost'),
    peerLeft: (place, why) => log.info({ ...of(place), why }, 'peer left'),
    transportConnected: (place, direction) => log.info({ ...of(place), direction }, 'transport connected'),
    transportFailed: (place, direction) => log.warn({ ...of(place), direction }, 'transport failed'),
    consumerRefused: (place, code) => log.warn({ ...of(place), code }, 'consumer refused'),
    helloRefused: (code) => log.warn({ code }, 'hello refused'),
    wire: ({ event, method, cause }, place) =>
      log.warn({ ...(place ? of(place) : {}), event, method, ...(cause === undefined ? {} : { err: cause }) }, 'wire event'),
  };
}
