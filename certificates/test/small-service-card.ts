/** A health card (TS-CNS) for tests, from the card's side: two files by path, a PIN with its tries, and a raw RSA signature. */
import { execFile } from 'node:child_process';
import { constants, createHash, createPrivateKey, privateEncrypt } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
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

/** Makes a card's certificate, with the digest of its personal data in its name, under a specimen issuer, which is made too (DER), with OpenSSL. */
export async function makeServiceCard(taxCode: string, names: { readonly surname: string; readonly givenNames: string }): Promise<{ issuer: Buffer; image: ServiceCardImage }> {
  const folder = await mkdtemp(join(tmpdir(), 'service-card-'));
  const at = (name: string) => join(folder, name);
  const rsa = ['-newkey', 'rsa:2048', '-nodes', '-days', '1825', '-outform', 'DER'];
  try {
    await run('openssl', ['req', '-x509', ...rsa, '-keyout', at('ca.key'), '-out', at('ca.der'), '-subj', '/C=IT/CN=SPECIMEN CNS Issuer']);
    const extensions = ['basicConstraints=CA:FALSE', 'keyUsage=critical,digitalSignature'].flatMap((extension) => ['-addext', extension]);
    const data = personalData([['6090', '01012026', '31122031', names.surname, names.givenNames, '14031985', 'F', '', taxCode], Array(7).fill('')].flat());
    const commonName = `${taxCode}/6090123456789013.${createHash('sha1').update(data).digest('base64')}`;
    const issue = ['-CA', at('ca.der'), '-CAkey', at('ca.key'), '-subj', `/CN=${commonName.replaceAll(/[/+]/g, '\\$&')}`, ...extensions];
    await run('openssl', ['req', '-x509', ...rsa, '-keyout', at('card.key'), '-out', at('card.der'), ...issue]);
    const image = {
      personalData: data,
      certificate: await readFile(at('card.der')),
      key: createPrivateKey(await readFile(at('card.key'))),
    };
    return { issuer: await readFile(at('ca.der')), image };
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
