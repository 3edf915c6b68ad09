import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { visitEvent } from '@videosportello/protocol/contract/node-queue.ts';
import { errorCode, ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { kioskId, visitId } from '@videosportello/protocol/ids.ts';
import type { PriorityClass } from '@videosportello/protocol/messages/visit.ts';
import type { Milliseconds } from '@videosportello/protocol/units.ts';
import { createGatherer } from './gather.ts';
import { operatorTransitions, slotTransitions } from '../operator/operator-machine.ts';
import { visitTransitions } from '../visit/visit-machine.ts';
import { keysInLua, keysOf } from './keys.ts';

/** How many readings go in one call at most: a call holds Redis for as long as it takes, about 50 µs for each. */
const BUNDLE_MOST = 16;

/** Every command there is; each is `commands/<name>.lua`, one transition or one read. */
export const commandNames = [
  'accept-offer',
  'allow-enrolment',
  'cancel-ticket',
  'close-kiosk-session',
  'close-node-session',
  'close-operator-session',
  'decline-offer',
  'drain-node',
  'end-visit',
  'enrol-kiosk',
  'finish-wrap-up',
  'hand-over-visit',
  'keep-ticket',
  'open-kiosk-session',
  'open-node-session',
  'open-operator-session',
  'open-ticket',
  'open-visit',
  'read-board',
  'read-bundle',
  'read-desk',
  'read-kiosk',
  'read-line',
  'read-nodes',
  'read-queues',
  'read-sign-in',
  'report-load',
  'restore-kiosks',
  'revoke-kiosk',
  'set-presence',
  'set-visit-step',
  'show-ticket',
  'sign-out',
  'sweep-deadlines',
] as const;
export type CommandName = (typeof commandNames)[number];

/** How long things last; the defaults are design D13 and domain 8. */
export interface QueuePolicy {
  /** How long an operator has to answer an offer. */
  readonly offerMs: Milliseconds;
  /** How long all that hang on a process of queue-service count as connected without a sign of life of that process. */
  readonly instanceLeaseMs: Milliseconds;
  /** How long an operator keeps his visits after the last sign of life of his desk. */
  readonly operatorLeaseMs: Milliseconds;
  /** How long a visit waits for its kiosk to come back. */
  readonly kioskGraceMs: Milliseconds;
  /** How long a media or certificate node stays registered after its last sign of life. */
  readonly nodeLeaseMs: Milliseconds;
  /** How long a visit is not offered again to an operator who declined it. */
  readonly refusalMs: Milliseconds;
  /** How long a visit is not offered again to an operator who has handed it over. */
  readonly handOverMs: Milliseconds;
  /** When nobody has spoken to Redis for longer than this, all deadlines move by the time that was lost; 0: never. */
  readonly standstillMs: Milliseconds;
  /** How long a store that has lost something waits for everybody to come back before it offers anything. */
  readonly rebuildMs: Milliseconds;
}

/** What scripts must know of the routing rules of the day. */
export interface ScriptRouting {
  /** Version of the rules, for the record of decisions. */
  readonly rules: string;
  /** Order of the classes, 0 first. */
  readonly ranks: Readonly<Record<PriorityClass, number>>;
}

/** One step a command has written to the stream. */
export const transition = z.object({
  kind: visitEvent.shape.kind,
  visitId,
  kioskId,
  operatorId: z.string().optional(),
});
export type Transition = z.output<typeof transition>;

/** What a command answers: a failure, or a result with what it has done. */
const answer = z.object({
  error: errorCode.optional(),
  result: z.unknown().optional(),
  events: z.array(transition).optional(),
  dueInMs: z.number().optional(),
  /** The store's moment, and when it was last found to have lost something (0: never); reading commands say neither. */
  at: z.number().optional(),
  rebuiltAt: z.number().optional(),
});

const bundled = z.object({ result: z.array(z.unknown()) });

/** A Lua table as JSON: the empty list cannot be told from the empty object. */
export const luaList = <Item extends z.ZodType>(item: Item) =>
  z.union([z.array(item), z.strictObject({}).transform((): z.output<Item>[] => [])]);

const commandsFolder = new URL('./commands/', import.meta.url);
/** Each builds on those before it. */
const includes = ['context', 'visits', 'operators', 'decide', 'offers', 'nodes', 'endings', 'claims', 'readings'] as const;

/** Tables of the machines as a Lua literal. */
const luaTable = (table: Readonly<Record<string, Readonly<Partial<Record<string, string>>>>>): string => {
  const rows = Object.entries(table).map(([state, inputs]) => {
    const cells = Object.entries(inputs).map(([input, next]) => `[${JSON.stringify(input)}] = ${JSON.stringify(next)}`);
    return `[${JSON.stringify(state)}] = { ${cells.join(', ')} }`;
  });
  return `{ ${rows.join(', ')} }`;
};

/** A library of Redis functions (Redis 7, FUNCTION LOAD): compiled once by the engine, called by name. */
export interface ScriptLibrary {
  /** `vs_` and a digest of the text: each release carries its own, and two releases live side by side. */
  readonly name: string;
  readonly text: string;
}

/** Commands that change nothing. */
const isReading = (command: CommandName) => command.startsWith('read-');

/** The name of a command's function in a library. */
const functionName = (library: string, command: CommandName) => `${library}_${command.replaceAll('-', '_')}`;

/** All commands as one library: keys, machines, what commands share, and a function for each command. */
export function readLibrary(): ScriptLibrary {
  const read = (path: string) => readFileSync(new URL(path, commandsFolder), 'utf8');
  const body = [
    keysInLua(),
    `local visit_next = ${luaTable(visitTransitions)}`,
    `local presence_next = ${luaTable(operatorTransitions)}`,
    `local slot_next = ${luaTable(slotTransitions)}`,
    '-- Commands that only read, by name.',
    'local readers = {}',
    ...includes.map((include) => read(`includes/${include}.lua`)),
  ].join('\n');
  const commands = commandNames.map((name) => ({ name, text: read(`${name}.lua`), reading: isReading(name) }));
  const name = `vs_${createHash('sha256').update(JSON.stringify([body, commands])).digest('hex').slice(0, 16)}`;
  const registered = commands.map(
    ({ name: command, text, reading }) => `do
local function act()
${text}
end
${reading ? `readers['${command}'] = act` : ''}
redis.register_function{
  function_name = '${functionName(name, command)}',
  callback = function(keys, argv) begin(keys, argv, ${reading}) return act() end,
  ${reading ? "flags = { 'no-writes' }," : ''}
}
end`,
  );
  return { name, text: [`#!lua name=${name}`, body, ...registered].join('\n') };
}

/** What runs a function: a Redis client, or anything that speaks the two commands. */
export interface ScriptEngine {
  /** FCALL. Rejects with `store-unavailable` when there is no answer in time. */
  call(functionName: string, key: string, args: readonly string[]): Promise<unknown>;
  /** FUNCTION LOAD REPLACE, at the server that has `key`. */
  load(library: string, key: string): Promise<unknown>;
  /** Whether a failure says that the engine does not have the function. */
  isUnknownFunction(error: unknown): boolean;
}

export interface ScriptRunner {
  readonly pool: string;
  /**
   * Runs one command.
   * @throws ProtocolError the command's own failure, or `store-unavailable`.
   */
  run<Result extends z.ZodType>(name: CommandName, args: object, result: Result): Promise<z.output<Result>>;
}

/**
 * Makes the runner of one pool. `now` is absent in production: the scripts then ask Redis (TIME), so several processes share one
 * clock; tests and simulations pass a number. `epoch` is the present epoch of fences.
 */
export function createScriptRunner(
  config: { readonly pool: string; readonly policy: QueuePolicy },
  deps: {
    readonly engine: ScriptEngine;
    readonly epoch: () => number;
    readonly routing: () => ScriptRouting;
    readonly now?: () => number;
    readonly onTransition?: (step: Transition) => void;
    /** Hears after each command how soon the next deadline of the pool is, ms. */
    readonly onDue?: (inMs: number) => void;
    /** Hears when the store has lost something since the last answer: everybody here must come anew and say what he was told. */
    readonly onLoss?: () => void;
    /** Whether an empty store counts as one that has lost everything: this process knows that there was something. */
    readonly hasPast?: boolean;
  },
): ScriptRunner {
  const library = readLibrary();
  const { root } = keysOf(config.pool);
  /** The newest moment of the store that was answered, and the loss that is known. */
  let seen = deps.hasPast ? 1 : 0;
  let knownLoss: number | undefined;
  let loading: Promise<unknown> | undefined;
  let known: { readonly routing: ScriptRouting; readonly text: string } | undefined;
  /** The same text until the day's rules change. */
  const policyText = () => {
    const routing = deps.routing();
    if (known?.routing !== routing) known = { routing, text: JSON.stringify({ ...config.policy, ...routing }) };
    return known.text;
  };
  /** One load for all who find the library missing at the same time. */
  const load = () => (loading ??= deps.engine.load(library.text, root).finally(() => (loading = undefined)));
  /** @returns the answer, from JSON. */
  const call = async (name: CommandName, args: object): Promise<unknown> => {
    const called = functionName(library.name, name);
    const sent = [
      deps.now ? String(deps.now()) : '',
      JSON.stringify({ ...args, epoch: deps.epoch(), seen }),
      policyText(),
    ];
    let text: unknown;
    try {
      text = await deps.engine.call(called, root, sent);
    } catch (error) {
      if (!deps.engine.isUnknownFunction(error)) throw error;
      await load();
      text = await deps.engine.call(called, root, sent);
    }
    return JSON.parse(z.string().parse(text));
  };
  /** What is read in the same turn is read in one call. */
  const read = createGatherer<{ readonly name: CommandName; readonly args: object }, unknown>(BUNDLE_MOST, async (reads) => {
    const [first, second] = reads;
    if (first && !second) return [await call(first.name, first.args)];
    return bundled.parse(await call('read-bundle', { reads })).result;
  });
  return {
    pool: config.pool,
    async run(name, args, result) {
      const said = answer.parse(await (isReading(name) ? read({ name, args }) : call(name, args)));
      if (said.rebuiltAt !== undefined && said.rebuiltAt !== knownLoss) {
        const isNew = knownLoss !== undefined;
        knownLoss = said.rebuiltAt;
        if (isNew) deps.onLoss?.();
      }
      if (said.error !== undefined) throw new ProtocolError(said.error);
      seen = Math.max(seen, said.at ?? 0);
      if (said.dueInMs !== undefined) deps.onDue?.(said.dueInMs);
      for (const step of said.events ?? []) deps.onTransition?.(step);
      return result.parse(said.result);
    },
  };
}
