import { expect } from 'chai';
import { codeOf, failure } from '../../../test/failure.ts';
import type { RecordedExchange } from '../../../test/recorded-port.ts';
import { recordedPort } from '../../../test/recorded-port.ts';
import { loadVectors } from '../../../test/vectors/load.ts';
import { CardError } from '../../card-error.ts';
import { encodeTlv } from '../../iso7816/tlv.ts';
import type { CommandChannel } from '../../port.ts';
import { concat, fromBigInt, fromHex, toHex } from '../../primitives/bytes.ts';
import type { KeyAlgorithm } from '../../primitives/kdf.ts';
import { MODP_GROUPS } from '../../primitives/modp-group.ts';
import { parseDg14 } from '../lds/dg14.ts';
import { secureChannel, SecureMessaging } from '../secure-messaging.ts';
import type { SessionKeys } from '../symmetric-suite.ts';
import { changeSessionKeys, chooseChipAuthentication } from './chip-authentication.ts';
import type { KeyChange } from './chip-authentication.ts';
import { readChipKey } from './chip-key.ts';

interface Session {
  readonly cipher: KeyAlgorithm;
  readonly encryption: string;
  readonly mac: string;
  readonly counter: string;
}
interface Case {
  readonly label: string;
  readonly protocol: string;
  readonly dg14: string;
  readonly terminalPrivateKey: string;
  readonly session: Session;
  readonly sharedSecret: string;
  readonly newEncryption: string;
  readonly newMac: string;
  readonly exchanges: readonly RecordedExchange[];
}

const { cases } = loadVectors<{ cases: readonly Case[] }>('chip-authentication');
const signal = new AbortController().signal;
const messaging = ({ cipher, encryption, mac, counter }: Session): SecureMessaging =>
  new SecureMessaging({ cipher, encryption: fromHex(encryption), mac: fromHex(mac) }, fromHex(counter));

/** The keys of a change that came about. */
function keysOf(change: KeyChange): SessionKeys {
  return change.kind === 'changed' ? change.keys : expect.fail(`keys were not changed: ${change.kind}`);
}

/** The only chip key of a DG14 of the vectors. */
function keyOf(dg14: string): { kind: 'DH' | 'ECDH'; publicKeyInfo: Uint8Array } {
  const [key] = parseDg14(fromHex(dg14)).chipKeys;
  if (key === undefined) throw new Error('no key in the vector');
  return key;
}
const withInfo = (dg14: string, change: (info: Uint8Array) => Uint8Array): string => {
  const { kind, publicKeyInfo } = keyOf(dg14);
  return codeOf(() => readChipKey({ kind, publicKeyInfo: change(publicKeyInfo), keyId: undefined }));
};

describe('chip authentication, ICAO Doc 9303 part 11 clause 6.2 and BSI TR-03110 part 3 clause B.2', function () {
  this.timeout(20_000);

  for (const vector of cases) {
    it(`${vector.label}: commands, keys and the first exchange under them, byte for byte`, async () => {
      const chosen = chooseChipAuthentication(parseDg14(fromHex(vector.dg14)));
      if (chosen === undefined) throw new Error('no key in the vector');
      expect(chosen.protocol.name).to.equal(vector.protocol);
      const privateKey = fromHex(vector.terminalPrivateKey);
      expect(toHex(chosen.key.agree(privateKey))).to.equal(vector.sharedSecret);

      const port = recordedPort(vector.exchanges);
      const keys = keysOf(
        await changeSessionKeys(secureChannel(port, messaging(vector.session), signal), chosen, () => privateKey),
      );
      expect(toHex(keys.encryption)).to.equal(vector.newEncryption);
      expect(toHex(keys.mac)).to.equal(vector.newMac);

      const after = secureChannel(port, new SecureMessaging(keys), signal);
      const [first] = await after.run([{ ins: 0xb0, p1: 0x8e, p2: 0, le: 8 }]);
      expect(toHex(first?.data ?? new Uint8Array(0))).to.equal(vector.dg14.slice(0, 16));
      expect(port.remaining()).to.equal(0);
    });
  }

  it('takes the strongest of several entries, and only those with the reference of the key', () => {
    const info = (last: number, reference: string): Uint8Array =>
      encodeTlv(0x30, fromHex(`060A04007F0007020203020${last}020101${reference}`));
    const key = (reference: string): Uint8Array =>
      encodeTlv(0x30, concat(fromHex('060904007F000702020102'), keyOf(cases[4]?.dg14 ?? '').publicKeyInfo, fromHex(reference)));
    const dg14 = (...entries: Uint8Array[]): Uint8Array => encodeTlv(0x6e, encodeTlv(0x31, concat(...entries)));
    const name = (file: Uint8Array): string | undefined => chooseChipAuthentication(parseDg14(file))?.protocol.name;
    expect(name(dg14(info(2, ''), info(4, ''), info(3, ''), key('')))).to.equal('CA-ECDH-AES-256');
    expect(name(dg14(info(2, '020101'), info(4, '020102'), key('020101')))).to.equal('CA-ECDH-AES-128');
  });

  it('finds nothing to do in a DG14 without keys, and refuses one with keys that nothing here can use', () => {
    const dg14 = (entry: string): Uint8Array => encodeTlv(0x6e, encodeTlv(0x31, fromHex(entry)));
    expect(chooseChipAuthentication(parseDg14(dg14('300F060A04007F00070202030202020101')))).to.equal(undefined);
    const unknown = encodeTlv(0x30, fromHex('060A04007F00070202030209020101'));
    const key = encodeTlv(0x30, concat(fromHex('060904007F000702020102'), keyOf(cases[4]?.dg14 ?? '').publicKeyInfo));
    const file = dg14(toHex(concat(unknown, key)));
    expect(codeOf(() => chooseChipAuthentication(parseDg14(file)))).to.equal('unsupported');
  });

  it('goes by MSE:SET AT where a chip refuses MSE:SET KAT, and says what a chip answers that refuses both', async () => {
    const chosen = chooseChipAuthentication(parseDg14(fromHex(cases[0]?.dg14 ?? '')));
    if (chosen === undefined) throw new Error('no key in the vector');
    const privateKey = fromHex(cases[0]?.terminalPrivateKey ?? '');
    const seen: string[] = [];
    const channel = (refused: readonly number[]): CommandChannel => ({
      run: async (commands) => {
        seen.push(...commands.map(({ ins, p2 }) => `${ins.toString(16)}${p2.toString(16)}`));
        const sw = commands.some(({ p2 }) => refused.includes(p2)) ? 0x6a80 : 0x9000;
        return sw === 0x9000 ? commands.map(() => ({ data: new Uint8Array(0), sw })) : [{ data: new Uint8Array(0), sw }];
      },
    });
    const keys = keysOf(await changeSessionKeys(channel([0xa6]), chosen, () => privateKey.slice()));
    expect(toHex(keys.mac)).to.equal(cases[0]?.newMac);
    expect(seen).to.deep.equal(['22a6', '22a4', '860']);
    const refused = await changeSessionKeys(channel([0xa6, 0xa4]), chosen, () => privateKey.slice());
    expect(refused).to.deep.equal({ kind: 'refused' });
  });

  describe('where a command is too long for chip or reader', () => {
    const lost = (statusWord?: number) => new CardError('session-lost', 'of the test', statusWord === undefined ? {} : { statusWord });
    const answering = (sw: number): CommandChannel => ({ run: async () => [{ data: new Uint8Array(0), sw }] });
    const failing = (error: CardError): CommandChannel => ({
      run: async () => {
        throw error;
      },
    });
    const change = (channel: CommandChannel, at: number) => {
      const chosen = chooseChipAuthentication(parseDg14(fromHex(cases[at]?.dg14 ?? '')));
      if (chosen === undefined) throw new Error('no key in the vector');
      return changeSessionKeys(channel, chosen, () => fromHex(cases[at]?.terminalPrivateKey ?? ''));
    };
    const isLong = (dg14: string) => chooseChipAuthentication(parseDg14(fromHex(dg14)))?.protocol.kind === 'DH';
    const [long, curve] = [cases.findIndex(({ dg14 }) => isLong(dg14)), cases.findIndex(({ dg14 }) => !isLong(dg14))];

    it('says so by the status words for lengths, in the session or in the clear', async () => {
      for (const sw of [0x6700, 0x6c10]) {
        expect(await change(answering(sw), long)).to.deep.equal({ kind: 'too-long' });
        expect(await change(failing(lost(sw)), long)).to.deep.equal({ kind: 'too-long-and-over' });
      }
      expect(await change(answering(0x6a88), long)).to.deep.equal({ kind: 'refused' });
      expect(await failure(change(failing(lost(0x6988)), long))).to.include({ code: 'session-lost' });
    });

    it('takes a transport that gives up for the same, of a key over 2,048 bits only', async () => {
      for (const error of [new CardError('reader-unavailable', 'of the test'), lost()]) {
        expect(await change(failing(error), long)).to.deep.equal({ kind: 'too-long-and-over' });
        expect(await failure(change(failing(error), curve))).to.equal(error);
      }
      const removed = new CardError('card-removed', 'of the test');
      expect(await failure(change(failing(removed), long))).to.equal(removed);
    });
  });

  it('refuses keys that are cut off, off their curve or outside their group, with a code', () => {
    for (const { label, dg14 } of cases) {
      const { publicKeyInfo } = keyOf(dg14);
      for (let at = 0; at < publicKeyInfo.length; at += 3) {
        expect(withInfo(dg14, (info) => info.subarray(0, at)), label).to.equal('malformed');
      }
      // A DH key without the order of its subgroup is only bounded: every number in range might be one.
      if (label.includes('explicit p and g')) continue;
      expect(withInfo(dg14, (info) => info.with(info.length - 1, (info.at(-1) ?? 0) ^ 1)), label).to.equal('malformed');
    }
  });

  it('refuses the numbers of a DH group that would give the secret away', () => {
    const group = (p: string, g: string, y: string): string => {
      const number = (hex: string): Uint8Array => encodeTlv(0x02, fromHex(hex));
      const parameters = encodeTlv(0x30, concat(number(p), number(g)));
      const algorithm = encodeTlv(0x30, concat(fromHex('06092A864886F70D010301'), parameters));
      const bits = encodeTlv(0x03, concat(Uint8Array.of(0), number(y)));
      const publicKeyInfo = encodeTlv(0x30, concat(algorithm, bits));
      return codeOf(() => readChipKey({ kind: 'DH', publicKeyInfo, keyId: undefined }));
    };
    const p = toHex(concat(Uint8Array.of(0), fromBigInt(MODP_GROUPS[2].p, 256)));
    const minusOne = toHex(concat(Uint8Array.of(0), fromBigInt(MODP_GROUPS[2].p - 1n, 256)));
    for (const y of ['00', '01', minusOne, p]) expect(group(p, '02', y)).to.equal('malformed');
    for (const g of ['00', '01', minusOne]) expect(group(p, g, '05')).to.equal('malformed');
    expect(group(minusOne, '02', '05')).to.equal('malformed');
    expect(group('FF', '02', '05')).to.equal('malformed');
    expect(group('17', '02', '05')).to.equal('unsupported');
    expect(group(`00C1${'01'.repeat(520)}`, '02', '05')).to.equal('unsupported');
  });
});
