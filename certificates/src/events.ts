import type { PeerEvent } from '@videosportello/protocol/rpc/peer.ts';
import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

/** Paths that never reach the log, wherever they stand. */
const redacted = ['can', 'grant', 'proof', 'person', 'verdict', 'review', 'card', 'photo', 'taxCode', 'subjectTaxCode', 'request', 'commands', 'responses'];

/** The service's log. */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service: 'certificates' },
    redact: { paths: redacted.flatMap((path) => [path, `*.${path}`]), censor: '[redacted]' },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Business events, one line each; nothing of a person in any of them. */
export function createEvents(log: Logger) {
  return {
    started: (url: string, nodeId: string) => log.info({ url, nodeId }, 'certificate service started'),
    stopped: () => log.info('certificate service stopped'),
    queueLink: (state: string) => log.info({ state }, 'queue link'),
    peer: (from: 'device' | 'operator', { event, method, cause }: PeerEvent) =>
      log.warn({ from, event, method, ...(cause instanceof Error ? { err: { name: cause.name, stack: cause.stack } } : {}) }, 'message refused'),
    deviceJoined: (visitId: string, kioskId: string) => log.info({ visitId, kioskId }, 'kiosk joined'),
    deviceLeft: (visitId: string) => log.info({ visitId }, 'kiosk left'),
    operatorJoined: (visitId: string) => log.info({ visitId }, 'operator joined'),
    evidence: (visitId: string, phase: string, failure?: string) => log.info({ visitId, phase, failure }, 'evidence'),
    holderJudged: (visitId: string) => log.info({ visitId }, 'holder judged by the operator'),
    document: (visitId: string, documentId: string, state: string, reason?: string) => log.info({ visitId, documentId, state, reason }, 'document'),
    failed: (what: string, cause: unknown) =>
      log.error({ what, err: cause instanceof Error ? { name: cause.name, message: cause.message, stack: cause.stack } : { name: typeof cause } }, 'failed'),
    visitEnded: (visitId: string) => log.info({ visitId }, 'visit forgotten'),
  };
}
export type CertificateEvents = ReturnType<typeof createEvents>;
