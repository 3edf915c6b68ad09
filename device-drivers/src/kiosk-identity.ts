import { randomUUID } from 'node:crypto';
import type { webcrypto } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ProtocolError, errorCode } from '@videosportello/protocol/error-codes.ts';
import { kioskId } from '@videosportello/protocol/ids.ts';
import type { KioskId } from '@videosportello/protocol/ids.ts';
import { holderKey, publicKey } from '@videosportello/protocol/keys.ts';
import type { HolderKey } from '@videosportello/protocol/keys.ts';
import { z } from 'zod';

const stored = z.object({
  privateKey: publicKey.extend({ d: z.string() }),
  /** Absent until queue-service has accepted the key. */
  kioskId: kioskId.optional(),
});
type Stored = z.output<typeof stored>;

/** The kiosk as the network knows it: an Ed25519 key that stays on this machine, and the id it was enrolled under. */
export interface KioskIdentity {
  readonly key: HolderKey;
  readonly kioskId: KioskId | undefined;
  /**
   * Hands the public key to queue-service with a one-time code and keeps the id it answers with.
   * @throws ProtocolError the service's own code, `link-lost` when it cannot be reached, `timeout` after 10 s.
   */
  enrol(options: { readonly url: string; readonly code: string }): Promise<KioskId>;
}

/**
 * Reads the kiosk's key from `directory`, or makes it there (file mode 0600).
 * @throws Error when the file holds no key; the message says nothing of its content.
 */
export async function openKioskIdentity(directory: string): Promise<KioskIdentity> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, 'kiosk-identity.json');
  let state = (await read(path)) ?? (await create(path));
  const algorithm = 'Ed25519';
  const { d: _, ...publicPart } = state.privateKey;
  const key = await holderKey({
    privateKey: await crypto.subtle.importKey('jwk', { ...state.privateKey, ext: false }, algorithm, false, ['sign']),
    publicKey: await crypto.subtle.importKey('jwk', { ...publicPart, ext: true }, algorithm, true, ['verify']),
  });
  return {
    key,
    get kioskId() {
      return state.kioskId;
    },
    async enrol({ url, code }) {
      const id = await askToEnrol(url, code, key);
      state = { ...state, kioskId: id };
      await write(path, state);
      return id;
    },
  };
}

async function askToEnrol(url: string, code: string, key: HolderKey): Promise<KioskId> {
  const signal = AbortSignal.timeout(10_000);
  const answered = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, publicKey: key.publicKey }),
    signal,
  }).catch((cause: unknown) => {
    throw new ProtocolError(signal.aborted ? 'timeout' : 'link-lost', { cause });
  });
  const body: unknown = await answered.json().catch(() => undefined);
  const accepted = z.object({ kioskId }).safeParse(body);
  if (answered.ok && accepted.success) return accepted.data.kioskId;
  const refused = z.object({ error: z.object({ code: errorCode }) }).safeParse(body);
  throw new ProtocolError(refused.success ? refused.data.error.code : 'internal');
}

async function read(path: string): Promise<Stored | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return stored.parse(JSON.parse(text));
  } catch {
    // The parser's own words would quote the file, key and all.
    throw new Error(`${path} holds no kiosk key; restore it, or move it away and enrol the kiosk anew.`);
  }
}

async function create(path: string): Promise<Stored> {
  const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const state = stored.parse({ privateKey: await crypto.subtle.exportKey('jwk', pair.privateKey) });
  await write(path, state);
  return state;
}

/** Whole or not at all: a power cut leaves the old file. */
async function write(path: string, state: Stored): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(JSON.stringify(state));
      await file.sync();
    } finally {
      await file.close();
    }
    await chmod(temporary, 0o600);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}
