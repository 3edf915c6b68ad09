/**
 * A travel document for tests, from the card's side: EF.CardAccess, PACE (DH group 0, generic mapping, triple DES), secure
 * messaging, reading by short identifier, chip authentication (ECDH, triple DES). It shares the proved primitives with the reader and no message code.
 */
import { createPublicKey, diffieHellman } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { concat, fromBigInt, fromHex, toBigInt, toHex } from '@videosportello/identity/primitives/bytes.ts';
import { desEdeCbcDecrypt, desEdeCbcEncrypt } from '@videosportello/identity/primitives/des.ts';
import { deriveKey } from '@videosportello/identity/primitives/kdf.ts';
import { MODP_GROUPS, modPow, publicKey, sharedSecret, withGenerator } from '@videosportello/identity/primitives/modp-group.ts';
import { padIso7816, retailMac, unpadIso7816 } from '@videosportello/identity/primitives/retail-mac.ts';
import { object } from './specimen-document.ts';

interface Session {
  readonly enc: Uint8Array;
  readonly mac: Uint8Array;
  counter: bigint;
}

const GROUP = MODP_GROUPS[0];
const OID = fromHex('04007F00070202040101');
const CARD_ACCESS = fromHex(`31143012060A${toHex(OID)}020102020100`);
const OK = fromHex('9000');
const refuse = (statusWord: string) => fromHex(statusWord);

export class SmallCard {
  readonly #can: string;
  readonly #files: Readonly<Record<number, Uint8Array>>;
  readonly #chipKey: KeyObject | undefined;
  #mapped = GROUP;
  #nonce = new Uint8Array(8).fill(0x5a);
  #step = 0;
  #keys: { own: Uint8Array; terminal: Uint8Array; session: Session } | undefined;
  #session: Session | undefined;
  /** The session that begins after the answer that is being given. */
  #nextSession: Session | undefined;
  #selected: Uint8Array | undefined;

  /** @param chipKey private key of chip authentication, on the curve P-256; without it the command is unknown */
  constructor(can: string, files: Readonly<Record<number, Uint8Array>>, chipKey?: KeyObject) {
    this.#can = can;
    this.#files = files;
    this.#chipKey = chipKey;
  }

  /** Power off and on: no session is left. */
  reset(): void {
    this.#session = undefined;
    this.#keys = undefined;
    this.#selected = undefined;
    this.#step = 0;
  }

  /** Runs commands in order and stops after the first status word other than 9000. */
  exchange(commands: readonly Uint8Array[]): Uint8Array[] {
    const responses: Uint8Array[] = [];
    for (const command of commands) {
      const response = this.#answer(command);
      responses.push(response);
      if (toHex(response.subarray(-2)) !== '9000') break;
    }
    return responses;
  }

  #answer(command: Uint8Array): Uint8Array {
    const header = command.subarray(0, 4);
    const extended = command.length > 7 && command[4] === 0;
    const start = extended ? 7 : 5;
    const length = extended ? ((command[5] ?? 0) << 8) | (command[6] ?? 0) : (command[4] ?? 0);
    const data = command.length > start ? command.subarray(start, start + length) : new Uint8Array(0);
    if (((header[0] ?? 0) & 0x0c) === 0x0c) return this.#answerProtected(header, data);
    this.#session = undefined;
    return this.#run(header, data, 256);
  }

  #answerProtected(header: Uint8Array, data: Uint8Array): Uint8Array {
    const session = this.#session;
    if (!session) return refuse('6988');
    session.counter += 1n;
    const objects = data.subarray(0, -10);
    const covered = objects.length === 0 ? objects : padIso7816(objects, 8);
    const expected = retailMac(session.mac, concat(fromBigInt(session.counter, 8), padIso7816(header, 8), covered));
    if (toHex(data.subarray(-8)) !== toHex(expected)) {
      this.#session = undefined;
      return refuse('6988');
    }
    let plain = new Uint8Array(0);
    let le = 0;
    for (const [tag, value] of objectsOf(objects)) {
      if (tag === 0x87) plain = Uint8Array.from(unpadIso7816(desEdeCbcDecrypt(session.enc, value.subarray(1)), 8));
      if (tag === 0x97) le = Number(toBigInt(value)) || 256;
    }
    const clear = this.#run(Uint8Array.of((header[0] ?? 0) & 0xf3, ...header.subarray(1)), plain, le);
    session.counter += 1n;
    const answer = clear.subarray(0, -2);
    const cryptogram =
      answer.length === 0 ? answer : object(0x87, concat(Uint8Array.of(1), desEdeCbcEncrypt(session.enc, padIso7816(answer, 8))));
    const body = concat(cryptogram, object(0x99, clear.subarray(-2)));
    const code = retailMac(session.mac, concat(fromBigInt(session.counter, 8), padIso7816(body, 8)));
    if (this.#nextSession) [this.#session, this.#nextSession] = [this.#nextSession, undefined];
    return concat(body, object(0x8e, code), clear.subarray(-2));
  }

  #run([cla = 0, ins = 0, p1 = 0, p2 = 0]: Uint8Array, data: Uint8Array, le: number): Uint8Array {
    if (ins === 0xa4) {
      if (toHex(data) === '011C') this.#selected = CARD_ACCESS;
      return OK;
    }
    if (ins === 0xb0) return this.#read(p1, p2, le);
    if (ins === 0x22) {
      if (p1 === 0x41) return this.#agreeNewKeys(p2, data);
      this.#step = 1;
      return OK;
    }
    return ins === 0x86 ? this.#authenticate(cla, data) : refuse('6D00');
  }

  /** MSE:SET KAT with the terminal's key (BSI TR-03110 part 3, B.2.1). */
  #agreeNewKeys(template: number, data: Uint8Array): Uint8Array {
    const [tag, point] = objectsOf(data)[0] ?? [0, data];
    if (!this.#session || !this.#chipKey || template !== 0xa6 || tag !== 0x91) return refuse('6A80');
    const prefix = createPublicKey(this.#chipKey).export({ type: 'spki', format: 'der' }).subarray(0, -point.length);
    const publicKeyOfTerminal = createPublicKey({ key: Buffer.concat([prefix, point]), format: 'der', type: 'spki' });
    const seed = Uint8Array.from(diffieHellman({ privateKey: this.#chipKey, publicKey: publicKeyOfTerminal }));
    this.#nextSession = { enc: deriveKey(seed, 1, 'des-ede'), mac: deriveKey(seed, 2, 'des-ede'), counter: 0n };
    return OK;
  }

  #read(p1: number, p2: number, le: number): Uint8Array {
    if ((p1 & 0x80) !== 0) {
      if (!this.#session) return refuse('6982');
      this.#selected = this.#files[p1 & 0x1f];
      if (!this.#selected) return refuse('6A82');
    }
    if (!this.#selected) return refuse('6986');
    const offset = (p1 & 0x80) === 0 ? p1 * 256 + p2 : p2;
    if (offset >= this.#selected.length) return refuse('6B00');
    return concat(this.#selected.subarray(offset, offset + le), offset + le > this.#selected.length ? refuse('6282') : OK);
  }

  #authenticate(cla: number, data: Uint8Array): Uint8Array {
    const [tag, value] = objectsOf(objectsOf(data)[0]?.[1] ?? data)[0] ?? [0, data];
    if (tag !== [undefined, 0, 0x81, 0x83, 0x85][this.#step] || cla !== (this.#step === 4 ? 0 : 0x10)) return refuse('6985');
    this.#step += 1;
    const answer = (answerTag: number, bytes: Uint8Array) => concat(object(0x7c, object(answerTag, bytes)), OK);
    if (tag === 0) return answer(0x80, desEdeCbcEncrypt(deriveKey(new TextEncoder().encode(this.#can), 3, 'des-ede'), this.#nonce));
    if (tag === 0x81) {
      const own = new Uint8Array(20).fill(0x31);
      const h = toBigInt(sharedSecret(GROUP, own, value));
      this.#mapped = withGenerator(GROUP, (modPow(GROUP.g, toBigInt(this.#nonce), GROUP.p) * h) % GROUP.p);
      return answer(0x82, publicKey(GROUP, own));
    }
    if (tag === 0x83) {
      const secret = new Uint8Array(20).fill(0x32);
      const seed = sharedSecret(this.#mapped, secret, value);
      const session = { enc: deriveKey(seed, 1, 'des-ede'), mac: deriveKey(seed, 2, 'des-ede'), counter: 0n };
      this.#keys = { own: publicKey(this.#mapped, secret), terminal: value, session };
      return answer(0x84, this.#keys.own);
    }
    return this.#checkToken(value);
  }

  #checkToken(token: Uint8Array): Uint8Array {
    if (!this.#keys) return refuse('6985');
    const { own, terminal, session } = this.#keys;
    const over = (key: Uint8Array) =>
      retailMac(session.mac, padIso7816(object(0x7f49, concat(object(0x06, OID), object(0x84, key))), 8));
    if (toHex(token) !== toHex(over(own))) return refuse('6300');
    this.#session = session;
    return concat(object(0x7c, object(0x86, over(terminal))), OK);
  }
}

function objectsOf(bytes: Uint8Array): [number, Uint8Array][] {
  const found: [number, Uint8Array][] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1] ?? 0;
    const extra = first > 0x80 ? first - 0x80 : 0;
    const length = extra === 0 ? first : Number(toBigInt(bytes.subarray(at + 2, at + 2 + extra)));
    at += 2 + extra;
    found.push([tag, bytes.subarray(at, at + length)]);
    at += length;
  }
  return found;
}
