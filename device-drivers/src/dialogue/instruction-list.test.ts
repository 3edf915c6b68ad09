import { expect } from 'chai';
import type { CardDialogue } from '@videosportello/protocol/contract/device-certificates.ts';
import { instructionLists, instructionOf } from './instruction-list.ts';

const command = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

describe('instruction list of emrtd-read', () => {
  const passed: [string, string][] = [
    ['00 A4 04 0C 07 A0000002471001', 'SELECT'],
    ['00 B0 00 00 16', 'READ BINARY'],
    ['0C B0 81 00 0D 97 01 E7 8E 08 0000000000000000 00', 'READ BINARY'],
    ['00 22 C1 A4 0F 80 0A 04007F00070202040101 83 01 02', 'MSE:SET AT (PACE)'],
    ['10 86 00 00 02 7C 00 00', 'GENERAL AUTHENTICATE'],
    ['00 C0 00 00 20', 'GET RESPONSE'],
    ['0C 22 41 A6 1D 87 11 01 00112233445566778899AABBCCDDEEFF 8E 08 0000000000000000 00', 'MSE:SET KAT (chip authentication)'],
    ['0C 22 41 A4 1D 87 11 01 00112233445566778899AABBCCDDEEFF 8E 08 0000000000000000 00', 'MSE:SET AT (chip authentication)'],
    ['0C 86 00 00 1D 87 11 01 00112233445566778899AABBCCDDEEFF 8E 08 0000000000000000 00', 'GENERAL AUTHENTICATE'],
    ['0C 88 00 00 20 87 11 01 00112233445566778899AABBCCDDEEFF 97 01 00 8E 08 0000000000000000 00', 'INTERNAL AUTHENTICATE (active authentication)'],
    ['0C 88 00 00 000021 87 11 01 00112233445566778899AABBCCDDEEFF 97 02 0100 8E 08 0000000000000000 0000', 'INTERNAL AUTHENTICATE (active authentication)'],
  ];
  for (const [apdu, name] of passed) it(`passes ${name}: ${apdu.slice(0, 11)}`, () => expect(instructionOf('emrtd-read', command(apdu))?.name).to.equal(name));

  const refused: [string, string][] = [
    ['VERIFY', '00 20 00 81 08 3132333435363738'],
    ['CHANGE REFERENCE DATA', '00 24 00 81 10 31323334353637383132333435363738'],
    ['RESET RETRY COUNTER', '00 2C 03 81'],
    ['UPDATE BINARY', '00 D6 00 00 01 00'],
    ['UPDATE BINARY under secure messaging', '0C D6 00 00 0D 87 01 01 8E 08 0000000000000000 00'],
    ['PSO: compute digital signature', '00 2A 9E 9A 01 00'],
    ['INTERNAL AUTHENTICATE in the clear', '00 88 00 00 08 0102030405060708'],
    ['INTERNAL AUTHENTICATE over as much as a digest', `0C 88 00 00 30 87 21 01 ${'AB'.repeat(32)} 97 01 00 8E 08 0000000000000000 00`],
    ['the key of chip authentication in the clear', '00 22 41 A6 03 91 01 04'],
    ['a key for signatures under secure messaging', '0C 22 41 B6 1D 87 11 01 00112233445566778899AABBCCDDEEFF 8E 08 0000000000000000 00'],
    ['PACE with the PIN', '00 22 C1 A4 0F 80 0A 04007F00070202040101 83 01 03'],
    ['PACE with the PUK', '00 22 C1 A4 0F 80 0A 04007F00070202040101 83 01 04'],
    ['PACE with two passwords', '00 22 C1 A4 06 83 01 02 83 01 03'],
    ['PACE with a password of two bytes', '00 22 C1 A4 04 83 02 02 03'],
    ['PACE without a password', '00 22 C1 A4 0C 80 0A 04007F00070202040101'],
    ['PACE with a length that hides an object', '00 22 C1 A4 03 83 01 02 83 01 03'],
    ['PACE set under secure messaging', '0C 22 C1 A4 0F 80 0A 04007F00070202040101 83 01 02'],
    ['a chained READ BINARY', '10 B0 00 00 16'],
    ['MSE for another template', '00 22 F1 B6 03 83 01 01'],
    ['GET CHALLENGE with other parameters', '00 84 00 01 08'],
    ['another logical channel', '01 B0 00 00 16'],
    ['a proprietary class', '80 A4 04 0C 00'],
    ['a truncated command', '00 A4 04'],
    ['nothing', ''],
  ];
  for (const [what, apdu] of refused) it(`refuses ${what}`, () => expect(instructionOf('emrtd-read', command(apdu))?.name).to.equal(undefined));
});

describe('instruction lists of the other dialogues', () => {
  const challenge = 'AB'.repeat(32);
  const passed: [CardDialogue, string, string][] = [
    ['cie-nis', '00 A4 04 0C 0D A0000000308000000009816001', 'SELECT'],
    ['cie-nis', '00 B0 81 00 0C', 'READ BINARY'],
    ['cie-nis', '00 22 41 A4 06 800102 840183', 'MSE:SET AT (anti-clone key)'],
    ['cie-nis', `00 88 00 00 20 ${challenge} 00`, 'INTERNAL AUTHENTICATE'],
    ['cns-read', '00 A4 08 00 04 1100 1102', 'SELECT'],
    ['cns-read', '00 A4 00 00 02 3F00', 'SELECT'],
    ['cns-read', '00 B0 01 00 90', 'READ BINARY'],
    ['cns-sign', '00 20 00 10', 'VERIFY (tries left)'],
    ['cns-sign', '00 20 00 90 08 FFFFFFFFFFFFFFFF', 'VERIFY (empty block)'],
    ['cns-sign', '00 22 F3 03 00', 'MSE:RESTORE'],
    ['cns-sign', '00 22 F1 B6 03 83 01 01', 'MSE:SET DST (authentication key)'],
    ['cns-sign', '10 2A 9E 9A 01 00', 'PSO: COMPUTE DIGITAL SIGNATURE'],
  ];
  for (const [dialogue, apdu, name] of passed) {
    it(`${dialogue} passes ${name}: ${apdu.slice(0, 20)}`, () => expect(instructionOf(dialogue, command(apdu))?.name).to.equal(name));
  }

  const refused: [CardDialogue, string, string][] = [
    ['cie-nis', 'internal authentication with another key', '00 22 41 A4 06 800102 840181'],
    ['cie-nis', 'a challenge of another length', '00 88 00 00 10 ABABABABABABABABABABABABABABABAB 00'],
    ['cie-nis', 'bytes behind the challenge', `00 88 00 00 20 ${challenge} 00 00`],
    ['cie-nis', 'the environment of a signature with the PIN’s key', '00 22 41 B6 06 800102 840181'],
    ['cie-nis', 'VERIFY of the CIE’s PIN', '00 20 00 81 08 FFFFFFFFFFFFFFFF'],
    ['cie-nis', 'PACE of the travel document', '00 22 C1 A4 03 83 01 02'],
    ['cns-read', 'VERIFY, tries left', '00 20 00 10'],
    ['cns-read', 'VERIFY, empty block', '00 20 00 10 08 FFFFFFFFFFFFFFFF'],
    ['cns-read', 'a signature', '00 2A 9E 9A 01 00'],
    ['cns-read', 'INTERNAL AUTHENTICATE of the CIE', `00 88 00 00 20 ${challenge} 00`],
    ['cns-sign', 'VERIFY with figures of the server', '00 20 00 10 08 3132333435FFFFFF'],
    ['cns-sign', 'VERIFY with one figure', '00 20 00 10 08 31FFFFFFFFFFFFFF'],
    ['cns-sign', 'VERIFY with a shorter block', '00 20 00 10 07 FFFFFFFFFFFFFF'],
    ['cns-sign', 'VERIFY in extended form', '00 20 00 10 00 00 08 FFFFFFFFFFFFFFFF'],
    ['cns-sign', 'VERIFY with an expected length', '00 20 00 10 00'],
    ['cns-sign', 'VERIFY of the PUK', '00 20 00 11 08 FFFFFFFFFFFFFFFF'],
    ['cns-sign', 'VERIFY of the signature PIN', '00 20 00 1A 08 FFFFFFFFFFFFFFFF'],
    ['cns-sign', 'VERIFY in a chain', '10 20 00 10 08 FFFFFFFFFFFFFFFF'],
    ['cns-sign', 'CHANGE REFERENCE DATA', '00 24 00 10 10 FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF'],
    ['cns-sign', 'RESET RETRY COUNTER', '00 2C 00 10 10 FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF'],
    ['cns-sign', 'UPDATE BINARY', '00 D6 00 00 01 00'],
    ['cns-sign', 'decipherment', '00 2A 80 86 01 00'],
    ['cns-sign', 'the environment of decipherment', '00 22 F1 B8 03 83 01 01'],
    ['cns-sign', 'the key of legal signatures', '00 22 F1 B6 03 83 01 10'],
    ['cns-sign', 'two keys', '00 22 F1 B6 06 83 01 01 83 01 10'],
    ['cns-sign', 'GET CHALLENGE', '00 84 00 00 08'],
    ['cns-sign', 'PACE of the travel document', '00 22 C1 A4 03 83 01 02'],
    ['emrtd-read', 'VERIFY, empty block', '00 20 00 10 08 FFFFFFFFFFFFFFFF'],
    ['emrtd-read', 'the anti-clone key of the CIE', '00 22 41 A4 06 800102 840183'],
  ];
  for (const [dialogue, what, apdu] of refused) {
    it(`${dialogue} refuses ${what}`, () => expect(instructionOf(dialogue, command(apdu))).to.equal(undefined));
  }

  it('have no instruction that changes, resets or writes anything', () => {
    const writing = [0x04, 0x0e, 0x24, 0x26, 0x28, 0x2c, 0x44, 0xd0, 0xd2, 0xd6, 0xd7, 0xda, 0xdb, 0xdc, 0xe0, 0xe2, 0xe4];
    const listed = Object.values(instructionLists).flat().map(({ ins }) => ins);
    expect(listed.filter((ins) => writing.includes(ins))).to.deep.equal([]);
  });
});
