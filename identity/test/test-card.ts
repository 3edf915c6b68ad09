/**
 * A small travel document for the tests of this package, speaking bytes from the card's side of the standards. It
 * shares the primitives with the reader under test and no message code, and it refuses what a chip would refuse.
 * Each way to behave badly is one option.
 */
import { CardError } from '../src/card-error.ts';
import type { CardPort } from '../src/port.ts';
import { aesCbcDecrypt, aesCbcEncrypt, aesCmac, aesEncryptBlock } from '../src/primitives/aes-cmac.ts';
import { concat, fromBigInt, fromHex, toBigInt, toHex } from '../src/primitives/bytes.ts';
import { desEdeCbcDecrypt, desEdeCbcEncrypt } from '../src/primitives/des.ts';
import { deriveKey } from '../src/primitives/kdf.ts';
import type { KeyAlgorithm } from '../src/primitives/kdf.ts';
import { MODP_GROUPS, sharedSecret } from '../src/primitives/modp-group.ts';
import { padIso7816, retailMac, unpadIso7816 } from '../src/primitives/retail-mac.ts';
import { cardAgreement } from './test-card-agreement.ts';
import type { CardAgreement } from './test-card-agreement.ts';

export interface TestCardOptions {
  /** Seed of the password key for each password reference the card knows. */
  readonly passwords: Readonly<Record<number, Uint8Array>>;
  /** Content by short file identifier. */
  readonly files: Readonly<Record<number, Uint8Array>>;
  readonly cipher?: KeyAlgorithm;
  /** Standardised domain parameter, default 2. */
  readonly parameterId?: number;
  readonly nonce?: Uint8Array;
  /** EF.CardAccess appears only after the application was selected and the master file again. */
  readonly cardAccessLate?: boolean;
  readonly noApplication?: boolean;
  readonly cardAccess?: string;
  /** MSE:SET AT without object 84 is answered with this status word. */
  readonly wantsParameter?: string;
  /** Replaces the n-th response of the dialogue (from 1); `removed` rejects instead. */
  readonly disturb?: { readonly at: number; readonly how: (response: Uint8Array) => Uint8Array | 'removed' };
  /** Largest answer to a READ BINARY, whatever was asked. */
  readonly answersAtMost?: number;
  /** Status word of a read that reaches the end of the file early. */
  readonly endOfFile?: 0x9000 | 0x6282;
  /** Short identifiers answered with 6982. */
  readonly denies?: readonly number[];
  /** Computes a wrong token of its own and takes any. */
  readonly wrongToken?: boolean;
  /** Sends the terminal's mapping key back. */
  readonly mirrorsKey?: boolean;
  /** Sends this instead of a mapping key. */
  readonly mappingKey?: Uint8Array;
  /** Has no EF.CardAccess, and so nothing but BAC. */
  readonly noCardAccess?: boolean;
  /** Answers this status word, in the clear, to a protected command of extended length. */
  readonly refusesExtended?: string;
  /** Answers EXTERNAL AUTHENTICATE with what does not prove the keys: a wrong code, another challenge. */
  readonly bacAnswer?: 'wrong-code' | 'other-challenge' | 'short';
  /** Private key of chip authentication with triple DES over the MODP group 2; without it MSE:SET KAT is unknown. */
  readonly chipKey?: Uint8Array;
  /** Answer to INTERNAL AUTHENTICATE; without it the command is unknown. */
  readonly signs?: (challenge: Uint8Array) => Uint8Array;
}

interface Session {
  readonly cipher: KeyAlgorithm;
  readonly enc: Uint8Array;
  readonly mac: Uint8Array;
  counter: bigint;
}

const OK = '9000';
const CHALLENGE = Uint8Array.of(0x46, 0x08, 0xf9, 0x19, 0x88, 0x70, 0x22, 0x12);

export class TestCard implements CardPort {
  readonly #options: TestCardOptions;
  readonly #cipher: KeyAlgorithm;
  readonly #agreement: CardAgreement;
  readonly #oid: Uint8Array;
  #mapped: CardAgreement;
  #challenged = false;
  #nonce = new Uint8Array(0);
  #passwordKey: Uint8Array | undefined;
  #step = 0;
  #keys: { own: Uint8Array; terminal: Uint8Array; session: Session } | undefined;
  #session: Session | undefined;
  /** Takes over once the answer under the old keys is out. */
  #nextSession: Session | undefined;
  #selected: Uint8Array | undefined;
  #applicationSeen = false;
  #responses = 0;
  /** Commands as they came, in hexadecimal. */
  readonly log: string[] = [];
  /** Commands per exchange. */
  readonly exchanges: number[] = [];

  constructor(options: TestCardOptions) {
    this.#options = options;
    this.#cipher = options.cipher ?? 'des-ede';
    this.#agreement = cardAgreement(options.parameterId ?? 2);
    this.#mapped = this.#agreement;
    const number = { 'des-ede': 1, 'aes-128': 2, 'aes-192': 3, 'aes-256': 4 }[this.#cipher];
    this.#oid = fromHex(`0400 7F00 0702 0204 0${this.#agreement.mappingNumber}0${number}`);
  }

  async exchange(commands: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
    const responses: Uint8Array[] = [];
    this.exchanges.push(commands.length);
    for (const command of commands) {
      this.log.push(toHex(command));
      this.#responses += 1;
      let response: Uint8Array | 'removed' = this.#answer(command);
      if (this.#options.disturb?.at === this.#responses) response = this.#options.disturb.how(response);
      if (response === 'removed') throw new CardError('card-removed', 'the card left the field');
      responses.push(response);
      if (toHex(response.subarray(-2)) !== OK) break;
    }
    return responses;
  }

  #answer(command: Uint8Array): Uint8Array {
    const { header, data, extended } = cut(command);
    if (((header[0] ?? 0) & 0x0c) === 0x0c) {
      const refusal = extended ? this.#options.refusesExtended : undefined;
      if (refusal !== undefined) this.#session = undefined;
      return refusal === undefined ? this.#answerProtected(header, data) : fromHex(refusal);
    }
    this.#session = undefined;
    return this.#run(header, data, undefined);
  }

  #answerProtected(header: Uint8Array, data: Uint8Array): Uint8Array {
    const session = this.#session;
    if (session === undefined) return fromHex('6988');
    session.counter += 1n;
    const mac = data.subarray(-8);
    const objects = data.subarray(0, -10);
    const block = session.cipher === 'des-ede' ? 8 : 16;
    const paddedObjects = objects.length === 0 ? objects : padIso7816(objects, block);
    const expected = this.#mac(session, concat(this.#counter(session), padIso7816(header, block), paddedObjects));
    if (toHex(mac) !== toHex(expected)) {
      this.#session = undefined;
      return fromHex('6988');
    }
    let plain = new Uint8Array(0);
    let le: number | undefined;
    for (const [tag, value] of objectsOf(objects)) {
      if (tag === 0x87) plain = Uint8Array.from(unpadIso7816(this.#crypt(session, value.subarray(1), false), block));
      if (tag === 0x97) le = Number(toBigInt(value)) || 256;
    }
    const clear = this.#run(Uint8Array.of((header[0] ?? 0) & 0xf3, ...header.subarray(1)), plain, le);
    session.counter += 1n;
    const answer = clear.subarray(0, -2);
    const cryptogram =
      answer.length === 0
        ? answer
        : object(0x87, concat(Uint8Array.of(1), this.#crypt(session, padIso7816(answer, block), true)));
    const covered = concat(cryptogram, object(0x99, clear.subarray(-2)));
    const code = this.#mac(session, concat(this.#counter(session), padIso7816(covered, block)));
    if (this.#nextSession !== undefined) {
      this.#session = this.#nextSession;
      this.#nextSession = undefined;
    }
    return concat(covered, object(0x8e, code), clear.subarray(-2));
  }

  #run(header: Uint8Array, data: Uint8Array, le: number | undefined): Uint8Array {
    const [cla = 0, ins = 0, p1 = 0, p2 = 0] = header;
    if (ins === 0xa4) return this.#select(p1, toHex(data));
    if (ins === 0xb0) return this.#read(p1, p2, le ?? 22);
    if (ins === 0x22 && cla === 0 && p1 === 0xc1) return this.#setTemplate(data);
    if (ins === 0x86) return this.#authenticate(cla, data);
    if (ins === 0x22 && p1 === 0x41 && p2 === 0xa6) return this.#authenticateChip(data);
    if (ins === 0x88 && this.#options.signs !== undefined) return concat(this.#options.signs(data), fromHex(OK));
    if (ins === 0x84) return this.#challenge();
    if (ins === 0x82) return this.#openByBac(data);
    return fromHex('6D00');
  }

  #select(p1: number, name: string): Uint8Array {
    if (name === 'A0000002471001') {
      this.#applicationSeen = true;
      return fromHex(this.#options.noApplication === true ? '6A82' : OK);
    }
    if (p1 === 0 && name === '') return fromHex(OK);
    if (name === '011C' && this.#options.noCardAccess === true) return fromHex('6A82');
    if (name === '011C' && (this.#options.cardAccessLate !== true || this.#applicationSeen)) {
      if (this.#options.noApplication === true) return fromHex('6A82');
      const parameter = (this.#options.parameterId ?? 2).toString(16).padStart(2, '0');
      this.#selected = fromHex(this.#options.cardAccess ?? `31143012060A${toHex(this.#oid)}0201020201${parameter}`);
      return fromHex(OK);
    }
    const file = this.#session === undefined ? undefined : this.#options.files[Number.parseInt(name, 16) & 0x1f];
    this.#selected = file;
    return fromHex(file === undefined ? '6A82' : OK);
  }

  #read(p1: number, p2: number, le: number): Uint8Array {
    const shortId = (p1 & 0x80) === 0 ? undefined : p1 & 0x1f;
    if (shortId !== undefined) {
      if (this.#session === undefined || this.#options.denies?.includes(shortId) === true) return fromHex('6982');
      this.#selected = this.#options.files[shortId];
      if (this.#selected === undefined) return fromHex('6A82');
    }
    const offset = shortId === undefined ? p1 * 256 + p2 : p2;
    if (this.#selected === undefined) return fromHex('6986');
    if (offset >= this.#selected.length) return fromHex('6B00');
    const bytes = this.#selected.subarray(offset, offset + Math.min(le, this.#options.answersAtMost ?? le));
    const early = offset + le > this.#selected.length;
    return concat(bytes, fromBigInt(BigInt(early ? (this.#options.endOfFile ?? 0x6282) : 0x9000), 2));
  }

  #setTemplate(data: Uint8Array): Uint8Array {
    const objects = new Map(objectsOf(data));
    if (toHex(objects.get(0x80) ?? data) !== toHex(this.#oid)) return fromHex('6A80');
    if (this.#options.wantsParameter !== undefined && !objects.has(0x84)) return fromHex(this.#options.wantsParameter);
    const seed = this.#options.passwords[objects.get(0x83)?.[0] ?? 0];
    if (seed === undefined) return fromHex('6A88');
    this.#passwordKey = deriveKey(seed, 3, this.#cipher);
    this.#step = 1;
    return fromHex(OK);
  }

  #authenticate(cla: number, data: Uint8Array): Uint8Array {
    const first = objectsOf(objectsOf(data)[0]?.[1] ?? data)[0];
    const tag = first?.[0] ?? 0;
    const value = first?.[1];
    const expectedTag = [undefined, 0, 0x81, 0x83, 0x85][this.#step];
    if (tag !== expectedTag || cla !== (this.#step === 4 ? 0 : 0x10)) return fromHex('6985');
    this.#step += 1;
    const answer = (answerTag: number, bytes: Uint8Array): Uint8Array =>
      concat(object(0x7c, object(answerTag, bytes)), fromHex(OK));
    if (tag === 0) return answer(0x80, this.#makeNonce());
    if (tag === 0x81) return answer(0x82, this.#map(value ?? data));
    if (tag === 0x83) return answer(0x84, this.#agree(value ?? data));
    return this.#checkToken(value ?? data);
  }

  #makeNonce(): Uint8Array {
    const block = this.#cipher === 'des-ede' ? 8 : 16;
    this.#nonce = Uint8Array.from(this.#options.nonce ?? new Uint8Array(block).fill(0x5a));
    const key = this.#passwordKey ?? this.#nonce;
    return this.#cipher === 'des-ede'
      ? desEdeCbcEncrypt(key, this.#nonce)
      : aesCbcEncrypt(key, new Uint8Array(16), this.#nonce);
  }

  #map(terminal: Uint8Array): Uint8Array {
    if (this.#options.mirrorsKey === true) return terminal;
    if (this.#options.mappingKey !== undefined) return this.#options.mappingKey;
    const own = new Uint8Array(20).fill(0x31);
    this.#mapped = this.#agreement.map(this.#nonce, own, terminal);
    return this.#agreement.publicKey(own);
  }

  #agree(terminal: Uint8Array): Uint8Array {
    const secret = new Uint8Array(20).fill(0x32);
    const seed = this.#mapped.agree(secret, terminal);
    const own = this.#mapped.publicKey(secret);
    this.#keys = { own, terminal, session: sessionFrom(seed, this.#cipher, 0n) };
    return own;
  }

  #authenticateChip(data: Uint8Array): Uint8Array {
    const { chipKey } = this.#options;
    const terminal = objectsOf(data)[0]?.[1];
    if (chipKey === undefined || terminal === undefined || this.#session === undefined) return fromHex('6D00');
    const seed = sharedSecret(MODP_GROUPS[2], chipKey, terminal);
    const cipher = 'des-ede';
    this.#nextSession = { cipher, enc: deriveKey(seed, 1, cipher), mac: deriveKey(seed, 2, cipher), counter: 0n };
    return fromHex(OK);
  }

  #checkToken(token: Uint8Array): Uint8Array {
    if (this.#keys === undefined) return fromHex('6985');
    const { own, terminal, session } = this.#keys;
    const tokenOver = (key: Uint8Array): Uint8Array => {
      const input = object(0x7f49, concat(object(0x06, this.#oid), object(this.#mapped.publicKeyTag, key)));
      return this.#cipher === 'des-ede'
        ? retailMac(session.mac, padIso7816(input, 8))
        : aesCmac(session.mac, input).subarray(0, 8);
    };
    const good = this.#options.wrongToken === true || toHex(token) === toHex(tokenOver(own));
    if (!good) return fromHex('6300');
    this.#session = session;
    const answer = this.#options.wrongToken === true ? new Uint8Array(8) : tokenOver(terminal);
    return concat(object(0x7c, concat(object(0x87, Uint8Array.of(1)), object(0x86, answer))), fromHex(OK));
  }

  #challenge(): Uint8Array {
    this.#challenged = true;
    return concat(CHALLENGE, fromHex(OK));
  }

  /** EXTERNAL AUTHENTICATE of basic access control, with the keys of the MRZ (password reference 1). */
  #openByBac(data: Uint8Array): Uint8Array {
    const access = sessionFrom((this.#options.passwords[1] ?? data).slice(0, 16), 'des-ede', 0n);
    const sealed = (plain: Uint8Array): Uint8Array => {
      const cryptogram = desEdeCbcEncrypt(access.enc, plain);
      return concat(cryptogram, retailMac(access.mac, padIso7816(cryptogram, 8)));
    };
    const cryptogram = data.subarray(0, 32);
    const code = toHex(retailMac(access.mac, padIso7816(cryptogram, 8)));
    if (!this.#challenged || data.length !== 40 || code !== toHex(data.subarray(32))) return fromHex('6300');
    const plain = desEdeCbcDecrypt(access.enc, cryptogram);
    if (toHex(plain.subarray(8, 16)) !== toHex(CHALLENGE)) return fromHex('6300');
    this.#challenged = false;
    const key = new Uint8Array(16).fill(0x33);
    const counter = toBigInt(concat(CHALLENGE.subarray(4), plain.subarray(4, 8)));
    this.#session = sessionFrom(key.map((byte, i) => byte ^ (plain[16 + i] ?? 0)), 'des-ede', counter);
    const challenge = this.#options.bacAnswer === 'other-challenge' ? CHALLENGE.with(0, 0) : CHALLENGE;
    const answer = sealed(concat(challenge, plain.subarray(0, 8), key));
    if (this.#options.bacAnswer === 'wrong-code') answer[39] = (answer[39] ?? 0) ^ 1;
    return concat(this.#options.bacAnswer === 'short' ? answer.subarray(8) : answer, fromHex(OK));
  }

  #mac({ cipher, mac }: Session, padded: Uint8Array): Uint8Array {
    return cipher === 'des-ede' ? retailMac(mac, padded) : aesCmac(mac, padded).subarray(0, 8);
  }

  #counter({ cipher, counter }: Session): Uint8Array {
    return fromBigInt(counter, cipher === 'des-ede' ? 8 : 16);
  }

  #crypt(session: Session, data: Uint8Array, forward: boolean): Uint8Array {
    if (session.cipher === 'des-ede') return (forward ? desEdeCbcEncrypt : desEdeCbcDecrypt)(session.enc, data);
    const iv = aesEncryptBlock(session.enc, this.#counter(session));
    return (forward ? aesCbcEncrypt : aesCbcDecrypt)(session.enc, iv, data);
  }
}

function sessionFrom(seed: Uint8Array, cipher: KeyAlgorithm, counter: bigint): Session {
  return { cipher, enc: deriveKey(seed, 1, cipher), mac: deriveKey(seed, 2, cipher), counter };
}

/** Header and data field of a short or extended command. */
function cut(command: Uint8Array): { header: Uint8Array; data: Uint8Array; extended: boolean } {
  const header = command.subarray(0, 4);
  const lc = command[4] ?? 0;
  if (command.length > 7 && lc === 0) {
    const length = ((command[5] ?? 0) << 8) | (command[6] ?? 0);
    return { header, data: command.subarray(7, 7 + length), extended: true };
  }
  return { header, data: command.length > 5 ? command.subarray(5, 5 + lc) : new Uint8Array(0), extended: false };
}

function object(tag: number, value: Uint8Array): Uint8Array {
  const tagBytes = tag > 0xff ? [tag >> 8, tag & 0xff] : [tag];
  const { length } = value;
  const lengthBytes = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return concat(Uint8Array.of(...tagBytes, ...lengthBytes), value);
}

function objectsOf(bytes: Uint8Array): [number, Uint8Array][] {
  const found: [number, Uint8Array][] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] ?? 0;
    let length = bytes[at + 1] ?? 0;
    at += 2;
    for (let more = length > 0x80 ? length - 0x80 : 0, first = true; more > 0; more -= 1, first = false) {
      length = (first ? 0 : length) * 256 + (bytes[at] ?? 0);
      at += 1;
    }
    found.push([tag, bytes.subarray(at, at + length)]);
    at += length;
  }
  return found;
}
