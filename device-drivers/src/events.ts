import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

/** The service's log. Personal data cannot pass even by mistake: these paths are redacted wherever they stand. */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service: 'device-drivers' },
    redact: { paths: ['can', '*.can', 'pin', '*.pin', 'grant', '*.grant', 'proof', '*.proof', 'token', '*.token', 'ticket', '*.ticket', 'card', '*.card', 'review', '*.review', 'commands', 'responses'], censor: '[redacted]' },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Business events, one line each. */
export function createEvents(log: Logger) {
  return {
    started: (url: string, kioskId: string | undefined) => log.info({ url, kioskId }, 'device service started'),
    enrolled: (kioskId: string) => log.info({ kioskId }, 'kiosk enrolled'),
    stopped: () => log.info('device service stopped'),
    pageAdmitted: () => log.info('kiosk page connected'),
    pageRefused: (why: string) => log.warn({ why }, 'kiosk page refused'),
    badMessage: (from: 'page' | 'certificates', name: string | undefined) => log.warn({ from, name }, 'message refused'),
    failed: (what: string, cause: unknown) => log.error({ what, err: errorOf(cause) }, 'command failed'),
    visitOpened: (visitId: string) => log.info({ visitId }, 'visit opened'),
    linkState: (visitId: string, state: string) => log.info({ visitId, state }, 'certificate link'),
    dialogueStarted: (visitId: string, dialogue: string) => log.info({ visitId, dialogue }, 'card dialogue started'),
    dialogueEnded: (visitId: string) => log.info({ visitId }, 'card dialogue ended'),
    instructionRefused: (dialogue: string, ins: number) => log.warn({ dialogue, ins: ins.toString(16) }, 'card instruction refused'),
    paper: (visitId: string, documentId: string, state: string, reason?: string) => log.info({ visitId, documentId, state, reason }, 'paper'),
    scanSent: (visitId: string, scanId: string, bytes: number) => log.info({ visitId, scanId, bytes }, 'scanned page sent'),
    visitClosed: (visitId: string) => log.info({ visitId }, 'visit closed and wiped'),
  };
}
export type DeviceEvents = ReturnType<typeof createEvents>;

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
