import { expect } from 'chai';
import { reads, symbolOf, vectorAddresses } from '@videosportello/certificates/testing/stamp-lab.ts';
import { CONDITIONS } from './conditions.ts';
import { seededNumbers } from './seeded.ts';
import { dots, paintLine, printedSheet } from './sheet.ts';
import { runStampBench, tryConditions } from './stamp.bench.ts';

describe('the stamp bench', function () {
  this.timeout(120_000);
  this.slow(20_000);

  it('makes the same picture from the same seed, and another from another', async () => {
    const { modules } = symbolOf((await vectorAddresses()).residence);
    const pixelsOf = (name: string, seed: number) => Buffer.from(CONDITIONS[name]?.(modules, 150, seededNumbers(seed)).pixels ?? []);
    for (const name of ['copy', 'pen']) {
      const [picture, again, other] = [pixelsOf(name, 1), pixelsOf(name, 1), pixelsOf(name, 2)];
      expect([picture.equals(again), picture.equals(other)], name).to.deep.equal([true, false]);
    }
  });

  it('does not count what cannot be read, nor what reads as something else', async () => {
    const { residence, family } = await vectorAddresses();
    const sheet = printedSheet(symbolOf(residence).modules);
    expect(await reads(sheet, residence)).to.equal(true);
    expect(await reads(sheet, family)).to.equal(false);
    paintLine(sheet, [0, 0, sheet.width, sheet.height], dots(12), 255);
    expect(await reads(sheet, residence)).to.equal(false);
  });

  it('measures both ways of checking', async () => {
    const metrics = await runStampBench({ checks: 2, trials: 0 });
    expect(metrics).to.have.all.keys('check.image', 'check.page');
    expect(metrics['check.image'].n).to.equal(2);
    expect(metrics['check.page'].p50).to.be.above(0);
  });

  it('finds that a fold and a pen are survived', async () => {
    const { fold, pen } = CONDITIONS;
    if (!fold || !pen) throw new Error('no such condition');
    const shares = await tryConditions(1, () => {}, { fold, pen });
    expect(Object.keys(shares)).to.have.length(6);
    for (const name of ['fold', 'pen']) expect(shares[`read.${name}.300dpi`], name).to.deep.equal({ unit: '%', value: 100, n: 2 });
  });

  it('finds that some photos by a moving hand from the side in bad light are read too', async () => {
    const { badPhoto } = CONDITIONS;
    if (!badPhoto) throw new Error('no such condition');
    const { residence, family } = await vectorAddresses();
    const read = await Promise.all(
      [residence, family].map((address) => reads(badPhoto(symbolOf(address).modules, 300, seededNumbers(1)), address)),
    );
    expect(read).to.include(true);
  });
});
