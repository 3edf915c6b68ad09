import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { kioskId } from '@videosportello/protocol/ids.ts';
import type { KioskId } from '@videosportello/protocol/ids.ts';
import { writeKept } from '../kept-file.ts';
import type { KioskStore } from '../kiosk/kiosk-store.ts';

/** A kiosk as this process remembers it. */
export const keptKiosk = z.object({
  id: kioskId,
  name: z.string().max(80),
  town: z.string().max(80),
  x: z.string(),
  revoked: z.boolean(),
  /** When it was enrolled or revoked last, ms: the newer word holds. */
  changedAt: z.number(),
});
export type KeptKiosk = z.output<typeof keptKiosk>;
const file = z.object({ kiosks: z.array(keptKiosk) });

/** The enrolments of the pool in this process's own folder: an emptied store has them again from here. */
export interface EnrolmentMirror {
  /** Reads the store's enrolments, and keeps them; calls follow one another. @throws ProtocolError `store-unavailable` */
  keep(): Promise<void>;
  /** Puts back what the store does not have. @throws ProtocolError `store-unavailable` */
  putBack(): Promise<void>;
  has(id: KioskId): boolean;
}

/**
 * Opens the enrolments kept in `path`; `remembered` counts them, `mirror` ties them to the store.
 * @throws Error with a plain sentence when the file is damaged: kiosks are not forgotten in silence.
 */
export async function openEnrolmentMirror(path: string): Promise<{
  readonly remembered: number;
  mirror(kiosks: Pick<KioskStore, 'readBoard' | 'restore'>): EnrolmentMirror;
}> {
  const kept = new Map((await readKept(path)).map((kiosk) => [kiosk.id, kiosk]));
  const mirror = (kiosks: Pick<KioskStore, 'readBoard' | 'restore'>): EnrolmentMirror => {
    let last = Promise.resolve();
    const keep = async () => {
      const before = JSON.stringify([...kept.values()]);
      for (const { id, name, town, x, revoked, changedAt = 0 } of (await kiosks.readBoard()).kiosks) {
        // A store that lost a word about a kiosk does not make this process forget it.
        if (changedAt >= (kept.get(id)?.changedAt ?? 0)) kept.set(id, { id, name, town, x, revoked, changedAt });
      }
      if (JSON.stringify([...kept.values()]) !== before) await writeKept(path, JSON.stringify({ kiosks: [...kept.values()] }));
    };
    return {
      keep: () => (last = last.catch(() => undefined).then(keep)),
      async putBack() {
        if (kept.size > 0) await kiosks.restore([...kept.values()]);
      },
      has: (id) => kept.has(id),
    };
  };
  return { remembered: kept.size, mirror };
}

async function readKept(path: string): Promise<KeptKiosk[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new Error(`The kept enrolments ${path} cannot be read.`, { cause: error });
  }
  try {
    return file.parse(JSON.parse(text)).kiosks;
  } catch (error) {
    throw new Error(`The kept enrolments ${path} are damaged; restore the file, or remove it to trust Redis alone.`, { cause: error });
  }
}
