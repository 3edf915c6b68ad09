import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { operatorId } from '@videosportello/protocol/ids.ts';
import type { OperatorId } from '@videosportello/protocol/ids.ts';
import { signedValues } from './signed-value.ts';

export const SESSION_COOKIE = 'vs-console';
/** How long a sign-in lasts, ms: a long shift. */
export const SESSION_LIFE_MS = 12 * 3_600_000;

/** One sign-in, as its cookie tells it. */
export interface SignIn {
  /** Names this sign-in and nobody; what is signed out is kept by it. */
  readonly signIn: string;
  readonly operatorId: OperatorId;
  readonly endsAtMs: number;
}

/**
 * The console's session: who is signed in, in a signed cookie that scripts of the page cannot read. Whether it was signed
 * out meanwhile only Redis knows; it is asked when a desk opens.
 */
export interface ConsoleSessions {
  make(operator: OperatorId): string;
  /** The sign-in of a request's Cookie header; undefined when nobody is signed in. */
  read(cookieHeader: string | undefined): SignIn | undefined;
}

/** One cookie's value from a Cookie header (RFC 6265, 4.2.1). */
export const cookieOf = (header: string | undefined, name: string): string | undefined =>
  header
    ?.split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);

export function createConsoleSessions(nodeSecret: string, now: () => number): ConsoleSessions {
  const values = signedValues(z.object({ operatorId, signIn: z.string().length(24) }), nodeSecret, 'console session');
  return {
    make: (id) => values.seal({ operatorId: id, signIn: randomBytes(12).toString('hex') }, now() + SESSION_LIFE_MS),
    read(header) {
      const opened = values.open(cookieOf(header, SESSION_COOKIE), now());
      return opened && { ...opened.value, endsAtMs: opened.expiresAtMs };
    },
  };
}
