import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** The demo's one kiosk. */
const kiosk = { kioskId: 'kiosk-1', name: 'Centro La Torre', town: 'Valfiorita' };

const admin = z.object({ url: z.url() });
const list = z.object({ kiosks: z.array(z.object({ kioskId: z.string(), revoked: z.boolean() })) });
const enrolment = z.object({ code: z.string() });
const identity = z.object({ kioskId: z.string().optional() });

/**
 * A one-time code for the demo's kiosk when it still has to be enrolled, by the same door as `npm run kiosk -- enrol`.
 * @param queueData the queue service's data folder, which holds its admin token
 * @param identityFile where the device service keeps the kiosk's key and id
 */
export async function enrolmentCode(queueData: string, identityFile: string): Promise<string | undefined> {
  const { url } = admin.parse(JSON.parse(await readFile(join(queueData, 'admin.json'), 'utf8')));
  const token = (await readFile(join(queueData, 'admin-token'), 'utf8')).trim();
  const ask = async (method: 'GET' | 'POST', body?: object): Promise<unknown> => {
    const answer = await fetch(new URL('/admin/kiosks', url), {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(5_000),
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!answer.ok) throw new Error(`The queue service refused to enrol the demo's kiosk (${answer.status}).`);
    return answer.json();
  };
  const known = list.parse(await ask('GET')).kiosks.some(({ kioskId, revoked }) => kioskId === kiosk.kioskId && !revoked);
  const own = await readFile(identityFile, 'utf8').then(
    (text) => identity.parse(JSON.parse(text)).kioskId,
    () => undefined,
  );
  return known && own === kiosk.kioskId ? undefined : enrolment.parse(await ask('POST', kiosk)).code;
}
