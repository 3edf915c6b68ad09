import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { visitEvent } from '@videosportello/protocol/contract/node-queue.ts';
import { errorCode, ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { kioskId, visitId } from '@videosportello/protocol/ids.ts';
import type { Milliseconds } from '@videosportello/protocol/units.ts';
import { operatorTransitions, slotTransitions } from '../operator/operator-machine.ts';
import { visitTransitions } from '../visit/visit-machine.ts';
import { keysInLua, keysOf } from './keys.ts';

/** Every command there is; each is `commands/<name>.lua`, one transition or one read. */
export const commandNames = [
  'accept-offer',
  'allow-enrolment',
  'cancel-ticket',
  'close-kiosk-session',
  'close-operator-session',
  'decline-offer',
  'end-visit',
  'enrol-kiosk',
  'finish-wrap-up',
  'hand-over-visit',
  'open-kiosk-session',
  'open-node-session',
  'open-operator-session',
  'open-ticket',
  'open-visit',
  'read-board',
  'read-desk',
  'read-kiosk',
  'read-nodes',
  'renew-leases',
  'report-load',
  'revoke-kiosk',
  'set-presence',
  'set-visit-step',
  'sign-out',
  'sweep-deadlines',
] as const;
export type CommandName = (typeof commandNames)[number];

/** How long things last; the defaults are design D13 and domain 8. */
export interface QueuePolicy {
  /** How long an operator has to answer an offer. */
  readonly offerMs: Milliseconds;
  /** How long an operator keeps his visits without a sign of life. */
  readonly operatorLeaseMs: Milliseconds;
  /** How long a kiosk counts as connected without a sign of life. */
  readonly kioskLinkMs: Milliseconds;
  /** How long a visit waits for its kiosk to come back. */
  readonly kioskGraceMs: Milliseconds;
  /** How long a node stays registered without a sign of life. */
  readonly nodeLeaseMs: Milliseconds;
  /** How long a visit is not offered again to an operator who declined it. */
  readonly refusalMs: Milliseconds;
  /** How long a visit is not offered again to an operator who has handed it over. */
  readonly handOverMs: Milliseconds;
  /** When nobody has spoken to Redis for longer than this, all deadlines move by the time that was lost; 0: never. */
  readonly standstillMs: Milliseconds;
}

/** One step a command has written to the stream. */
export const transition = z.object({
  kind: visitEvent.shape.kind,
  visitId,
  kioskId,
  operatorId: z.string().optional(),
});
export type Transition = z.output<typeof transition>;

const answer = z.union([
  z.object({ error: errorCode }),
  z.object({ result: z.unknown(), events: z.array(transition).optional() }),
]);

/** A Lua table as JSON: the empty list cannot be told from the empty object. */
export const luaList = <Item extends z.ZodType>(item: Item) =>
  z.union([z.array(item), z.strictObject({}).transform((): z.output<Item>[] => [])]);

interface Script {
  readonly text: string;
  readonly sha1: string;
}

const commandsFolder = new URL('./commands/', import.meta.url);
const includeLine = /^--- include (.+)$/m;

/** Tables of the machines as a Lua literal. */
const luaTable = (table: Readonly<Record<string, Readonly<Partial<Record<string, string>>>>>): string => {
  const rows = Object.entries(table).map(([state, inputs]) => {
    const cells = Object.entries(inputs).map(([input, next]) => `[${JSON.stringify(input)}] = ${JSON.stringify(next)}`);
    return `[${JSON.stringify(state)}] = { ${cells.join(', ')} }`;
  });
  return `{ ${rows.join(', ')} }`;
};

/** The whole text of a command: keys, machines, the includes it names, itself. */
function scriptOf(name: CommandName): Script {
  const body = readFileSync(new URL(`${name}.lua`, commandsFolder), 'utf8');
  const includes = includeLine.exec(body)?.[1]?.split(' ') ?? [];
  const text = [
    keysInLua(),
    `local reading = ${name.startsWith('read-')}`,
    `local visit_next = ${luaTable(visitTransitions)}`,
    `local presence_next = ${luaTable(operatorTransitions)}`,
    `local slot_next = ${luaTable(slotTransitions)}`,
    ...includes.map((include) => readFileSync(new URL(`includes/${include}.lua`, commandsFolder), 'utf8')),
    body,
  ].join('\n');
  return { text, sha1: createHash('sha1').update(text).digest('hex') };
}

/** What runs a script: a Redis client, or anything that speaks the two commands. */
export interface ScriptEngine {
  /** Rejects with `store-unavailable` when there is no answer in time. */
  evalSha(sha1: string, key: string, args: readonly string[]): Promise<unknown>;
  eval(text: string, key: string, args: readonly string[]): Promise<unknown>;
  /** Whether a failure says that the engine does not have the script. */
  isUnknownScript(error: unknown): boolean;
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
    readonly now?: () => number;
    readonly onTransition?: (step: Transition) => void;
  },
): ScriptRunner {
  const scripts = new Map(commandNames.map((name) => [name, scriptOf(name)]));
  const { root } = keysOf(config.pool);
  return {
    pool: config.pool,
    async run(name, args, result) {
      const script = scripts.get(name);
      if (!script) throw new TypeError(`no command ${name}`);
      const sent = [
        deps.now ? String(deps.now()) : '',
        JSON.stringify({ ...args, epoch: deps.epoch(), policy: config.policy }),
      ];
      let text: unknown;
      try {
        text = await deps.engine.evalSha(script.sha1, root, sent);
      } catch (error) {
        if (!deps.engine.isUnknownScript(error)) throw error;
        text = await deps.engine.eval(script.text, root, sent);
      }
      const read = answer.parse(JSON.parse(z.string().parse(text)));
      if ('error' in read) throw new ProtocolError(read.error);
      for (const step of read.events ?? []) deps.onTransition?.(step);
      return result.parse(read.result);
    },
  };
}
