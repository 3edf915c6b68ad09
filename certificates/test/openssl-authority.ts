import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { X509Certificate } from 'node:crypto';

const run = promisify(execFile);

/** Arguments of `openssl req -newkey` for the kinds of key a seal may have. */
export const KEY_KINDS = {
  'P-256': ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  'RSA 2048': ['rsa:2048'],
  'RSA 3072': ['rsa:3072'],
} as const satisfies Record<string, readonly string[]>;

/** Files of a key with its certificates, PEM. */
export interface KeyFiles {
  readonly key: string;
  /** Its certificate, then the root's. */
  readonly certificates: string;
  readonly root: string;
}

/**
 * An invented root and a certificate under it, both made by OpenSSL.
 *
 * @param folder where the files go; made when it is missing
 * @param newKey one of {@link KEY_KINDS}, or other arguments of `-newkey`
 * @param extensions lines of an OpenSSL extension section for the certificate. Default: none
 */
export async function makeKeyFiles(
  folder: string,
  newKey: readonly string[],
  { name = 'seal', extensions = [] }: { readonly name?: string; readonly extensions?: readonly string[] } = {},
): Promise<KeyFiles> {
  await mkdir(folder, { recursive: true });
  const at = (file: string): string => join(folder, file);
  const quiet = ['-nodes', '-newkey', ...newKey];
  const root = ['-keyout', at('root.key'), '-out', at('root.pem'), '-days', '10', '-subj', '/C=IT/O=Invented/CN=Invented root'];
  await run('openssl', ['req', '-x509', ...quiet, ...root]);
  const request = ['-keyout', at(`${name}.key`), '-out', at(`${name}.csr`), '-subj', `/C=IT/O=Invented/CN=Invented ${name}`];
  await run('openssl', ['req', ...quiet, ...request]);
  await writeFile(at('extensions'), extensions.join('\n'));
  const issuer = ['-CA', at('root.pem'), '-CAkey', at('root.key'), '-CAcreateserial', '-days', '9', '-extfile', at('extensions')];
  await run('openssl', ['x509', '-req', '-in', at(`${name}.csr`), ...issuer, '-out', at(`${name}.pem`)]);
  await writeFile(at('chain.pem'), (await readFile(at(`${name}.pem`), 'utf8')) + (await readFile(at('root.pem'), 'utf8')));
  return { key: at(`${name}.key`), certificates: at('chain.pem'), root: at('root.pem') };
}

/** DER of the first certificate in a PEM file. */
export async function derOf(file: string): Promise<Uint8Array> {
  return new Uint8Array(new X509Certificate(await readFile(file)).raw);
}

/** A time-stamp authority on loopback: HTTP around `openssl ts -reply`. */
export interface TestTimeStampAuthority extends AsyncDisposable {
  readonly url: string;
  /** PEM file of the root above its certificate, and that root in DER. */
  readonly rootFile: string;
  readonly root: Uint8Array;
  /** Requests that came. */
  readonly count: () => number;
}

/** What an authority answers with in a test. */
export interface ReplyOfAuthority {
  readonly status: number;
  readonly type: string;
  readonly body: Uint8Array;
}

const GOOD_EXTENSIONS = ['extendedKeyUsage=critical,timeStamping', 'keyUsage=critical,digitalSignature'];

/**
 * Starts one.
 *
 * @param options.change what it answers instead; null: it never answers. Default: what OpenSSL says
 * @param options.extensions of its certificate. Default: as RFC 3161, 2.3 wants them
 */
export async function startTimeStampAuthority(
  folder: string,
  options: {
    readonly change?: (reply: ReplyOfAuthority, count: number) => ReplyOfAuthority | null;
    readonly extensions?: readonly string[];
    readonly newKey?: readonly string[];
    readonly digest?: string;
  } = {},
): Promise<TestTimeStampAuthority> {
  const { change = (reply) => reply, extensions = GOOD_EXTENSIONS, newKey = KEY_KINDS['RSA 2048'], digest = 'sha256' } = options;
  const files = await makeKeyFiles(folder, newKey, { name: 'tsa', extensions });
  const at = (file: string): string => join(folder, file);
  await writeFile(at('serial'), '01\n');
  await writeFile(
    at('tsa.cnf'),
    `[tsa]\nserial=${at('serial')}\nsigner_cert=${at('tsa.pem')}\ncerts=${at('chain.pem')}\nsigner_key=${at('tsa.key')}
signer_digest=${digest}\ndefault_policy=1.2.3.4.1\nother_policies=1.2.3.4.5\ndigests=sha256\nordering=no\ntsa_name=yes\ness_cert_id_alg=sha256\n`,
  );
  let count = 0;
  const answer = async (query: Uint8Array): Promise<ReplyOfAuthority | null> => {
    count += 1;
    const [asked, made] = [at(`${count}.tsq`), at(`${count}.tsr`)];
    await writeFile(asked, query);
    await run('openssl', ['ts', '-reply', '-config', at('tsa.cnf'), '-section', 'tsa', '-queryfile', asked, '-out', made]);
    const reply = { status: 200, type: 'application/timestamp-reply', body: new Uint8Array(await readFile(made)) };
    await Promise.all([rm(asked), rm(made)]);
    return change(reply, count);
  };
  // One after the other: OpenSSL counts its serial numbers in a file.
  let turn: Promise<unknown> = Promise.resolve();
  const server = createServer((request, response) => {
    const take = async (): Promise<void> => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const reply = await answer(Buffer.concat(parts));
      if (reply !== null) response.writeHead(reply.status, { 'content-type': reply.type }).end(reply.body);
    };
    turn = turn.then(take).catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/tsa`,
    rootFile: files.root,
    root: await derOf(files.root),
    count: () => count,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await turn;
    },
  };
}
