import { z } from 'zod';
import type { Keys } from '../redis/keys.ts';
import type { StoreConnection } from '../redis/store-connection.ts';
import { decision } from './decide.ts';
import type { Decision } from './decide.ts';

/** A decision with its place in the stream. */
export interface LoggedDecision {
  readonly id: string;
  readonly at: number;
  /** Version of the routing rules it was taken under. */
  readonly rules: string;
  readonly decision: Decision;
}

const entries = z.array(z.tuple([z.string(), z.array(z.string())]));
const json = z.string().transform((text) => JSON.parse(text));
const head = z.object({ at: z.coerce.number().int(), rules: z.string() });

/**
 * Reads up to `count` decisions after the one with id `after` ("0" from the first that is kept). The newest 100,000 are kept.
 * @throws ProtocolError `store-unavailable`; ZodError when the stream holds something else.
 */
export async function readDecisions(
  connection: Pick<StoreConnection, 'command'>,
  keys: Keys,
  after = '0',
  count = 1_000,
): Promise<LoggedDecision[]> {
  const found = entries.parse(await connection.command(['XRANGE', keys.decisions(), `(${after}`, '+', 'COUNT', String(count)]));
  return found.map(([id, flat]) => {
    const fields: Record<string, string> = {};
    for (let index = 0; index < flat.length; index += 2) fields[flat[index] ?? ''] = flat[index + 1] ?? '';
    const taken = decision.parse({ ...fields, candidates: json.parse(fields['candidates']), refused: json.parse(fields['refused']) });
    return { id, ...head.parse(fields), decision: taken };
  });
}
