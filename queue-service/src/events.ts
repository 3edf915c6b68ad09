import { pino } from 'pino';
import type { Logger } from 'pino';
import type { ChannelLog } from './channel/channel-context.ts';
import type { Transition } from './redis/scripts.ts';

/** Every line this service writes. One per transition of a visit, with its id; never a name, a message or a grant. */
export interface QueueEvents extends ChannelLog {
  started(url: string): void;
  stopped(): void;
  transition(step: Transition): void;
  storeUp(): void;
  storeDown(): void;
  redisExited(code: number | null): void;
  signedIn(operatorId: string): void;
  signedOut(operatorId: string): void;
  signInRefused(why: string): void;
  kioskEnrolled(kioskId: string): void;
  kioskRevoked(kioskId: string): void;
  /** The store has lost something: everybody comes back and says what he was told. */
  storeForgot(): void;
  /** A receipt was shown that does not count. */
  receiptRefused(where: 'kiosk' | 'desk', holder: string, code: string): void;
}

/** A logger whose known personal and secret paths are struck out, should one ever get near a line. */
export const createLogger = (level: string): Logger =>
  pino({
    name: 'queue-service',
    level,
    redact: {
      paths: ['*.grant', '*.proof', '*.displayName', '*.email', '*.code', '*.message.body', '*.cookie', '*.authorization'],
      censor: '[redacted]',
    },
  });

/** The kind of a failure for the log: class, code and place, not the text of what somebody sent. */
const failureOf = (error: unknown) =>
  error instanceof Error
    ? { name: error.name, code: 'code' in error ? error.code : undefined, message: error.message, stack: error.stack }
    : { name: 'unknown' };

export function createEvents(log: Logger): QueueEvents {
  return {
    started: (url) => log.info({ url }, 'service.started'),
    stopped: () => log.info('service.stopped'),
    transition: ({ kind, visitId, kioskId, operatorId }) => log.info({ visitId, kioskId, operatorId }, `visit.${kind}`),
    storeUp: () => log.info('store.up'),
    storeDown: () => log.warn('store.down'),
    redisExited: (code) => log.error({ code }, 'redis.exited'),
    signedIn: (operatorId) => log.info({ operatorId }, 'operator.signed-in'),
    signedOut: (operatorId) => log.info({ operatorId }, 'operator.signed-out'),
    signInRefused: (why) => log.warn({ why }, 'operator.sign-in-refused'),
    kioskEnrolled: (kioskId) => log.info({ kioskId }, 'kiosk.enrolled'),
    kioskRevoked: (kioskId) => log.warn({ kioskId }, 'kiosk.revoked'),
    storeForgot: () => log.error('store.forgot'),
    receiptRefused: (where, id, code) => log.warn({ where, id, why: code }, 'receipt.refused'),
    peer: (where, id, { event, method, cause }) =>
      log.warn({ where, id, method, ...(cause === undefined ? {} : { failure: failureOf(cause) }) }, `peer.${event}`),
    failed: (what, error) => log.warn({ what, failure: failureOf(error) }, 'work.failed'),
    opened: (where, id) => log.info({ where, id }, 'socket.opened'),
    closed: (where, id, code) => log.info({ where, id, code }, 'socket.closed'),
  };
}
