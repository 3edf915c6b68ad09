import { expect } from 'chai';
import { passes } from './instruction-list.ts';

const command = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

describe('instruction list of emrtd-read', () => {
  const passed: [string, string][] = [
    ['00 A4 04 0C 07 A0000002471001', 'SELECT'],
    ['00 B0 00 00 16', 'READ BINARY'],
    ['0C B0 81 00 0D 97 01 E7 8E 08 0000000000000000 00', 'READ BINARY'],
    ['00 22 C1 A4 0F 80 0A 04007F00070202040101 83 01 02', 'MSE:SET AT (PACE)'],
    ['10 86 00 00 02 7C 00 00', 'GENERAL AUTHENTICATE'],
    ['00 C0 00 00 20', 'GET RESPONSE'],
  ];
  for (const [apdu, name] of passed) it(`passes ${name}: ${apdu.slice(0, 11)}`, () => expect(passes('emrtd-read', command(apdu))).to.equal(name));

  const refused: [string, string][] = [
    ['VERIFY', '00 20 00 81 08 3132333435363738'],
    ['CHANGE REFERENCE DATA', '00 24 00 81 10 31323334353637383132333435363738'],
    ['RESET RETRY COUNTER', '00 2C 03 81'],
    ['UPDATE BINARY', '00 D6 00 00 01 00'],
    ['UPDATE BINARY under secure messaging', '0C D6 00 00 0D 87 01 01 8E 08 0000000000000000 00'],
    ['PSO: compute digital signature', '00 2A 9E 9A 01 00'],
    ['INTERNAL AUTHENTICATE', '00 88 00 00 08 0102030405060708'],
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
  for (const [what, apdu] of refused) it(`refuses ${what}`, () => expect(passes('emrtd-read', command(apdu))).to.equal(undefined));
});
