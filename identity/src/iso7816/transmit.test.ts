import { expect } from 'chai';
import { failure } from '../../test/failure.ts';
import { recordedPort } from '../../test/recorded-port.ts';
import { fromHex, toHex } from '../primitives/bytes.ts';
import { plainChannel } from './transmit.ts';
import type { Command } from './apdu.ts';

const { signal } = new AbortController();
const READ: Command = { ins: 0xb0, p1: 0, p2: 0, le: 256 };
const SELECT: Command = { ins: 0xa4, p1: 2, p2: 0x0c, data: fromHex('011C') };

async function run(commands: Command[], recording: [string, string][]): Promise<string[]> {
  const port = recordedPort(recording.map(([command, response], i) => ({ label: `step ${i}`, command, response })));
  const responses = await plainChannel(port, signal).run(commands);
  expect(port.remaining()).to.equal(0);
  return responses.map(({ data, sw }) => toHex(data) + sw.toString(16));
}

describe('commands over a port', () => {
  it('stops after the first status word other than 9000', async () => {
    const responses = await run([SELECT, READ, READ], [
      ['00A4020C02011C', '9000'],
      ['00B0000000', '6A82'],
    ]);
    expect(responses).to.deep.equal(['9000', '6a82']);
  });

  it('completes 61xx by GET RESPONSE and goes on with the rest', async () => {
    const responses = await run([READ, SELECT], [
      ['00B0000000', '01026103'],
      ['00C0000003', '0304056100'],
      ['00C0000000', '069000'],
      ['00A4020C02011C', '9000'],
    ]);
    expect(responses).to.deep.equal(['0102030405069000', '9000']);
  });

  it('asks once more with the right length on 6Cxx', async () => {
    const responses = await run([READ], [
      ['00B0000000', '6C02'],
      ['00B0000002', 'AABB9000'],
    ]);
    expect(responses).to.deep.equal(['AABB9000']);
    const again = await run([READ], [
      ['00B0000000', '6C02'],
      ['00B0000002', '6C02'],
    ]);
    expect(again).to.deep.equal(['6c02']);
  });

  it('refuses GET RESPONSE without end, empty or not', async () => {
    const empty = { exchange: async () => [fromHex('6110')] };
    expect((await failure(plainChannel(empty, signal).run([READ]))).code).to.equal('malformed');
    const endless = { exchange: async () => [fromHex(`${'00'.repeat(255)}61FF`)] };
    expect((await failure(plainChannel(endless, signal).run([READ]))).code).to.equal('malformed');
  });
});
