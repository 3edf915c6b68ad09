/** A health card (TS-CNS) for tests, from the card's side: two files by path, a PIN with its tries, and a raw RSA signature. */
import { execFile } from 'node:child_process';
import { constants, createHash, createPrivateKey, privateEncrypt } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What is on the card. */
export interface ServiceCardImage {
  readonly personalData: Buffer;
  readonly certificate: Buffer;
  readonly key: KeyObject;
}

/** Cards of one specimen issuer, which is made for them. */
export interface ServiceCards {
  /** DER. */
  readonly issuer: Buffer;
  /** What the issuer took back (DER): the certificate of {@link ServiceCards.revoked}. */
  readonly revocationList: Buffer;
  readonly image: ServiceCardImage;
  /** The same holder's card of before. */
  readonly revoked: ServiceCardImage;
  /** Somebody else's. */
  readonly other: ServiceCardImage;
}

/** Whose card. */
interface ServiceCardHolder {
  readonly surname: string;
  readonly givenNames: string;
  readonly taxCode: string;
}

/** Makes two holders' cards with OpenSSL. The common name of a certificate holds the digest of its card's personal data (AgID, CNS profile). */
export async function makeServiceCards(holder: ServiceCardHolder, otherHolder: ServiceCardHolder): Promise<ServiceCards> {
  const folder = await mkdtemp(join(tmpdir(), 'service-card-'));
  const at = (name: string) => join(folder, name);
  const certificate = ['req', '-x509', '-days', '1825'];
  const newKey = (name: string) => ['-newkey', 'rsa:2048', '-nodes', '-keyout', at(name)];
  const extensions = ['basicConstraints=CA:FALSE', 'keyUsage=critical,digitalSignature'].flatMap((extension) => ['-addext', extension]);
  const makeCard = async (of: ServiceCardHolder, cardId: string, serial: string, key: readonly string[]): Promise<ServiceCardImage> => {
    const { surname, givenNames, taxCode } = of;
    const file = personalData([['6090', '01012026', '31122031', surname, givenNames, '14031985', 'F', '', taxCode], Array(7).fill('')].flat());
    const digest = createHash('sha1').update(file).digest('base64').replaceAll(/[+/]/g, '\\$&');
    const subject = ['-subj', `/CN=${taxCode}\\/${cardId}.${digest}`, '-set_serial', `0x${serial}`];
    const out = ['-outform', 'DER', '-out', at('card.der')];
    await run('openssl', [...certificate, '-CA', at('ca.pem'), '-CAkey', at('ca.key'), ...key, ...subject, ...extensions, ...out]);
    return { personalData: file, certificate: await readFile(at('card.der')), key: createPrivateKey(await readFile(at('card.key'))) };
  };
  try {
    await run('openssl', [...certificate, ...newKey('ca.key'), '-subj', '/C=IT/CN=SPECIMEN CNS Issuer', '-out', at('ca.pem')]);
    await run('openssl', ['x509', '-in', at('ca.pem'), '-outform', 'DER', '-out', at('ca.der')]);
    const image = await makeCard(holder, '6090123456789013', '2A', newKey('card.key'));
    const revoked = await makeCard(holder, '6090123456789021', '2B', ['-key', at('card.key')]);
    const other = await makeCard(otherHolder, '6090123456789039', '2C', newKey('card.key'));
    // Status, end, when it was taken back, serial number, file, name.
    await writeFile(at('index'), 'R\t360101000000Z\t260101000000Z\t2B\tunknown\t/CN=SPECIMEN\n');
    await writeFile(at('ca.cnf'), `[ca]\ndefault_ca = issuer\n[issuer]\ndatabase = ${at('index')}\ndefault_md = sha256\ndefault_crl_days = 30\n`);
    await run('openssl', ['ca', '-gencrl', '-config', at('ca.cnf'), '-keyfile', at('ca.key'), '-cert', at('ca.pem'), '-out', at('crl.pem')]);
    await run('openssl', ['crl', '-in', at('crl.pem'), '-outform', 'DER', '-out', at('crl.der')]);
    return { issuer: await readFile(at('ca.der')), revocationList: await readFile(at('crl.der')), image, revoked, other };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** EF_Dati_personali: two hexadecimal digits of length before each field, six before all. */
function personalData(fields: readonly string[]): Buffer {
  const hexadecimal = (length: number, digits: number) => length.toString(16).toUpperCase().padStart(digits, '0');
  const body = fields.map((field) => `${hexadecimal(field.length, 2)}${field}`).join('');
  return Buffer.from(`${hexadecimal(body.length, 6)}${body}`.padEnd(400, '\0'), 'latin1');
}

const OK = '9000';
const answer = (statusWord: string, data: Uint8Array = new Uint8Array()) => Buffer.concat([data, Buffer.from(statusWord, 'hex')]);

export class SmallServiceCard {
  /** A CNS of 2021, whose PIN is at reference 10. */
  readonly atr = '3BFF1800008131FE45006B05052000012101434E5310318079';
  readonly #image: ServiceCardImage;
  readonly #pin: string;
  /** Whether it says how many tries are left when asked, which is up to its maker. */
  readonly #answersTries: boolean;
  #tries: number;
  #selected: Buffer | undefined;
  #verified = false;

  constructor(image: ServiceCardImage, pin: string, tries = 3, answersTries = true) {
    this.#image = image;
    this.#pin = pin;
    this.#tries = tries;
    this.#answersTries = answersTries;
  }

  /** Power off and on. */
  reset(): void {
    this.#selected = undefined;
    this.#verified = false;
  }

  /** Runs commands in order and stops after the first status word other than 9000. */
  exchange(commands: readonly Uint8Array[]): Uint8Array[] {
    const responses: Buffer[] = [];
    for (const command of commands) {
      const response = this.#answer(Buffer.from(command));
      responses.push(response);
      if (response.subarray(-2).toString('hex') !== OK) break;
    }
    return responses;
  }

  #answer(command: Buffer): Buffer {
    switch (command.subarray(0, 4).toString('hex')) {
      case '00a40800':
        this.#selected = { '11001102': this.#image.personalData, '11001101': this.#image.certificate }[command.subarray(5, 9).toString('hex')];
        return answer(this.#selected ? OK : '6a82');
      case '00200010':
        if (command.length === 4) return this.#answersTries ? this.#triesLeft() : answer('6d00');
        return this.#verify(command.subarray(5).toString('latin1').replaceAll('\u00ff', ''));
      case '0022f303':
      case '0022f1b6':
        return answer(OK);
      case '002a9e9a':
        return this.#sign(command.subarray(7, -2));
      default:
        return command[1] === 0xb0 ? this.#read(command.readUInt16BE(2), command[4] || 256) : answer('6d00');
    }
  }

  #read(offset: number, length: number): Buffer {
    return this.#selected ? answer(OK, this.#selected.subarray(offset, offset + length)) : answer('6986');
  }

  #triesLeft = () => (this.#tries === 0 ? answer('6983') : answer(`63c${this.#tries}`));

  #verify(typed: string): Buffer {
    if (this.#tries === 0) return answer('6983');
    this.#verified = typed === this.#pin;
    this.#tries = this.#verified ? 3 : this.#tries - 1;
    return this.#verified ? answer(OK) : this.#triesLeft();
  }

  #sign(block: Buffer): Buffer {
    if (!this.#verified) return answer('6982');
    return answer(OK, privateEncrypt({ key: this.#image.key, padding: constants.RSA_NO_PADDING }, block));
  }
}
