import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';

const PREFIX = 'vs-bench-';

const noteSchema = z.object({ pid: z.number().int().positive(), directory: z.string() });

/** A folder for sockets, spool and printed sheets that lives as long as this process. */
export interface RunDirectory extends AsyncDisposable {
  readonly path: string;
}

/**
 * Makes a short folder (a Unix socket's path has at most 107 characters, which a data folder may well exceed) and notes it
 * in the data folder, so that the next start removes what a killed bench left behind.
 */
export async function openRunDirectory(dataDirectory: string): Promise<RunDirectory> {
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  const noteFile = join(dataDirectory, 'run-directory.json');
  await removeLeftover(noteFile);
  const path = await mkdtemp(join(tmpdir(), PREFIX));
  await writeFile(noteFile, JSON.stringify({ pid: process.pid, directory: path }), { mode: 0o600 });
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      await rm(path, { recursive: true, force: true });
      await rm(noteFile, { force: true });
    },
  };
}

async function removeLeftover(noteFile: string): Promise<void> {
  const text = await readFile(noteFile, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const note = noteSchema.safeParse(parseJson(text));
  if (!note.success || isAlive(note.data.pid)) return;
  const { directory } = note.data;
  // Only a folder that openRunDirectory could have made is ever removed.
  if (dirname(directory) !== tmpdir() || !basename(directory).startsWith(PREFIX)) return;
  await rm(directory, { recursive: true, force: true });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
