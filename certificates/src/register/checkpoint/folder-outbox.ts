import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeExclusively } from '../../trust/exclusive-file.ts';
import type { RegisterCheckpoints } from '../register.ts';
import { OutboxError } from './outbox.ts';
import type { CheckpointOutbox } from './outbox.ts';

const FILE = /^checkpoint-(\d{9,15})\.note$/;

/**
 * A folder with one file for each checkpoint, best on another machine or on a medium that is only added to. Each node may
 * have its own; every one holds all of them.
 */
export function folderOutbox(folder: string): CheckpointOutbox {
  return {
    name: 'folder',
    async deliver(checkpoints) {
      try {
        await mkdir(folder, { recursive: true });
        await catchUp(folder, checkpoints);
      } catch (cause) {
        if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
        throw new OutboxError('outbox-unavailable', 'The folder of checkpoints does not serve.', { cause });
      }
    },
  };
}

/** The notes in a folder, in the order of their numbers. @throws the file system's error */
export async function notesInFolder(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => FILE.test(name)).toSorted((a, b) => numberOf(a) - numberOf(b));
  return Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
}

async function catchUp(folder: string, checkpoints: Omit<RegisterCheckpoints, 'make'>): Promise<void> {
  const newest = (await readdir(folder)).filter((name) => FILE.test(name)).reduce((most, name) => Math.max(most, numberOf(name)), 0);
  if (newest > 0) {
    const [same] = await checkpoints.after(newest - 1);
    if (same?.number !== newest)
      throw new OutboxError('register-rolled-back', 'The folder holds checkpoints that the register has no more.');
    if (same.note !== (await readFile(pathOf(folder, newest), 'utf8')))
      throw new OutboxError('register-forked', 'The folder holds another checkpoint of the same number.');
  }
  for (let after = newest; ;) {
    const stretch = await checkpoints.after(after);
    for (const { number, note } of stretch) await writeExclusively(pathOf(folder, number), note, 0o644);
    const last = stretch.at(-1);
    if (last === undefined) return;
    after = last.number;
  }
}

function numberOf(name: string): number {
  return Number(FILE.exec(name)?.[1]);
}

function pathOf(folder: string, number: number): string {
  return join(folder, `checkpoint-${String(number).padStart(9, '0')}.note`);
}
