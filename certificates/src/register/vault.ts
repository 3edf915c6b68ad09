import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { access, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeExclusively } from '../trust/exclusive-file.ts';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A kept file or payload does not open: wrong key, or its bytes were changed or moved to another row. */
export class VaultError extends Error {
  override readonly name = 'VaultError';
  readonly code = 'vault-closed';
}

/** What is kept at rest, under one key file. */
export interface Vault {
  /**
   * Encrypts with AES-256-GCM (NIST SP 800-38D). `context` names the row it belongs to and must be the same to open it.
   */
  lock(content: Uint8Array, context: string): Buffer;
  /** @throws {VaultError} when key, context or bytes are not those of {@link lock} */
  unlock(locked: Uint8Array, context: string): Buffer;
  /** Keyed digest (HMAC-SHA-256, hex) of something that could be guessed, as a tax code. */
  fingerprint(content: string): string;
}

/** @param key 32 secret bytes; the keys for encrypting and for digests are derived from it (HKDF, RFC 5869) */
export function createVault(key: Uint8Array): Vault {
  if (key.length !== KEY_BYTES) throw new VaultError(`The key of the register has ${KEY_BYTES} bytes.`);
  const derive = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', key, '', `videosportello register ${purpose}`, KEY_BYTES));
  const encryptionKey = derive('at rest');
  const digestKey = derive('fingerprint');
  return {
    lock(content, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', encryptionKey, nonce).setAAD(Buffer.from(context));
      return Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
    },
    unlock(locked, context) {
      const bytes = Buffer.from(locked);
      if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new VaultError('The kept bytes are too short.');
      const decipher = createDecipheriv('aes-256-gcm', encryptionKey, bytes.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(-TAG_BYTES));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
      } catch (cause) {
        throw new VaultError('The kept bytes do not open with this key.', { cause });
      }
    },
    fingerprint: (content) => createHmac('sha256', digestKey).update(content).digest('hex'),
  };
}

/**
 * Opens the vault of a key file, and makes the file (mode 0600) when there is none.
 *
 * @throws {VaultError} when the file does not hold a key; the file system's error when it cannot be read or written
 */
export async function openVault(keyFile: string): Promise<Vault> {
  await mkdir(dirname(keyFile), { recursive: true, mode: 0o700 });
  // Whole or not at all: another process may open the same register for the first time at this moment.
  if (!(await isThere(keyFile))) await writeExclusively(keyFile, `${randomBytes(KEY_BYTES).toString('base64')}\n`, 0o600);
  return createVault(Buffer.from((await readFile(keyFile, 'utf8')).trim(), 'base64'));
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
