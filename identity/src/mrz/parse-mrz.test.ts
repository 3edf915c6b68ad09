import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { codeOf } from '../../test/failure.ts';
import { loadVectors } from '../../test/vectors/load.ts';
import { passwordSeed } from '../emrtd/pace/pace.ts';
import { toHex } from '../primitives/bytes.ts';
import { birthDateOf, expiryDateOf, isIsoDate } from './dates.ts';
import { mrzInformation } from './mrz-information.ts';
import { parseMrz } from './parse-mrz.ts';

interface Case {
  label: string;
  lines: string[];
  valid: boolean;
  parsed: {
    documentNumber: string;
    documentNumberOk: boolean;
    dateOfBirth: string;
    dateOfBirthOk: boolean;
    sex: string;
    dateOfExpiry: string;
    dateOfExpiryOk: boolean;
    nationality: string;
    compositeOk: boolean;
  };
  bacMrzInformation?: string;
  bacKeySeed?: string;
  pacePasswordK?: string;
}

describe('machine readable zone of three lines, ICAO Doc 9303 part 5', () => {
  const { cases } = loadVectors<{ cases: Case[] }>('mrz-td1');

  for (const { label, lines, valid, parsed, bacMrzInformation, bacKeySeed, pacePasswordK } of cases) {
    it(label, () => {
      const mrz = parseMrz(lines.join('\n'));
      expect(mrz).to.deep.include({
        format: 'TD1',
        valid,
        documentNumber: parsed.documentNumber,
        birthDate: parsed.dateOfBirth,
        sex: parsed.sex,
        expiryDate: parsed.dateOfExpiry,
        nationality: parsed.nationality,
        checks: {
          documentNumber: parsed.documentNumberOk,
          birthDate: parsed.dateOfBirthOk,
          expiryDate: parsed.dateOfExpiryOk,
          composite: parsed.compositeOk,
        },
      });
      if (bacMrzInformation === undefined) return;
      expect(mrzInformation(mrz)).to.equal(bacMrzInformation);
      const seed = createHash('sha1').update(mrzInformation(mrz)).digest();
      expect(toHex(seed.subarray(0, 16))).to.equal(bacKeySeed);
      expect(toHex(passwordSeed({ kind: 'mrz', ...mrz }))).to.equal(pacePasswordK);
    });
  }

  it('splits names', () => {
    const names = cases.map(({ lines }) => {
      const { surname, givenNames } = parseMrz(lines.join(''));
      return [surname, givenNames];
    });
    expect(names[0]).to.deep.equal(['ROSSI', 'BIANCA']);
    expect(names[1]).to.deep.equal(['ERIKSSON', 'ANNA MARIA']);
    expect(names[7]).to.deep.equal(['DANGELO BIANCHI', 'GIAN LUCA']);
    expect(names[9]).to.deep.equal(['MONTEMAGGIORE DELLA VALLETTA', '']);
  });

  it('refuses other lengths and other characters', () => {
    for (const bad of ['', 'A'.repeat(89), 'A'.repeat(91), `${'A'.repeat(89)}a`, `${'A'.repeat(89)}À`]) {
      expect(codeOf(() => parseMrz(bad))).to.equal('malformed');
    }
  });
});

describe('machine readable zone of two lines, ICAO Doc 9303 part 4', () => {
  const SPECIMEN = 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<' + 'L898902C36UTO7408122F1204159ZE184226B<<<<<10';

  it('reads the specimen', () => {
    expect(parseMrz(SPECIMEN)).to.deep.include({
      format: 'TD3',
      documentCode: 'P',
      issuingState: 'UTO',
      documentNumber: 'L898902C3',
      surname: 'ERIKSSON',
      givenNames: 'ANNA MARIA',
      birthDate: '740812',
      sex: 'F',
      expiryDate: '120415',
      optionalData: ['ZE184226B'],
      valid: true,
    });
  });

  it('says which check digit is wrong', () => {
    const { valid, checks } = parseMrz(SPECIMEN.replace('L898902C36', 'L898902C37'));
    expect(valid).to.equal(false);
    expect(checks).to.deep.equal({ documentNumber: false, birthDate: true, expiryDate: true, composite: false });
  });
});

describe('MRZ information', () => {
  it('refuses fields of another form', () => {
    const good = { documentNumber: 'CA00000AA', birthDate: '641230', expiryDate: '221230' };
    const numbers = [{ documentNumber: '' }, { documentNumber: 'ca00000aa' }];
    for (const bad of [...numbers, { birthDate: '1964' }, { expiryDate: '22123<' }]) {
      expect(() => mrzInformation({ ...good, ...bad })).to.throw(RangeError);
    }
  });
});

describe('dates with two-digit years', () => {
  it('put a birth into the past, today included', () => {
    expect(birthDateOf('260501', '2026-05-01')).to.equal('2026-05-01');
    expect(birthDateOf('260502', '2026-05-01')).to.equal('1926-05-02');
    expect(birthDateOf('641230', '2026-05-01')).to.equal('1964-12-30');
  });
  it('put an expiry near today', () => {
    expect(expiryDateOf('221230', '2026-05-01')).to.equal('2022-12-30');
    expect(expiryDateOf('360501', '2026-05-01')).to.equal('2036-05-01');
    expect(expiryDateOf('020101', '2098-05-01')).to.equal('2102-01-01');
    expect(expiryDateOf('990101', '2101-05-01')).to.equal('2099-01-01');
  });
  it('are none when the calendar has no such day or the zone leaves it open', () => {
    expect(birthDateOf('800230', '2026-05-01')).to.equal(undefined);
    expect(birthDateOf('80<<<<', '2026-05-01')).to.equal(undefined);
    expect(birthDateOf('000229', '2026-05-01')).to.equal('2000-02-29');
    expect(isIsoDate('2025-02-29')).to.equal(false);
    expect(isIsoDate('2024-02-29')).to.equal(true);
  });
});
