/**
 * A small terminal for the card's tests, written from ICAO Doc 9303 part 11 by hand: PACE with generic mapping over
 * MODP group 2 and 3DES, secure messaging, reading by short id. It has fixed private keys, so that each run is the
 * same.
 */
import { createHash } from 'node:crypto';
import { aesCbcDecrypt, aesCbcEncrypt, aesCmac, aesEncryptBlock } from '@videosportello/identity/primitives/aes-cmac.ts';
import { desEdeCbcDecrypt, desEdeCbcEncrypt } from '@videosportello/identity/primitives/des.ts';
import { deriveKey } from '@videosportello/identity/primitives/kdf.ts';
import { modPow, MODP_GROUPS } from '@videosportello/identity/primitives/modp-group.ts';
import { retailMac } from '@videosportello/identity/primitives/retail-mac.ts';
import type { VirtualCard } from '../virtual-card.ts';

export const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();

const { p, g } = MODP_GROUPS[2];
const MAPPING_KEY = 0x541de951f0972eebd039b123a17489a0307d8cd8b0dff496fe3ae16033fc6b5dn;
const EPHEMERAL_KEY = 0x6717f6f1e3971fd90b0c8a7f2a3590ee6e29c4e2513542a7434e2347fc2e8960n;
const OID = '04007F00070202040101';

const number = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes) || '0'}`);
const full = (value: bigint): string => value.toString(16).padStart(512, '0');

function padded(bytes: Uint8Array, block = 8): Uint8Array {
  const zeros = (block - ((bytes.length + 1) % block)) % block;
  return Buffer.concat([bytes, Uint8Array.of(0x80), new Uint8Array(zeros)]);
}

/** Sends hexadecimal text, gives hexadecimal text. */
export function send(card: VirtualCard, apdu: string): string {
  return toHex(card.process(hex(apdu)));
}

export type Password = { readonly can: string } | { readonly mrzInformation: string };

/** The four GENERAL AUTHENTICATE commands need what was answered to those before: this remembers it. */
export function startPace(password: Password) {
  const seed =
    'can' in password
      ? Buffer.from(password.can, 'latin1')
      : createHash('sha1').update(password.mrzInformation, 'latin1').digest();
  let generator = 0n;
  let keys: { enc: Uint8Array; mac: Uint8Array } = { enc: new Uint8Array(), mac: new Uint8Array() };
  let chipKey = '';
  return {
    setTemplate: `0022C1A40F800A${OID}8301${'can' in password ? '02' : '01'}`,
    getNonce: '10860000027C0000',
    /** Takes the answer to getNonce. */
    map(answer: string): string {
      const cryptogram = hex(answer).subarray(4, -2);
      const nonce = desEdeCbcDecrypt(deriveKey(seed, 3, 'des-ede'), cryptogram);
      generator = modPow(g, number(nonce), p);
      return `108600000001087C82010481820100${full(modPow(g, MAPPING_KEY, p))}0000`;
    },
    /** Takes the answer to map. */
    agree(answer: string): string {
      const chipMapping = number(hex(answer).subarray(8, -2));
      generator = (generator * modPow(chipMapping, MAPPING_KEY, p)) % p;
      return `108600000001087C82010483820100${full(modPow(generator, EPHEMERAL_KEY, p))}0000`;
    },
    /** Takes the answer to agree. */
    confirm(answer: string): string {
      chipKey = toHex(hex(answer).subarray(8, -2));
      const secret = hex(full(modPow(BigInt(`0x${chipKey}`), EPHEMERAL_KEY, p)));
      keys = { enc: deriveKey(secret, 1, 'des-ede'), mac: deriveKey(secret, 2, 'des-ede') };
      const token = retailMac(keys.mac, padded(hex(`7F49820110060A${OID}84820100${chipKey}`)));
      return `008600000C7C0A8508${toHex(token)}00`;
    },
    /** Checks the answer to confirm and starts secure messaging. */
    session(answer: string): Session {
      const own = full(modPow(generator, EPHEMERAL_KEY, p));
      const token = retailMac(keys.mac, padded(hex(`7F49820110060A${OID}84820100${own}`)));
      if (answer !== `7C0A8608${toHex(token)}9000`) throw new Error(`The chip's token is wrong: ${answer}`);
      return createSession(keys.enc, keys.mac);
    },
  };
}

/** The whole of PACE; the status word of the first refusal as text, or a session. */
export function runPace(card: VirtualCard, password: Password): Session | string {
  const pace = startPace(password);
  let answer = send(card, pace.setTemplate);
  for (const next of [() => pace.getNonce, pace.map, pace.agree, pace.confirm]) {
    if (!answer.endsWith('9000')) return answer;
    answer = send(card, next(answer));
  }
  return answer.endsWith('9000') ? pace.session(answer) : answer;
}

export interface Session {
  /** Protects a plain command given as hexadecimal header, data and Le (one byte, or two for an extended one). */
  protect(header: string, data?: string, le?: string): string;
  /** Checks and opens the answer to the command protected last. */
  open(answer: string): { data: string; sw: string };
}

/** Length field of a data object. */
function objectLength(bytes: number): string {
  const digits = bytes.toString(16).padStart(bytes < 0x100 ? 2 : 4, '0');
  if (bytes < 0x80) return digits;
  return bytes < 0x100 ? `81${digits}` : `82${digits}`;
}

/** Secure messaging from the terminal's side, with triple DES, or with AES where `aes` says so. */
export function createSession(enc: Uint8Array, mac: Uint8Array, aes = false): Session {
  const block = aes ? 16 : 8;
  let counter = 0n;
  const ssc = (): Uint8Array => hex(counter.toString(16).padStart(2 * block, '0'));
  const encrypt = (data: Uint8Array): Uint8Array =>
    aes ? aesCbcEncrypt(enc, aesEncryptBlock(enc, ssc()), data) : desEdeCbcEncrypt(enc, data);
  const decrypt = (data: Uint8Array): Uint8Array =>
    aes ? aesCbcDecrypt(enc, aesEncryptBlock(enc, ssc()), data) : desEdeCbcDecrypt(enc, data);
  const checksum = (...blocks: Uint8Array[]): Uint8Array => {
    const input = Buffer.concat([ssc(), ...blocks.map((one) => padded(one, block))]);
    return aes ? aesCmac(mac, input).subarray(0, 8) : retailMac(mac, input);
  };
  return {
    protect(header, data = '', le = '') {
      counter += 1n;
      const masked = hex(`0C${header.slice(2)}`);
      const cryptogram = data === '' ? '' : `01${toHex(encrypt(padded(hex(data), block)))}`;
      const objects =
        (cryptogram === '' ? '' : `87${objectLength(cryptogram.length / 2)}${cryptogram}`) +
        (le === '' ? '' : `97${objectLength(le.length / 2)}${le}`);
      const body = `${objects}8E08${toHex(checksum(masked, ...(objects === '' ? [] : [hex(objects)])))}`;
      const bytes = (body.length / 2).toString(16);
      return le.length > 2 || body.length > 510
        ? `${toHex(masked)}00${bytes.padStart(4, '0')}${body}0000`
        : `${toHex(masked)}${bytes.padStart(2, '0')}${body}00`;
    },
    open(answer) {
      counter += 1n;
      const bytes = hex(answer);
      const sw = toHex(bytes.subarray(-2));
      const body = bytes.subarray(0, -2);
      const covered = body.subarray(0, -10);
      if (toHex(body.subarray(-10)) !== `8E08${toHex(checksum(covered))}`)
        throw new Error(`Wrong checksum in ${answer}`);
      const status = toHex(covered.subarray(-4));
      if (status !== `9902${sw}`) throw new Error(`The protected status word differs in ${answer}`);
      if (covered.length === 4) return { data: '', sw };
      const headerBytes = (covered[1] ?? 0) < 0x80 ? 2 : (covered[1] ?? 0) - 0x80 + 2;
      const plain = Buffer.from(decrypt(covered.subarray(headerBytes + 1, -4)));
      return { data: toHex(plain.subarray(0, plain.lastIndexOf(0x80))), sw };
    },
  };
}
