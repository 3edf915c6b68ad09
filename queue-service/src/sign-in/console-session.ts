import { z } from 'zod';
import { operatorId } from '@videosportello/protocol/ids.ts';
import type { OperatorId } from '@videosportello/protocol/ids.ts';
import { signedValues } from './signed-value.ts';

export const SESSION_COOKIE = 'vs-console';
/** How long a sign-in lasts, ms: a long shift. */
export const SESSION_LIFE_MS = 12 * 3_600_000;

/** The console's session: who is signed in, in a signed cookie that scripts of the page cannot read. */
export interface ConsoleSessions {
  make(operator: OperatorId): string;
  /** The operator of a request's Cookie header, and when his sign-in ends; undefined when nobody is signed in. */
  read(cookieHeader: string | undefined): { readonly operatorId: OperatorId; readonly endsAtMs: number } | undefined;
}

/** One cookie's value from a Cookie header (RFC 6265, 4.2.1). */
export const cookieOf = (header: string | undefined, name: string): string | undefined =>
  header
    ?.split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);

export function createConsoleSessions(nodeSecret: string, now: () => number): ConsoleSessions {
  const values = signedValues(z.object({ operatorId }), nodeSecret, 'console session');
  return {
    make: (id) => values.seal({ operatorId: id }, now() + SESSION_LIFE_MS),
    read(header) {
      const opened = values.open(cookieOf(header, SESSION_COOKIE), now());
      return opened && { operatorId: opened.value.operatorId, endsAtMs: opened.expiresAtMs };
    },
  };
}
