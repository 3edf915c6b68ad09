import { expect } from 'chai';
import { failure } from '../../test/failure.ts';
import { fileCard } from '../../test/file-card.ts';
import { concat, fromHex } from '../primitives/bytes.ts';
import type { Command } from './apdu.ts';
import { readSelectedFiles, tlvLength } from './selected-files.ts';
import type { SelectedFile } from './selected-files.ts';
import { encodeTlv } from './tlv.ts';
import { plainChannel } from './transmit.ts';

const { signal } = new AbortController();
const select = (id: number): readonly Command[] => [{ ins: 0xa4, p1: 0x02, p2: 0x0c, data: Uint8Array.of(0x10, id) }];
const object = (bytes: number): Uint8Array => encodeTlv(0x30, new Uint8Array(bytes).map((_, i) => i));
const asObject = (id: number): SelectedFile => ({ select: select(id), lengthOf: tlvLength(0x30) });

describe('files found by SELECT, ISO/IEC 7816-4 clauses 11.2.2 and 11.3.3', () => {
  it('are read side by side in two exchanges, without the padding behind them', async () => {
    const [short, long] = [object(20), object(1_000)];
    const padded = (file: Uint8Array): Uint8Array => concat(file, new Uint8Array(2_000));
    const card = fileCard({ selects: { '00A4020C021001': padded(short), '00A4020C021002': padded(long) } });
    const files = await readSelectedFiles(plainChannel(card, signal), [asObject(1), asObject(2)]);
    expect(files).to.deep.equal([short, long]);
    expect(card.exchanges).to.deep.equal([4, 4]);
    expect(card.log.at(-1)).to.equal('00B00300EC');
  });

  it('come back undefined where the card has none, and the others are read all the same', async () => {
    const file = object(300);
    const card = fileCard({ selects: { '00A4020C021001': '6A82', '00A4020C021002': file, '00A4020C021003': '6982' } });
    const files = await readSelectedFiles(plainChannel(card, signal), [asObject(1), asObject(2), asObject(3)]);
    expect(files).to.deep.equal([undefined, file, undefined]);
    expect(card.log.filter((command) => command.startsWith('00B0'))).to.have.length(2);
  });

  it('are put together from short answers', async () => {
    const file = object(700);
    const card = fileCard({ selects: { '00A4020C021001': file }, answersAtMost: 100 });
    expect(await readSelectedFiles(plainChannel(card, signal), [asObject(1)])).to.deep.equal([file]);
  });

  it('may end early where that is said, and are refused where it is not', async () => {
    const file = new Uint8Array(300).fill(0x41);
    const card = fileCard({ selects: { '00A4020C021001': file } });
    const early: SelectedFile = { select: select(1), lengthOf: () => 400, mayEndEarly: true };
    expect(await readSelectedFiles(plainChannel(card, signal), [early])).to.deep.equal([file]);
    const whole: SelectedFile = { select: select(1), lengthOf: () => 400 };
    expect((await failure(readSelectedFiles(plainChannel(card, signal), [whole]))).code).to.equal('malformed');
  });

  it('are refused when they lie about their length or carry another tag', async () => {
    for (const lie of ['308310000000', '3084FFFFFFFF00', '310100']) {
      const file = concat(fromHex(lie), new Uint8Array(300));
      const card = fileCard({ selects: { '00A4020C021001': file } });
      const error = await failure(readSelectedFiles(plainChannel(card, signal), [asObject(1)]));
      expect(error.code, lie).to.equal('malformed');
      expect(card.exchanges.length, lie).to.equal(1);
    }
  });

  it('do not keep the reader for ever when the card answers byte by byte', async () => {
    const card = fileCard({ selects: { '00A4020C021001': object(2_000) }, answersAtMost: 5 });
    const error = await failure(readSelectedFiles(plainChannel(card, signal), [asObject(1)]));
    expect(error.code).to.equal('malformed');
    expect(card.exchanges.length).to.equal(80);
  });
});
