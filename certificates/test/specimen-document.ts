/** An identity card's files for tests, signed by an authority made on the spot with OpenSSL, not with our own signing code. */
import { execFile } from 'node:child_process';
import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Who stands on the card. Dates as YYMMDD in the zone, the tax code decides who it is for the registry. */
export interface Holder {
  readonly surname: string;
  readonly givenNames: string;
  readonly taxCode: string;
  readonly birthDate: string;
  readonly expiryDate: string;
  readonly sex: 'F' | 'M';
  readonly documentNumber: string;
  /** Document code of the zone's first line; `C` is Italy's electronic identity card. */
  readonly documentCode?: string;
  /** The chip's key of chip authentication, on the curve P-256; with one there is a DG14. */
  readonly chipKey?: KeyObject;
}

/** Files by short identifier, and the country signer to trust (DER). */
export interface SpecimenDocuments {
  readonly countrySigner: Buffer;
  readonly documents: readonly Readonly<Record<number, Uint8Array>>[];
  /** A national application under the same authority: of some card, and of no holder. */
  readonly national: NationalFiles;
}

/** What the national application of a CIE holds. */
export interface NationalFiles {
  readonly nis: Buffer;
  readonly key: KeyObject;
  readonly serviceKey: Buffer;
  readonly securityObject: Buffer;
}

/** Makes one document per holder, all under the same specimen authority of Italy. */
export async function makeSpecimenDocuments(holders: readonly Holder[]): Promise<SpecimenDocuments> {
  const folder = await mkdtemp(join(tmpdir(), 'specimen-'));
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => run('openssl', args);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3650'];
  try {
    await openssl('req', '-x509', ...newKey, '-keyout', at('ca.key'), '-out', at('ca.pem'), '-subj', '/C=IT/CN=SPECIMEN Country Signer');
    await writeFile(at('ds.ext'), 'basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\n');
    await openssl('req', ...newKey.slice(0, 5), '-keyout', at('ds.key'), '-out', at('ds.csr'), '-subj', '/C=IT/CN=SPECIMEN Document Signer');
    const issue = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '3650', '-extfile', at('ds.ext')];
    await openssl('x509', '-req', '-in', at('ds.csr'), ...issue, '-out', at('ds.pem'));
    await openssl('x509', '-in', at('ca.pem'), '-outform', 'DER', '-out', at('ca.der'));
    const sign = async (files: ReadonlyMap<number, Uint8Array>): Promise<Buffer> => {
      await writeFile(at('lds'), securityObject(files));
      const output = ['-outform', 'DER', '-out', at('sod')];
      await openssl('cms', '-sign', '-binary', '-nodetach', '-econtent_type', '2.23.136.1.1.1', '-in', at('lds'), '-signer', at('ds.pem'), '-inkey', at('ds.key'), ...output);
      return object(0x77, await readFile(at('sod')));
    };
    const documents = [];
    for (const holder of holders) {
      const files = new Map([
        [0x01, zone(holder)],
        [0x0b, details(holder)],
        ...(holder.chipKey ? [[0x0e, chipKeys(holder.chipKey)] as const] : []),
      ]);
      // The short identifier of each of these groups is its number.
      documents.push({ ...Object.fromEntries(files), 0x1d: await sign(files) });
    }
    const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const serviceKey = createPublicKey(key).export({ type: 'pkcs1', format: 'der' });
    const nis = Buffer.from('000000000099', 'latin1');
    const national = { nis, key, serviceKey, securityObject: await sign(new Map([[0xa1, nis], [0xa5, serviceKey]])) };
    return { countrySigner: await readFile(at('ca.der')), documents, national };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** DG1: the machine readable zone of a card in format TD1 (ICAO Doc 9303 part 5). */
function zone({ surname, givenNames, birthDate, expiryDate, sex, documentNumber, documentCode = 'C' }: Holder): Buffer {
  const upper = `${documentCode}<ITA${documentNumber}${digit(documentNumber)}`.padEnd(30, '<');
  const middle = `${birthDate}${digit(birthDate)}${sex}${expiryDate}${digit(expiryDate)}ITA`.padEnd(29, '<');
  const overall = digit(upper.slice(5) + middle.slice(0, 7) + middle.slice(8, 15) + middle.slice(18, 29));
  const names = `${surname}<<${givenNames}`.replaceAll(' ', '<').padEnd(30, '<');
  return object(0x61, object(0x5f1f, Buffer.from(upper + middle + overall + names, 'ascii')));
}

/** Check digit (ICAO Doc 9303 part 3, 4.9). */
function digit(text: string): string {
  const value = (sign: string) => (sign === '<' ? 0 : Number.parseInt(sign, 36));
  return String([...text].reduce((sum, sign, index) => sum + value(sign) * ([7, 3, 1][index % 3] ?? 0), 0) % 10);
}

/** DG11: name, tax code and birth date (ICAO Doc 9303 part 10, 4.7.11). */
function details({ surname, givenNames, taxCode, birthDate }: Holder): Buffer {
  return object(
    0x6b,
    Buffer.concat([
      object(0x5c, Buffer.from('5F0E5F105F2B', 'hex')),
      object(0x5f0e, Buffer.from(`${surname}<<${givenNames}`.replaceAll(' ', '<'))),
      object(0x5f10, Buffer.from(taxCode)),
      object(0x5f2b, Buffer.from(`19${birthDate}`, 'hex')),
    ]),
  );
}

/** DG14: the chip's public key, and id-CA-ECDH-3DES-CBC-CBC in version 1 (ICAO Doc 9303 part 11, 9.2.6 and 9.2.7). */
function chipKeys(chipKey: KeyObject): Buffer {
  const publicKeyInfo = createPublicKey(chipKey).export({ type: 'spki', format: 'der' });
  const key = object(0x30, Buffer.concat([object(0x06, Buffer.from('04007F000702020102', 'hex')), publicKeyInfo]));
  const protocol = object(0x30, Buffer.concat([object(0x06, Buffer.from('04007F00070202030201', 'hex')), object(0x02, Buffer.of(1))]));
  return object(0x6e, object(0x31, Buffer.concat([protocol, key])));
}

/** LDSSecurityObject, version 0, SHA-256 (ICAO Doc 9303 part 10, 4.6.2.3). */
function securityObject(files: ReadonlyMap<number, Uint8Array>): Buffer {
  const digests = [...files].map(([number, bytes]) =>
    object(0x30, Buffer.concat([object(0x02, number < 0x80 ? Buffer.of(number) : Buffer.of(0, number)), object(0x04, createHash('sha256').update(bytes).digest())])),
  );
  const sha256 = Buffer.from('300D06096086480165030402010500', 'hex');
  return object(0x30, Buffer.concat([object(0x02, Buffer.of(0)), sha256, object(0x30, Buffer.concat(digests))]));
}

/** One object in BER-TLV. */
export function object(tag: number, value: Uint8Array): Buffer {
  const tagBytes = tag > 0xff ? [tag >> 8, tag & 0xff] : [tag];
  const { length } = value;
  const lengthBytes = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Uint8Array.of(...tagBytes, ...lengthBytes), value]);
}
