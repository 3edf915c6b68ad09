import { expect } from 'chai';
import { fromHex, toHex } from '../primitives/bytes.ts';
import { historicalBytes, messageLengths } from './chip-lengths.ts';

/** Answer to reset of a contactless card with these historical bytes, as PC/SC part 3 builds it. */
function contactless(historical: string): Uint8Array {
  const count = (historical.length / 2).toString(16);
  return fromHex(`3B8${count}8001${historical}00`);
}

describe('message lengths by the answer to reset', () => {
  it('are extended for the chips of the CIE that promise it, short for all others', () => {
    const families: Readonly<Record<string, string>> = {
      '80318065B085040011120FFF829000': 'short',
      '80318065B0850300EF120FFF829000': 'extended',
      '8031806549544E5850120FFF829000': 'short',
      '8066475000B8007F': 'short',
      '8066475000B80094829000': 'short',
      '8031806549544A3441120FFF829000': 'extended',
      '8031806549544A3443120FFF829000': 'extended',
      '': 'short',
    };
    for (const [historical, lengths] of Object.entries(families)) {
      expect(messageLengths(contactless(historical)), historical).to.equal(lengths);
    }
  });

  it('follow the card capabilities of ISO/IEC 7816-4 clause 8.1.1.2.7 on any other card', () => {
    // A German identity card, and the same without the bit; then with the status word at the end.
    expect(messageLengths(fromHex('3B8A80018031F873F741E082900075'))).to.equal('extended');
    expect(messageLengths(fromHex('3B8A80018031F873F741A082900075'))).to.equal('short');
    expect(messageLengths(contactless('0073000040009000'))).to.equal('extended');
    expect(messageLengths(contactless('0073000080009000'))).to.equal('short');
    expect(messageLengths(contactless('0031F80073004040'))).to.equal('short');
    expect(messageLengths(contactless('1073000040'))).to.equal('short');
  });

  it('read historical bytes behind interface bytes, and none where the answer is cut off', () => {
    const cns = '006B04050100011143 4E5310318000';
    expect(toHex(historicalBytes(fromHex(`3BFF1800008131FE45${cns}8E`)))).to.equal(cns.replace(' ', ''));
    expect(toHex(historicalBytes(fromHex('3B80800101')))).to.equal('');
    for (const bad of ['', '3B', '3BFF', '3B8F8001', '3BF0', '3B84800101']) {
      expect(messageLengths(fromHex(bad)), bad).to.equal('short');
    }
  });
});
