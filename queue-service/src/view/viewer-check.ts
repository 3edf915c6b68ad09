import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { hasRole } from '../operator/operator-directory.ts';
import type { OperatorDirectory } from '../operator/operator-directory.ts';
import type { OperatorStore } from '../operator/operator-store.ts';
import type { ConsoleSessions } from '../sign-in/console-session.ts';

/**
 * Makes the check of who may see the queue as a whole: a supervisor of today, by the session in his Cookie header.
 * Asked before each answer and each event, so that nothing is told after a sign-out, the end of a sign-in or of the role.
 * It rejects with ProtocolError `signed-out`, `not-allowed` or `store-unavailable`.
 */
export function createViewerCheck(deps: {
  readonly sessions: Pick<ConsoleSessions, 'read'>;
  readonly directory: Pick<OperatorDirectory, 'get'>;
  readonly operators: Pick<OperatorStore, 'isSignedOut'>;
  /** The town's day, ISO 8601. */
  readonly today: () => string;
}): (cookieHeader: string | undefined) => Promise<void> {
  return async (cookieHeader) => {
    const signedIn = deps.sessions.read(cookieHeader);
    const person = signedIn && deps.directory.get(signedIn.operatorId);
    if (!person) throw new ProtocolError('signed-out');
    if (!hasRole(person, 'supervisor', deps.today())) throw new ProtocolError('not-allowed');
    if (await deps.operators.isSignedOut(signedIn.signIn)) throw new ProtocolError('signed-out');
  };
}
