import type { z } from 'zod';
import { nonce } from '../keys.ts';
import { epochMs } from '../units.ts';
import { z as zod } from 'zod';

/** Request schema: what is asked, what is answered. */
export interface MethodSchema {
  readonly params: z.ZodType;
  readonly result: z.ZodType;
  /** How long the asker waits, ms. Default 10,000; set higher only where a person answers. */
  readonly timeoutMs?: number;
}

/** What one side of a socket may send. */
export interface Side {
  readonly requests: Readonly<Record<string, MethodSchema>>;
  readonly notifications: Readonly<Record<string, z.ZodType>>;
}

/** Everything that crosses one kind of socket, both ways. */
export interface Contract<Client extends Side = Side, Server extends Side = Side> {
  readonly name: string;
  readonly version: number;
  readonly client: Client;
  readonly server: Server;
}

/** Keeps literal types while checking the shape. */
export const contract = <const Client extends Side, const Server extends Side>(
  definition: Contract<Client, Server>,
): Contract<Client, Server> => definition;

export type Params<S extends Side, M extends keyof S['requests']> = z.output<S['requests'][M]['params']>;
export type ParamsIn<S extends Side, M extends keyof S['requests']> = z.input<S['requests'][M]['params']>;
export type Result<S extends Side, M extends keyof S['requests']> = z.output<S['requests'][M]['result']>;
export type ResultIn<S extends Side, M extends keyof S['requests']> = z.input<S['requests'][M]['result']>;
export type NotificationIn<S extends Side, N extends keyof S['notifications']> = z.input<S['notifications'][N]>;

/** One handler per request of a side; none may be forgotten. */
export type RequestHandlers<S extends Side> = {
  readonly [M in keyof S['requests']]: (
    params: Params<S, M>,
    context: { readonly signal: AbortSignal },
  ) => Promise<ResultIn<S, M>> | ResultIn<S, M>;
};
/** One handler per notification of a side. */
export type NotificationHandlers<S extends Side> = {
  readonly [N in keyof S['notifications']]: (params: z.output<S['notifications'][N]>) => void;
};

/** The server's first words on every socket: the versions it speaks and the nonce a proof must sign. */
export const welcome = zod.object({ versions: zod.array(zod.number().int()).min(1), nonce, serverTime: epochMs });
export type Welcome = z.output<typeof welcome>;
