/*
 * Every key of a pool (towns that share operators) starts with `vs:{pool}`: the hash tag keeps them in one slot of a cluster,
 * so one script may touch them all. The table is written into the scripts as well; nobody else builds a key.
 */

/** Key names after the pool's root; `*` stands for an argument. */
export const keyPatterns = {
  /** string: the last moment any script has seen, ms. */
  clock: 'clock',
  /** string: when this store was last found to have lost something, ms. */
  rebuild: 'rebuild',
  /** hash: epoch, counter. */
  fence: 'fence',
  /** hash: day, number: the labels of tickets. */
  labels: 'labels',
  /** string: rising number that orders tickets. */
  ticketOrder: 'ticket-order',
  /** sorted set: kept tickets that have been shown, by when they may be forgotten, ms. */
  keptUsed: 'kept-used',
  /** stream: the steps of visits, for the register. */
  events: 'events',
  /** channel: what has changed, for the nodes of queue-service. */
  changes: 'changes',
  /** channel of one queue-service process: sealed messages between sockets on different processes. */
  relay: 'relay:*',
  /** sorted set: what falls due when. Members: `offer:<visit>`, `operator:<id>`, `instance:<id>`, `kiosk-grace:<id>`, `node:<id>`, `match:<visit>`, `widen:<visit>`, `rebuild:end`. */
  deadlines: 'deadlines',
  /** set: visits that have not ended. */
  visits: 'visits',
  visit: 'visit:*',
  /** hash: operator -> until when this visit is not offered to him again, ms. */
  refusals: 'visit:*:refusals',
  /** sorted set: visits in state waiting by the start of their wait. */
  waiting: 'waiting',
  /** sorted set by lane: tickets that may be offered now, by rank of class and order of ticket. */
  lane: 'lane:*',
  /** set by lane: profiles that serve it. */
  laneProfiles: 'lane:*:profiles',
  /** set: lanes with tickets in them. */
  lanes: 'lanes',
  /** sorted set: all tickets that stand in lanes, once each, in the same order. */
  line: 'line',
  /** set: lanes that a profile serves. */
  profileLanes: 'profile:*:lanes',
  /** set: operators of a profile who are signed in. */
  profileMembers: 'profile:*:members',
  /** set: those of them who are on duty. */
  profileDuty: 'profile:*:duty',
  /** hash: offer -> visit. */
  offers: 'offers',
  operator: 'operator:*',
  /** hash: visit -> slot state. */
  slots: 'operator:*:slots',
  /** sorted set: operators who have a presence other than signed-out, by sign-in. */
  operators: 'operators',
  /** sorted set by profile: operators who could take a visit now, least in hand first, then longest idle. */
  free: 'free:*',
  /** set: profiles with such operators. */
  freeProfiles: 'free-profiles',
  /** stream: every decision with what it looked at. */
  decisions: 'decisions',
  /** sorted set: ids of sign-ins that were signed out, by the moment they would have ended, ms. */
  signedOut: 'signed-out',
  /** string: places of all operators on duty together. */
  dutySlots: 'duty-slots',
  /** set: operators on duty. */
  onDuty: 'on-duty',
  /** set: enrolled kiosks, revoked ones included. */
  kiosks: 'kiosks',
  kiosk: 'kiosk:*',
  /** hash: SHA-256 of a one-time code -> JSON of the enrolment it allows. */
  enrolments: 'enrolments',
  /** set: who hangs on the lease of a process of queue-service: `operator:<id>`, `kiosk:<id>`, `node:<id>`. */
  instance: 'instance:*',
  node: 'node:*',
  /** sorted set by kind: registered nodes, least load first. */
  nodes: 'nodes:*',
  /** hash: kid -> public key of a queue-service process. */
  grantKeys: 'grant-keys',
  /** hash: mean, count: how long operators take, ms. */
  handling: 'handling',
} as const;

export type KeyName = keyof typeof keyPatterns;
/** Builds a key of one pool. */
export type Keys = { readonly [Name in KeyName]: (...parts: readonly string[]) => string } & { readonly root: string };

/** Keys of a pool. Throws TypeError when the number of parts does not fit the pattern. */
export function keysOf(pool: string): Keys {
  const root = `vs:{${pool}}`;
  const build = (pattern: string, parts: readonly string[]) => {
    let used = 0;
    const name = pattern.replaceAll('*', () => parts[used++] ?? '');
    if (used !== parts.length) throw new TypeError(`key ${pattern} takes ${used} parts`);
    return `${root}:${name}`;
  };
  const entries = Object.entries(keyPatterns).map(([name, pattern]) => [name, (...parts: string[]) => build(pattern, parts)]);
  return { ...(Object.fromEntries(entries) as Omit<Keys, 'root'>), root };
}

/**
 * The same keys for Lua: a table `key` of functions over `root`, which each call sets with `at_root` to the first key it was given.
 * Names without arguments are joined once for all calls of a pool.
 */
export function keysInLua(): string {
  const [fixed, built] = [true, false].map((isFixed) =>
    Object.entries(keyPatterns).filter(([, pattern]) => !pattern.includes('*') === isFixed),
  );
  const functions = (built ?? []).map(([name, pattern]) => {
    const names = ['a', 'b'].slice(0, pattern.split('*').length - 1);
    const pieces = pattern.split('*').flatMap((text, index) => {
      const variable = names[index];
      return [...(text === '' ? [] : [JSON.stringify(text)]), ...(variable === undefined ? [] : [variable])];
    });
    return `function key.${name}(${names.join(', ')}) return root .. ":" .. ${pieces.join(' .. ')} end`;
  });
  const constants = (fixed ?? []).map(([name, pattern]) => `local ${name} = root .. ":${pattern}"; function key.${name}() return ${name} end`);
  const atRoot = ['local function at_root(name)', 'if root == name then return end', 'root = name', ...constants, 'end'];
  return ['local root', 'local key = {}', ...atRoot, ...functions].join('\n');
}
