import type { PeerEvent } from '@videosportello/protocol/rpc/peer.ts';
import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import type { OpeningOutcome } from './originals/originals-door.ts';
import type { UpkeepRound } from './register/upkeep.ts';
import type { TimeStampError } from './signature/time-stamp/time-stamp-client.ts';
import type { FrontOfficeEvent } from './source/front-office/front-office-source.ts';

/** Paths that never reach the log, wherever they stand. */
const redacted = ['can', 'grant', 'proof', 'person', 'verdict', 'review', 'card', 'photo', 'taxCode', 'subjectTaxCode', 'request', 'accessCode', 'commands', 'responses'];

/** The service's log. */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service: 'certificates' },
    redact: { paths: redacted.flatMap((path) => [path, `*.${path}`]), censor: '[redacted]' },
  };
  return destination ? pino(options, destination) : pino(options);
}

/**
 * An error for the log: what it is and where it came from. Its message stays out, as it may quote what it was about; the
 * codes of our own errors and of the system say enough.
 */
function errorOf(cause: unknown): object {
  if (!(cause instanceof Error)) return { name: typeof cause };
  return {
    name: cause.name,
    ...('code' in cause ? { code: cause.code } : {}),
    at: cause.stack?.split('\n').flatMap((line) => /^ +at (.+)/.exec(line)?.[1] ?? []).slice(0, 12),
    ...(cause.cause === undefined ? {} : { cause: errorOf(cause.cause) }),
  };
}

/** Business events, one line each; nothing of a person in any of them. */
export function createEvents(log: Logger) {
  return {
    started: (url: string, nodeId: string) => log.info({ url, nodeId }, 'certificate service started'),
    stopped: () => log.info('certificate service stopped'),
    queueLink: (state: string) => log.info({ state }, 'queue link'),
    peer: (from: 'device' | 'operator', { event, method, cause }: PeerEvent) =>
      log.warn({ from, event, method, ...(cause === undefined ? {} : { err: errorOf(cause) }) }, 'message refused'),
    deviceJoined: (visitId: string, kioskId: string) => log.info({ visitId, kioskId }, 'kiosk joined'),
    deviceLeft: (visitId: string) => log.info({ visitId }, 'kiosk left'),
    operatorJoined: (visitId: string) => log.info({ visitId }, 'operator joined'),
    operatorLeft: (visitId: string) => log.info({ visitId }, 'operator left'),
    evidence: (visitId: string, phase: string, failure?: string) => log.info({ visitId, phase, failure }, 'evidence'),
    scanned: (visitId: string, scanId: string) => log.info({ visitId, scanId }, 'scanned page received'),
    holderJudged: (visitId: string) => log.info({ visitId }, 'holder judged by the operator'),
    visualCheck: (visitId: string, phase: string) => log.info({ visitId, phase }, 'document checked by eye'),
    document: (visitId: string, documentId: string, state: string, reason?: string) => log.info({ visitId, documentId, state, reason }, 'document'),
    caseOpened: (visitId: string, caseNumber: string) => log.info({ visitId, caseNumber }, 'left with the back office'),
    slip: (visitId: string, documentId: string, state: string, reason?: string) => log.info({ visitId, documentId, state, reason }, 'slip of a case'),
    casesErased: (erased: number) => {
      if (erased > 0) log.info({ erased }, 'cases erased');
    },
    lateReport: (visitId: string, documentId: string, attempt: number, state: string) =>
      log.warn({ visitId, documentId, attempt, state }, 'late report of a spoiled sheet'),
    registerKept: ({ voided, deleted }: UpkeepRound) => {
      if (voided + deleted > 0) log.info({ voided, deleted }, 'register gone through');
    },
    originalAttempt: (outcome: OpeningOutcome) => log.info({ outcome }, 'original asked for'),
    checkpointMade: (number: number) => log.info({ number }, 'checkpoint of the register made'),
    checkpointHeldBack: (outbox: string, cause: unknown) => log.error({ outbox, err: errorOf(cause) }, 'checkpoints did not leave the machine'),
    frontOffice: ({ event, ...what }: FrontOfficeEvent) => log.warn(what, event),
    timeStampMissed: (error: TimeStampError) => log.warn({ err: errorOf(error) }, 'sealed without a time-stamp'),
    registerKeysUntold: () => log.warn('keys of the checkpoints are not in the trust bundle: publish one with the root'),
    sealUnavailable: (visitId: string, documentId: string, cause: unknown) =>
      log.error({ visitId, documentId, err: errorOf(cause) }, 'a certificate could not be sealed or stamped'),
    failed: (what: string, cause: unknown) => log.error({ what, err: errorOf(cause) }, 'failed'),
    upgradeRefused: () => log.warn('connection refused'),
    visitOver: (visitId: string) => log.info({ visitId }, 'visit forgotten'),
  };
}
export type CertificateEvents = ReturnType<typeof createEvents>;
