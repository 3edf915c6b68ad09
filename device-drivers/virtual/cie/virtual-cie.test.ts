import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import type { CardImage } from './card-image.ts';
import type { ChipFamily } from './chip-family.ts';
import { CHIP_FAMILIES, contactlessAtr } from './chip-family.ts';
import { personalise } from './personalise.ts';
import { CardGoneError } from './virtual-card.ts';
import { createVirtualCie } from './virtual-cie.ts';
import type { CardBehaviour } from './virtual-cie.ts';
import { JPEG_HEADER, quickAuthority, ROSSI } from './test/specimen.ts';
import { hex, runPace, send, toHex } from './test/terminal.ts';
import type { Session } from './test/terminal.ts';

const APPLICATION = 'A0000002471001';
const SELECT_APPLICATION = `00A4040C07${APPLICATION}`;
const CAN = { can: ROSSI.card.can };

describe('virtual CIE', () => {
  const images = new Map<ChipFamily['name'], CardImage>();

  before(async () => {
    const authority = await quickAuthority();
    // A photo long enough that its file takes more than one answer of any family.
    const photo = Buffer.concat([JPEG_HEADER, new Uint8Array(5000)]);
    for (const family of ['gemalto', 'nxp', 'actalis'] as const) {
      const issueDate = new Date('2022-01-01T00:00:00Z');
      images.set(family, personalise(ROSSI, { authority, photo, issueDate, family }));
    }
  });

  function image(family: ChipFamily['name'] = 'gemalto'): CardImage {
    return images.get(family) ?? expect.fail('no such image');
  }

  function newCard(family: ChipFamily['name'] = 'gemalto', behaviour: CardBehaviour = {}) {
    return createVirtualCie(image(family), { random: randomBytes, behaviour });
  }

  function fileContent(fileId: number, family: ChipFamily['name'] = 'gemalto'): string {
    const file = [...image(family).masterFile, ...image(family).application].find((one) => one.fileId === fileId);
    return toHex(file?.content ?? expect.fail('no such file'));
  }

  /** A card with a running session in the eMRTD application. */
  function openCard(family: ChipFamily['name'] = 'gemalto') {
    const card = newCard(family);
    const session = runPace(card, CAN);
    if (typeof session === 'string') expect.fail(`PACE was refused with ${session}`);
    const exchange = (header: string, data?: string, le?: string) =>
      session.open(send(card, session.protect(header, data, le)));
    expect(exchange('00A4040C', APPLICATION).sw).to.equal('9000');
    return { card, session, exchange };
  }

  describe('before PACE', () => {
    const refusals: [name: string, apdus: string[], answer: string][] = [
      ['data group by short id', [SELECT_APPLICATION, '00B0810000'], '6982'],
      ['EF.COM by short id', [SELECT_APPLICATION, '00B09E0000'], '6982'],
      ['selection of a data group', [SELECT_APPLICATION, '00A4020C020101'], '6982'],
      ['selection of EF.SOD', [SELECT_APPLICATION, '00A4020C02011D'], '6982'],
      ['fingerprints', [SELECT_APPLICATION, '00B0830000'], '6982'],
      ['a file that does not exist', ['00A4020C020102'], '6A82'],
      ['a short id that does not exist', ['00B0850000'], '6A82'],
      ['another application', ['00A4040C0DA0000000308000000009816001'], '6A82'],
      ['the beginning of the application name', ['00A4040C06A00000024710'], '6A82'],
      ['reading without a file', ['00B0000000'], '6986'],
      ['reading beyond the end', ['00A4020C02011C', '00B0001600'], '6B00'],
      ['reserved bits in P1 with a short id', ['00B0FC0000'], '6A86'],
      ['selection by an unknown method', ['00A4090C020101'], '6A86'],
      ['selection with an unknown P2', ['00A4020402011C'], '6A86'],
      ['READ BINARY without Le', ['00A4020C02011C', '00B00000'], '6700'],
      ['a length field that does not fit', ['00A4020C03011C'], '6700'],
      ['a command of three bytes', ['00A402'], '6700'],
      ['GET CHALLENGE outside the application', ['0084000008'], '6985'],
      ['GET CHALLENGE of another length', [SELECT_APPLICATION, '0084000010'], '6700'],
      ['GET CHALLENGE with data', [SELECT_APPLICATION, '0084000001AA08'], '6700'],
      ['EXTERNAL AUTHENTICATE without a challenge', [SELECT_APPLICATION, `0082000028${'00'.repeat(40)}28`], '6985'],
      ['EXTERNAL AUTHENTICATE of another length', [SELECT_APPLICATION, `0082000020${'00'.repeat(32)}20`], '6700'],
      ['INTERNAL AUTHENTICATE', ['0088000008010203040506070800'], '6D00'],
      ['GET RESPONSE with nothing waiting', ['00C0000000'], '6985'],
      ['UPDATE BINARY', ['00D6000001FF'], '6D00'],
      ['VERIFY', ['00200081083132333435363738'], '6D00'],
      ['an unknown class', ['80A4020C02011C'], '6E00'],
      ['a logical channel', ['01A4020C02011C'], '6E00'],
      ['chaining of SELECT', ['10A4020C02011C'], '6884'],
      ['a protected command without session', ['0CB081000D97015F8E08000000000000000000'], '6982'],
    ];
    for (const [name, apdus, expected] of refusals) {
      it(`refuses ${name} with ${expected}`, () => {
        const card = newCard();
        const answers = apdus.map((apdu) => send(card, apdu));
        expect(answers.at(-1)).to.equal(expected);
        expect(answers.slice(0, -1).every((answer) => answer === '9000')).to.equal(true);
      });
    }

    it('gives EF.CardAccess and EF.ATR to anybody, by file id and by short id', () => {
      const card = newCard('actalis');
      expect(send(card, '00A4020C02011C')).to.equal('9000');
      expect(send(card, '00B0000016')).to.equal(`${fileContent(0x011c)}9000`);
      expect(send(card, '00B0000006')).to.equal(`${fileContent(0x011c).slice(0, 12)}9000`);
      expect(send(card, '00B0001402')).to.equal(`${fileContent(0x011c).slice(40)}9000`);
      expect(send(card, '00B0001404')).to.equal(`${fileContent(0x011c).slice(40)}6282`);
      expect(send(card, '00B09C0000')).to.equal(`${fileContent(0x011c)}9000`);
      expect(send(card, '00A4020C022F01')).to.equal('9000');
      expect(send(card, '00B0000000')).to.equal(`${fileContent(0x2f01, 'actalis')}9000`);
    });

    it('finds EF.CardAccess again after the application and the MF have been selected', () => {
      const card = newCard();
      expect(send(card, SELECT_APPLICATION)).to.equal('9000');
      expect(send(card, '00A4020C02011C')).to.equal('6A82');
      expect(send(card, '00A40000')).to.equal('9000');
      expect(send(card, '00A4020C02011C')).to.equal('9000');
    });

    it('gives the application name to a selection that asks for it', () => {
      expect(send(newCard(), `00A4040007${APPLICATION}00`)).to.equal(`6F098407${APPLICATION}9000`);
    });
  });

  describe('with a session', () => {
    it('reads each file by file id and by short id', () => {
      const { exchange } = openCard();
      for (const [fileId, shortId] of [
        [0x0101, '81'],
        [0x010b, '8B'],
        [0x011e, '9E'],
      ] as const) {
        expect(exchange('00A4020C', fileId.toString(16).padStart(4, '0')).sw).to.equal('9000');
        expect(exchange('00B00000', '', '00')).to.deep.equal({ data: fileContent(fileId), sw: '9000' });
        expect(exchange(`00B0${shortId}00`, '', '00')).to.deep.equal({ data: fileContent(fileId), sw: '9000' });
      }
    });

    it('reads a long file in short answers of at most 231 bytes', () => {
      const { exchange } = openCard('nxp');
      const whole = fileContent(0x0102, 'nxp');
      let read = exchange('00B08200', '', 'E7').data;
      expect(read.length / 2).to.equal(231);
      while (read.length < whole.length) {
        const chunk = exchange(`00B0${(read.length / 2).toString(16).padStart(4, '0')}`, '', 'E7');
        expect(chunk.sw).to.equal(whole.length - read.length < 462 ? '6282' : '9000');
        read += chunk.data;
      }
      expect(read).to.equal(whole);
    });

    it('gives at most what fits to a read of everything, and refuses an exact length that does not fit', () => {
      const { exchange } = openCard();
      expect(exchange('00B08200', '', '00').data.length / 2).to.equal(231);
      expect(exchange('00B00000', '', 'E8')).to.deep.equal({ data: '', sw: '6700' });
      expect(exchange('00B00000', '', 'E7').sw).to.equal('9000');
    });

    it('gives a whole file in one extended answer', () => {
      const { exchange } = openCard();
      expect(exchange('00B08200', '', '0000')).to.deep.equal({ data: fileContent(0x0102), sw: '9000' });
    });

    it('keeps extended answers within the length that EF.ATR announces', () => {
      const { card, session } = openCard('actalis');
      const answer = send(card, session.protect('00B08200', '', '0000'));
      expect(answer.length / 2).to.be.within(2012, 2019);
      expect(session.open(answer).data).to.equal(fileContent(0x0102, 'actalis').slice(0, 2 * 1991));
    });

    const protectedRefusals: [name: string, command: [string, string?, string?], sw: string][] = [
      ['fingerprints', ['00B08300', '', '00'], '6982'],
      ['selection of fingerprints', ['00A4020C', '0103'], '6982'],
      ['a file that does not exist', ['00A4020C', '010F'], '6A82'],
      ['a short id that does not exist', ['00B08F00', '', '00'], '6A82'],
      ['reading beyond the end', ['00B08160', '', '00'], '6B00'],
      ['reading without Le', ['00B08100'], '6700'],
      ['GET CHALLENGE', ['00840000', '', '08'], '6D00'],
      ['READ BINARY with an odd instruction', ['00B10000', '54020000', '00'], '6D00'],
      ['a second PACE', ['0022C1A4', '800A04007F00070202040101830102'], '6985'],
    ];
    for (const [name, command, sw] of protectedRefusals) {
      it(`refuses ${name} under protection with ${sw}, and goes on`, () => {
        const { exchange } = openCard();
        expect(exchange(...command)).to.deep.equal({ data: '', sw });
        expect(exchange('00B08100', '', '00').sw).to.equal('9000');
      });
    }

    const ends: [name: string, apdu: (session: Session) => string, answer: RegExp][] = [
      ['a plain SELECT of the MF', () => '00A40000', /^9000$/],
      ['a plain read', () => '00B0810000', /^6982$/],
      ['a wrong checksum', (session) => flip(session.protect('00B08100', '', '00'), -4), /^6988$/],
      ['a changed header', (session) => session.protect('00B08100', '', '00').replace('B08100', 'B08B00'), /^6988$/],
      ['a changed Le', (session) => session.protect('00B08100', '', '10').replace('970110', '970120'), /^6988$/],
      ['no checksum', () => '0CB081000397010000', /^6987$/],
      ['a short checksum', () => '0CB08100099701008E040000000000', /^6988$/],
      ['data that is no TLV', () => '0CB08100028E0800', /^6988$/],
      ['an unknown object', () => '0CB0810010850101' + '9701008E080000000000000000' + '00', /^6988$/],
      ['no outer Le', (session) => session.protect('00B08100', '', '00').slice(0, -2), /^6700$/],
      ['an unknown class', () => '8CB0810000', /^6E00$/],
      ['a length field that does not fit', () => '0CB08100FF00', /^6700$/],
    ];
    for (const [name, apdu, expected] of ends) {
      it(`ends the session after ${name}`, () => {
        const { card, session } = openCard();
        const next = session.protect('00B08100', '', '00');
        const fresh = openCard();
        expect(send(fresh.card, apdu(fresh.session))).to.match(expected);
        expect(send(card, next), 'the same command in a session that lives').to.match(/9000$/);
        expect(send(fresh.card, fresh.session.protect('00B08100', '', '00'))).to.equal('6982');
        expect(send(fresh.card, '00B08B0000')).to.match(/^6982$|^6A82$/);
      });
    }

    it('refuses a command sent a second time', () => {
      const { card, session } = openCard();
      const apdu = session.protect('00B08100', '', '00');
      expect(send(card, apdu)).to.match(/9000$/);
      expect(send(card, apdu)).to.equal('6988');
    });

    it('ends with a reset', () => {
      const { card, session } = openCard();
      card.reset();
      expect(send(card, session.protect('00B08100', '', '00'))).to.equal('6982');
      expect(runPace(card, CAN)).to.be.an('object');
    });

    it('refuses extended reads on a family without them, and the session is lost', () => {
      const { card, session } = openCard('nxp');
      expect(send(card, session.protect('00B08200', '', '0000'))).to.equal('6700');
      expect(send(card, session.protect('00B08200', '', '00'))).to.equal('6982');
      expect(send(newCard('nxp'), '00B09C0000000000')).to.equal('6700');
    });

    it('refuses a command longer than the family takes', () => {
      const { card } = openCard('actalis');
      expect(send(card, `00A4020C0004D6${'00'.repeat(0x4d6)}`)).to.equal('6700');
    });
  });

  describe('behaviour', () => {
    it('leaves after the given number of answers and never comes back', () => {
      const card = newCard('gemalto', { removeAfterApdu: 2 });
      expect(send(card, '00A4020C02011C')).to.equal('9000');
      expect(card.present).to.equal(true);
      expect(send(card, '00B0000016')).to.match(/9000$/);
      expect(card.present).to.equal(false);
      expect(() => send(card, '00B0000016')).to.throw(CardGoneError);
      card.reset();
      expect(() => send(card, '00B0000016')).to.throw(CardGoneError);
    });

    it('tells the slot how long its answers take', () => {
      expect(newCard('gemalto', { delayMs: 40 }).answerDelayMs).to.equal(40);
      expect(newCard().answerDelayMs).to.equal(0);
    });
  });

  it('has the ATRs that were seen on real cards', () => {
    expect(toHex(contactlessAtr(hex('80318065B085040011120FFF829000')))).to.equal(
      '3B8F800180318065B085040011120FFF8290008A',
    );
    expect(toHex(contactlessAtr(new Uint8Array()))).to.equal('3B80800101');
    expect(toHex(CHIP_FAMILIES.actalis.atr).slice(-2)).to.equal('8A');
  });
});

/** Changes one bit of the byte at `index` from the end. */
function flip(apdu: string, index: number): string {
  const bytes = Buffer.from(hex(apdu));
  const position = bytes.length + index;
  bytes[position] = (bytes[position] ?? 0) ^ 1;
  return toHex(bytes);
}
