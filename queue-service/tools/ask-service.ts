import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** Where the demo's queue service keeps what it knows. */
export const DEMO_DATA_DIR = 'data/demo/queue';

/** How long the service may take to answer, ms. */
const ANSWER_TIMEOUT_MS = 10_000;

const failure = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/**
 * Asks the queue service running on this machine; the token proves that the caller may read its folder.
 * @throws Error with a plain sentence.
 */
export async function ask<Schema extends z.ZodType>(
  dataDir: string,
  method: 'GET' | 'POST',
  path: string,
  schema: Schema,
  body?: object,
): Promise<z.output<Schema>> {
  let url: string;
  let token: string;
  try {
    ({ url } = z.object({ url: z.url() }).parse(JSON.parse(await readFile(join(dataDir, 'admin.json'), 'utf8'))));
    token = (await readFile(join(dataDir, 'admin-token'), 'utf8')).trim();
  } catch (cause) {
    throw new Error(`No running queue service is known in ${dataDir}; start it, or name its folder with --data-dir.`, { cause });
  }
  let answer: unknown;
  try {
    const response = await fetch(new URL(path, url), {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    answer = await response.json();
  } catch (cause) {
    throw new Error('The queue service does not answer.', { cause });
  }
  const refused = failure.safeParse(answer);
  if (refused.success) throw new Error(`${refused.data.error.message} (${refused.data.error.code})`);
  return schema.parse(answer);
}
