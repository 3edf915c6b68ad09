import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TokenConfig } from '../src/signature/providers/pkcs11/token.ts';

const run = promisify(execFile);

/** Where Debian and Ubuntu put the module. */
const MODULES = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
];

/** A token of SoftHSM2, all of it in one folder. */
export interface SoftToken extends TokenConfig {
  readonly environment: Readonly<Record<string, string>>;
  /** Where its objects lie. */
  readonly objects: string;
}

/** Makes a token with a PIN. */
export async function makeSoftToken(folder: string): Promise<SoftToken> {
  const [objects, conf, pinFile] = [join(folder, 'tokens'), join(folder, 'softhsm2.conf'), join(folder, 'pin')];
  await mkdir(objects, { recursive: true });
  await writeFile(conf, `directories.tokendir = ${objects}\nobjectstore.backend = file\nlog.level = ERROR\n`);
  await writeFile(pinFile, '48151623\n', { mode: 0o600 });
  const environment = { SOFTHSM2_CONF: conf };
  const words = ['--init-token', '--free', '--label', 'valfiorita', '--so-pin', '42424242', '--pin', '48151623'];
  await run('softhsm2-util', words, { env: { ...process.env, ...environment } });
  const module = MODULES.find((file) => existsSync(file));
  if (module === undefined) throw new TypeError('SoftHSM2 is not installed.');
  return { module, token: 'valfiorita', pinFile, environment, objects };
}
