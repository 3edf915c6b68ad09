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
type MirroredStore = Pick<KioskStore, 'read' | 'readBoard' | 'restore'>;
const file = z.object({ kiosks: z.array(keptKiosk) });

/** The enrolments of the pool in this process's own folder: an emptied store has them again from here. */
export interface EnrolmentMirror {
  /** Keeps all of the store's enrolments. @throws ProtocolError `store-unavailable` */
  keepAll(): Promise<void>;
  /** Keeps those of some kiosks, which have changed. @throws ProtocolError `store-unavailable` */
  keep(ids: readonly KioskId[]): Promise<void>;
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
  mirror(kiosks: MirroredStore): EnrolmentMirror;
}> {
  const kept = new Map((await readKept(path)).map((kiosk) => [kiosk.id, kiosk]));
  const mirror = (kiosks: MirroredStore): EnrolmentMirror => {
    let writing: Promise<void> | undefined;
    let isChanged = false;
    /** Many changes, one writing: each call answers when what it has brought is on disk. */
    const write = async () => {
      while (isChanged) {
        isChanged = false;
        await writeKept(path, JSON.stringify({ kiosks: [...kept.values()] }));
      }
    };
    const take = async (told: readonly (Omit<KeptKiosk, 'changedAt'> & { readonly changedAt?: number | undefined })[]) => {
      for (const { id, name, town, x, revoked, changedAt = 0 } of told) {
        const before = kept.get(id);
        // A store that has lost a word about a kiosk does not make this process forget it.
        if (before && (changedAt < before.changedAt || (changedAt === before.changedAt && revoked === before.revoked))) continue;
        kept.set(id, { id, name, town, x, revoked, changedAt });
        isChanged = true;
      }
      await (writing ??= write().finally(() => (writing = undefined)));
    };
    return {
      keepAll: async () => take((await kiosks.readBoard()).kiosks),
      async keep(ids) {
        await take(await Promise.all(ids.map(async (id) => ({ ...(await kiosks.read(id)).kiosk, id }))));
      },
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
