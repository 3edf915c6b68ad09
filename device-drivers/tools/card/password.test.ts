import { CardError } from '@videosportello/identity/card-error.ts';
import { expect } from 'chai';
import { passwordFromCan, passwordFromMrz } from './password.ts';

const ZONE = ['C<ITACA00000AA4<<<<<<<<<<<<<<<', '6412308F2212304ITA<<<<<<<<<<<0', 'ROSSI<<BIANCA<<<<<<<<<<<<<<<<<'];
const FIELDS = { kind: 'mrz', documentNumber: 'CA00000AA', birthDate: '641230', expiryDate: '221230' };

function codeOf(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    return error instanceof CardError ? error.code : String(error);
  }
  return 'none';
}

describe('passwords of the card tool', () => {
  it('takes six digits as an access number, and nothing else', () => {
    expect(passwordFromCan('012345')).to.deep.equal({ kind: 'can', can: '012345' });
    for (const text of ['', '12345', '1234567', '12345a', '１２３４５６']) {
      expect(codeOf(() => passwordFromCan(text)), text).to.equal('wrong-can');
    }
  });

  const forms: [string, string][] = [
    ['the whole zone in lines', ZONE.join('\n')],
    ['the whole zone in one line, small letters', ZONE.join('').toLowerCase()],
    ['the zone with line breaks as a shell leaves them', ZONE.join('\\n')],
    ['what opens the chip, with check digits', 'CA00000AA464123082212304'],
    ['three fields with commas', 'CA00000AA, 641230, 221230'],
  ];
  for (const [form, text] of forms) {
    it(`takes ${form}`, () => {
      expect(passwordFromMrz(text)).to.deep.equal(FIELDS);
    });
  }

  it('refuses a wrong check digit, a missing field and anything else', () => {
    const wrong = [ZONE.join('').replace('AA4', 'AA5'), 'CA00000AA564123082212304', 'CA00000AA,641230', 'CA00000AA,641230,30.12.22', '', 'ROSSI'];
    for (const text of wrong) expect(codeOf(() => passwordFromMrz(text)), text).to.equal('wrong-mrz');
  });
});
