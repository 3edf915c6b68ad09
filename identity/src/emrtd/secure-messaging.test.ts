import { expect } from 'chai';
import { codeOf } from '../../test/failure.ts';
import { loadVectors } from '../../test/vectors/load.ts';
import type { Command } from '../iso7816/apdu.ts';
import { parseResponse } from '../iso7816/apdu.ts';
import { fromHex, toHex } from '../primitives/bytes.ts';
import type { KeyAlgorithm } from '../primitives/kdf.ts';
import { readBytes, SecureMessaging } from './secure-messaging.ts';

interface Exchange {
  label: string;
  plainCommand?: string;
  protectedCommand: string;
  protectedResponse: string;
  plainData: string;
}
interface Session {
  KSenc: string;
  KSmac: string;
  initialSSC: string;
  exchanges: Exchange[];
}
interface CieCase {
  KSenc: string;
  KSmac: string;
  apdus: { label: string; command: string; response: string }[];
}

const select = (hex: string, p1 = 0x02): Command => ({ ins: 0xa4, p1, p2: 0x0c, data: fromHex(hex) });
const read = (p1: number, p2: number, le: number): Command => ({ ins: 0xb0, p1, p2, le });

function start(session: Omit<Session, 'exchanges'>, cipher: KeyAlgorithm): SecureMessaging {
  const keys = { cipher, encryption: fromHex(session.KSenc), mac: fromHex(session.KSmac) };
  return new SecureMessaging(keys, fromHex(session.initialSSC));
}

describe('secure messaging, ICAO Doc 9303 part 11 clause 9.8', () => {
  const des = loadVectors<Session>('secure-messaging-3des');
  const { aes256, aes128SelfMade } = loadVectors<{ aes256: Session; aes128SelfMade: Session }>('secure-messaging-aes');
  const comCommands = (length: number): Command[] => [select('011E'), read(0, 0, 4), read(0, 4, length)];
  const runs: [string, Session, KeyAlgorithm, Command[]][] = [
    ['appendix D.4, triple DES', des, 'des-ede', comCommands(18)],
    ['AES-256 transcript', aes256, 'aes-256', comCommands(22)],
    ['AES-128', aes128SelfMade, 'aes-128', [select('A0000002471001', 0x04), read(0x9e, 0, 26)]],
  ];

  for (const [label, session, cipher, commands] of runs) {
    it(`${label}: all commands ahead of time, all responses afterwards`, () => {
      const { exchanges } = session;
      const batch = start(session, cipher).protect(commands);
      expect(batch.commands.map(toHex)).to.deep.equal(exchanges.map(({ protectedCommand }) => protectedCommand));
      const responses = exchanges.map(({ protectedResponse }) => parseResponse(fromHex(protectedResponse)));
      const opened = batch.open(responses).map(({ data, sw }) => [toHex(data), sw]);
      expect(opened).to.deep.equal(exchanges.map(({ plainData }) => [plainData, 0x9000]));
    });

    it(`${label}: one command at a time gives the same bytes`, () => {
      const messaging = start(session, cipher);
      for (const [i, { protectedCommand, protectedResponse, plainData }] of session.exchanges.entries()) {
        const batch = messaging.protect(commands.slice(i, i + 1));
        expect(batch.commands.map(toHex)).to.deep.equal([protectedCommand]);
        expect(batch.open([parseResponse(fromHex(protectedResponse))]).map(({ data }) => toHex(data))).to.deep.equal([
          plainData,
        ]);
      }
    });
  }

  const { cases } = loadVectors<{ cases: CieCase[] }>('pace-dh-gm-3des-cie-profile');
  for (const [i, run] of cases.entries()) {
    it(`CIE profile, case ${i + 1}: the protected commands after PACE, byte for byte`, () => {
      const recorded = run.apdus.filter(({ label }) => label.startsWith('SM '));
      const messaging = start({ ...run, initialSSC: '0000000000000000' }, 'des-ede');
      const commands = [
        select('A0000002471001', 0x04),
        read(0x81, 0, 95),
        read(0x8b, 0, 96),
        read(0x9d, 0, 231),
        read(0, 231, 231),
      ].slice(0, recorded.length);
      const batch = messaging.protect(commands);
      expect(batch.commands.map(toHex)).to.deep.equal(recorded.map(({ command }) => command));
      const opened = batch.open(recorded.map(({ response }) => parseResponse(fromHex(response))));
      expect(opened.map(({ sw }) => sw)).to.deep.equal(recorded.map(() => 0x9000));
      expect(toHex(opened[1]?.data ?? new Uint8Array(0))).to.match(/^615D5F1F5A/);
      expect(toHex(opened[2]?.data ?? new Uint8Array(0))).to.match(/^6B5E/);
      if (recorded.length > 3) expect(toHex(opened[3]?.data ?? new Uint8Array(0))).to.match(/^7782/);
    });
  }

  it('reads at most 231 bytes per response with triple DES and 223 with AES, extended 1,991 and 1,983', () => {
    const none = new Uint8Array(16);
    for (const [cipher, short, extended] of [['des-ede', 231, 1991], ['aes-256', 223, 1983]] as const) {
      const keys = { cipher, encryption: none, mac: none };
      expect([readBytes(keys, 'short'), readBytes(keys, 'extended')], cipher).to.deep.equal([short, extended]);
    }
  });

  describe('refuses', () => {
    const first = des.exchanges[1]?.protectedResponse ?? '';
    const begin = (): SecureMessaging => start({ ...des, initialSSC: '887022120C06C228' }, 'des-ede');
    const open = (response: string, messaging = begin()): unknown =>
      messaging.protect([read(0, 0, 4)]).open([parseResponse(fromHex(response))]);

    it('a plain status word, with the code session-lost', () => {
      for (const sw of ['9000', '6982', '6988', '6C10']) expect(codeOf(() => open(sw)), sw).to.equal('session-lost');
    });

    it('any changed bit of a response, and a missing code', () => {
      const bytes = fromHex(first);
      for (let bit = 0; bit < 8 * bytes.length; bit += 1) {
        const changed = Uint8Array.from(bytes);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(codeOf(() => open(toHex(changed))), `bit ${bit}`).to.be.oneOf(['wrong-mac', 'malformed']);
      }
      expect(codeOf(() => open('990290009000'))).to.equal('wrong-mac');
      expect(codeOf(() => open('8E089000'))).to.equal('malformed');
    });

    it('a good response in the wrong place', () => {
      const second = des.exchanges[2]?.protectedResponse ?? '';
      expect(codeOf(() => open(second))).to.equal('wrong-mac');
    });

    it('everything after a fault, and responses without a batch', () => {
      const messaging = begin();
      expect(codeOf(() => open('6988', messaging))).to.equal('session-lost');
      expect(codeOf(() => messaging.protect([read(0, 0, 4)]))).to.equal('session-lost');
      const twice = begin();
      const batch = twice.protect([read(0, 0, 4)]);
      batch.open([parseResponse(fromHex(first))]);
      expect(codeOf(() => batch.open([parseResponse(fromHex(first))]))).to.equal('session-lost');
      const unopened = begin();
      unopened.protect([read(0, 0, 4)]);
      expect(codeOf(() => unopened.protect([read(0, 0, 4)]))).to.equal('session-lost');
    });
  });
});
