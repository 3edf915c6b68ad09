import { expect } from 'chai';
import { BENCH_CAN, createBenchCard, FILE_BYTES } from './bench-card.ts';
import { countsOf, runCardBench } from './card.bench.ts';
import { runOnCard, startCardLine } from './card-line.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));

describe('the card bench', function () {
  this.timeout(30_000);
  this.slow(5_000);

  it('runs commands up to the first answer other than 9000, and no further', () => {
    const heard: string[] = [];
    const card = {
      process: (command: Uint8Array) => {
        heard.push(Buffer.from(command).toString('hex'));
        return hex(heard.length === 2 ? '6282' : '019000');
      },
    };
    const responses = runOnCard(card, [hex('00a40000'), hex('00b00000'), hex('00b00001')]);
    expect(responses).to.deep.equal([hex('019000'), hex('6282')]);
    expect(heard).to.deep.equal(['00a40000', '00b00000']);
  });

  it('counts by name, and takes the network trips of the chip that needs more', () => {
    const counts = countsOf({
      textShort: { roundTrips: 1, networkTrips: 6 },
      textExtended: { roundTrips: 2, networkTrips: 5 },
      photoShort: { roundTrips: 3, networkTrips: 7 },
      photoExtended: { roundTrips: 4, networkTrips: 8 },
    });
    const values = Object.fromEntries(Object.entries(counts).map(([name, { value }]) => [name, value]));
    expect(values).to.deep.equal({
      'roundTrips.text.short': 1,
      'roundTrips.text.extended': 2,
      'roundTrips.photo.short': 3,
      'roundTrips.photo.extended': 4,
      'networkTrips.text': 6,
      'networkTrips.photo': 8,
    });
  });

  it('counts on the line what the card itself was asked, and adds the delay to each trip', async () => {
    await using line = startCardLine();
    const card = createBenchCard('nxp');
    let asked = 0;
    const counted = {
      ...card,
      process: (command: Uint8Array) => {
        asked += 1;
        return card.process(command);
      },
    };
    const first = await line.read(counted, { can: BENCH_CAN, photo: true, lengths: 'short', delayMs: 0 }, FILE_BYTES);
    expect(first.roundTrips).to.equal(asked);
    expect(first.networkTrips).to.be.within(1, first.roundTrips);
    const second = await line.read(counted, { can: BENCH_CAN, photo: true, lengths: 'short', delayMs: 25 }, FILE_BYTES);
    expect(second.roundTrips).to.equal(asked - first.roundTrips);
    expect(second.networkTrips).to.equal(first.networkTrips);
    // Timers may fire a moment early by the other clock.
    expect(second.ms).to.be.at.least(second.networkTrips * 24);
  });

  it('finds the commands and trips that the protocol needs, and no more', async () => {
    const metrics = await runCardBench({ readings: 1 });
    const { 'read.text.0ms': quick, 'read.text.30ms': near, 'read.text.60ms': far, ...counts } = metrics;
    const floors: Record<keyof typeof counts, number> = {
      'roundTrips.text.short': 21,
      'roundTrips.text.extended': 12,
      'roundTrips.photo.short': 86,
      'roundTrips.photo.extended': 20,
      'networkTrips.text': 9,
      'networkTrips.photo': 11,
    };
    expect(counts).to.have.all.keys(Object.keys(floors));
    for (const [name, { value }] of Object.entries(counts)) {
      expect(value, name).to.be.within(1, floors[name as keyof typeof counts]);
    }
    for (const { n, p50 } of [quick, near, far]) {
      expect(n).to.equal(1);
      expect(p50).to.be.above(0);
    }
  });

  it('does not measure a reading that failed or brought other files', async () => {
    await using line = startCardLine();
    const wrong: unknown = await line
      .read(createBenchCard('nxp'), { can: '000000', photo: false, lengths: 'short', delayMs: 0 }, {})
      .catch((reason: unknown) => reason);
    expect(wrong).to.have.property('message', 'The card was not read: wrong-can.');
    const other: unknown = await line
      .read(createBenchCard('nxp'), { can: BENCH_CAN, photo: false, lengths: 'short', delayMs: 0 }, { dg2: 15_000 })
      .catch((reason: unknown) => reason);
    expect(other).to.have.property('message', 'dg2 came with undefined bytes.');
  });
});
