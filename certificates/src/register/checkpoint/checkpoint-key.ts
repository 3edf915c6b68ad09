import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeExclusively } from '../../trust/exclusive-file.ts';
import { noteKeyText, signNote } from './signed-note.ts';
import type { NoteVerifier } from './signed-note.ts';

const FILE = /^checkpoints-(\d{4})\.pem$/;

/** A public half for the trust bundle. */
export interface CheckpointKey {
  /** Year (UTC) in which it signs. */
  readonly year: number;
  readonly verifier: NoteVerifier;
  /** The same as one word, `ORIGIN+ID+BASE64`: see `noteKeyText`. */
  readonly text: string;
}

/** Signs the texts of checkpoints. */
export interface CheckpointSigner {
  readonly origin: string;
  sign(text: string): string;
}

/** The name of a town's register, from the address of its checker. */
export function registerOrigin(checker: string): string {
  return `${new URL(checker).host}/register`;
}

/**
 * Opens the key of the year, `checkpoints-YEAR.pem` (Ed25519, mode 0600) in the folder of the register's keys, and makes
 * it when it is not there. It signs checkpoints and nothing else.
 *
 * @throws the file system's error, or crypto's when the file holds no key
 */
export async function openCheckpointSigner(folder: string, origin: string, at: Date): Promise<CheckpointSigner> {
  const path = join(folder, `checkpoints-${at.getUTCFullYear()}.pem`);
  const existing = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  const privateKey = createPrivateKey(existing ?? (await makeKey(folder, path)));
  return { origin, sign: (text) => signNote(text, { name: origin, privateKey }) };
}

/** Every year's public key so far, the oldest first; none in a folder that has none. */
export async function checkpointKeys(folder: string, origin: string): Promise<CheckpointKey[]> {
  const names = (await readdir(folder)).filter((name) => FILE.test(name)).toSorted();
  return Promise.all(
    names.map(async (name) => {
      const publicKey = createPublicKey(await readFile(join(folder, name), 'utf8'));
      const verifier = { name: origin, publicKey };
      return { year: Number(FILE.exec(name)?.[1]), verifier, text: noteKeyText(verifier) };
    }),
  );
}

async function makeKey(folder: string, path: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeExclusively(path, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 0o600);
  // Of two nodes that share the folder one was first.
  return readFile(path, 'utf8');
}
