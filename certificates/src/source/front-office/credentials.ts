import { readFile } from 'node:fs/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { createSecureContext } from 'node:tls';
import { FrontOfficeConfigError, FrontOfficeFault } from './faults.ts';

/** Where the front office is and what we show it; secrets are files, so that they stand in no environment and no log. */
export interface FrontOfficeAddress {
  /** `https://host/base`; plain `http` on loopback only. */
  readonly url: string;
  /** File with a bearer token (RFC 6750); read at each question, so that it can be changed while we run. */
  readonly tokenFile?: string;
  /** Our certificate and key for mutual TLS (PEM). */
  readonly client?: { readonly certFile: string; readonly keyFile: string };
  /** Authority that the front office's certificate comes from (PEM); default: those of the system. */
  readonly caFile?: string;
}

/**
 * Reads the base address.
 *
 * @throws {FrontOfficeConfigError} `url-invalid`; `url-not-secure` for plain HTTP beyond this machine; `credential-missing`
 *   when there is neither token nor client certificate
 */
export function readAddress(address: FrontOfficeAddress): URL {
  if (!URL.canParse(address.url))
    throw new FrontOfficeConfigError('url-invalid', 'The front office needs an address like https://host/base.');
  const base = new URL(address.url.endsWith('/') ? address.url : `${address.url}/`);
  if (
    !/^https?:$/.test(base.protocol) ||
    base.username !== '' ||
    base.password !== '' ||
    base.search !== '' ||
    base.hash !== ''
  ) {
    throw new FrontOfficeConfigError('url-invalid', 'The front office needs an address without user, query and fragment.');
  }
  const isLoopback = ['localhost', '[::1]'].includes(base.hostname) || /^127(?:\.\d{1,3}){3}$/.test(base.hostname);
  if (base.protocol === 'http:' && !isLoopback) {
    throw new FrontOfficeConfigError('url-not-secure', 'The front office is asked by HTTPS only, unless it is on this machine.');
  }
  if (address.tokenFile === undefined && address.client === undefined) {
    throw new FrontOfficeConfigError('credential-missing', 'The front office needs a token file or a client certificate.');
  }
  return base;
}

/**
 * The connections to the front office, kept open between questions.
 *
 * @throws {FrontOfficeConfigError} `credential-unreadable`, naming the setting and never the content
 */
export async function openAgent(base: URL, address: FrontOfficeAddress, maxSockets: number): Promise<HttpAgent> {
  const kept = { keepAlive: true, maxSockets, maxFreeSockets: 4 };
  if (base.protocol === 'http:') return new HttpAgent(kept);
  const read = async (what: string, path: string | undefined): Promise<Buffer | undefined> => {
    if (path === undefined) return undefined;
    return readFile(path).catch(() => {
      throw new FrontOfficeConfigError('credential-unreadable', `The file of the ${what} cannot be read.`);
    });
  };
  const [ca, cert, key] = await Promise.all([
    read('authority', address.caFile),
    read('client certificate', address.client?.certFile),
    read('client key', address.client?.keyFile),
  ]);
  const shown = {
    minVersion: 'TLSv1.2' as const,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
  };
  try {
    createSecureContext(shown);
  } catch {
    throw new FrontOfficeConfigError(
      'credential-unreadable',
      'Certificate, key or authority are no PEM files that belong together.',
    );
  }
  return new HttpsAgent({ ...kept, ...shown });
}

/**
 * What goes into the header `Authorization`; null when we are known by our certificate.
 *
 * @throws {FrontOfficeFault} `no-credential` when the file cannot be read or holds no token (RFC 6750, 2.1)
 */
export async function authorization({ tokenFile }: FrontOfficeAddress): Promise<string | null> {
  if (tokenFile === undefined) return null;
  const token = await readFile(tokenFile, 'utf8').then(
    (text) => text.trim(),
    () => '',
  );
  if (!/^[A-Za-z0-9._~+/-]+=*$/.test(token)) throw new FrontOfficeFault('no-credential');
  return `Bearer ${token}`;
}
