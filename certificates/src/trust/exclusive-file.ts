import { randomUUID } from 'node:crypto';
import { link, rm, writeFile } from 'node:fs/promises';

/**
 * Writes a file that must not exist yet, so that other processes see it either whole or not at all.
 *
 * @param mode permission bits of the new file, 0o600 for keys
 * @returns false when a file of that name is already there; it is left as it is
 * @throws the error of the file system for anything else
 */
export async function writeExclusively(path: string, content: string | Uint8Array, mode: number): Promise<boolean> {
  const draft = `${path}.${randomUUID()}.draft`;
  try {
    await writeFile(draft, content, { mode, flag: 'wx', flush: true });
    await link(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}
