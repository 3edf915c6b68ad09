/**
 * Whether a page of this origin may open a socket here (RFC 6455, 10.2: the server's own check; browsers send Origin with
 * every upgrade). An allowed entry is an origin, or one whose port is `*`. An absent Origin is refused.
 */
export function isAllowedOrigin(origin: string | undefined, allowed: readonly string[]): boolean {
  if (origin === undefined || !URL.canParse(origin)) return false;
  const given = new URL(origin);
  if (given.origin === 'null') return false;
  return allowed.some((entry) =>
    entry.endsWith(':*') ? `${given.protocol}//${given.hostname}` === entry.slice(0, -2) : given.origin === entry,
  );
}
