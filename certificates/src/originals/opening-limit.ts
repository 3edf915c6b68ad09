import { isIP, isIPv6 } from 'node:net';

/** So many at once, and one more each `everyMs`. */
export interface Allowance {
  readonly burst: number;
  readonly everyMs: number;
}

/** Ten at once and ten a minute from one address: a person who mistypes never meets it, who guesses soon does. */
export const PER_CLIENT: Allowance = { burst: 10, everyMs: 6_000 };
/** All addresses together: at 600 a minute, guessing one of a million codes of 60 bits takes over three thousand years. */
export const ALTOGETHER: Allowance = { burst: 600, everyMs: 100 };
/** Addresses that are remembered; the one that asked longest ago is forgotten first. */
const MAX_CLIENTS = 10_000;

/** Who may try to open an original now. In the memory of one node, and gone with it. */
export interface OpeningLimit {
  /** Counts one try. Returns 0 when it may go on, else after how many ms it may. */
  take(client: string): number;
}

/** @param deps.now the present moment, ms; it may only rise */
export function createOpeningLimit(
  deps: { readonly now: () => number },
  allowances: { readonly perClient: Allowance; readonly altogether: Allowance } = { perClient: PER_CLIENT, altogether: ALTOGETHER },
): OpeningLimit {
  const { perClient, altogether } = allowances;
  /** For each client the moment at which its allowance is whole again, in the order of their last try. */
  const clients = new Map<string, number>();
  let all = 0;
  return {
    take(client) {
      const now = deps.now();
      const wholeAt = Math.max(clients.get(client) ?? 0, now);
      const wait = Math.max(waitFor(wholeAt, now, perClient), waitFor(Math.max(all, now), now, altogether));
      if (wait > 0) return wait;
      all = Math.max(all, now) + altogether.everyMs;
      clients.delete(client);
      clients.set(client, wholeAt + perClient.everyMs);
      const [longestAgo] = clients.keys();
      if (clients.size > MAX_CLIENTS && longestAgo !== undefined) clients.delete(longestAgo);
      return 0;
    },
  };
}

function waitFor(wholeAt: number, now: number, { burst, everyMs }: Allowance): number {
  return Math.max(0, wholeAt - now - (burst - 1) * everyMs);
}

/**
 * Whom to count a request for: the address it came from, of IPv6 the first half, which is one household's or office's.
 *
 * @param forwardedFor the X-Forwarded-For header where our own proxy stands before us, which adds the last address
 */
export function clientOf(remoteAddress: string | undefined, forwardedFor?: string): string {
  const forwarded = forwardedFor?.split(',').at(-1)?.trim() ?? '';
  const address = (isIP(forwarded) === 0 ? remoteAddress : forwarded) ?? '';
  const inIPv4 = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (inIPv4 !== undefined || !isIPv6(address)) return inIPv4 ?? address;
  const [front = '', back = ''] = address.split('::');
  const groups = front.split(':').filter(Boolean);
  const rest = back.split(':').filter(Boolean);
  const zeros = address.includes('::') ? Array<string>(8 - groups.length - rest.length).fill('0') : [];
  return [...groups, ...zeros, ...rest].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}
