import { expect } from 'chai';
import type { IppValue } from './ipp/message.ts';
import { blockingReasons, OFFLINE, readPrinterStatus, sameStatus } from './printer-status.ts';

const attributes = (values: Readonly<Record<string, readonly IppValue[]>>): Map<string, readonly IppValue[]> =>
  new Map(Object.entries(values));

describe('the printer status', () => {
  it('drops the suffixes, which differ between models, and "none"', () => {
    const reasons = ['media-low-report', 'media-empty-warning', 'media-jam-error', 'paused', 'none'];
    const status = readPrinterStatus(attributes({ 'printer-state': [4], 'printer-state-reasons': reasons }));
    expect(status.state).to.equal('processing');
    expect([...status.reasons]).to.deep.equal(['media-low', 'media-empty', 'media-jam', 'paused']);
    expect(blockingReasons(status)).to.deep.equal(['media-empty', 'media-jam', 'paused']);
  });

  it('reads trays and supplies, and knows what the printer does not know', () => {
    const status = readPrinterStatus(
      attributes({
        'printer-state': [3],
        'printer-input-tray': ['type=x;level=-2;name=auto', 'type=x;maxcapacity=250;level=120;name=main'].map(Buffer.from),
        'printer-supply': ['class=c;maxcapacity=200;level=50', 'maxcapacity=-2;level=-3;type=toner'].map(Buffer.from),
        'printer-supply-description': ['Waste'],
        'printer-up-time': [17],
      }),
    );
    expect(status.trays).to.deep.equal([
      { name: 'auto', sheets: undefined },
      { name: 'main', sheets: 120 },
    ]);
    expect(status.supplies).to.deep.equal([
      { name: 'Waste', levelPercent: 25 },
      { name: 'toner', levelPercent: undefined },
    ]);
    expect(status.upTimeS).to.equal(17);
  });

  it('takes a printer without a readable state for stopped', () => {
    expect(readPrinterStatus(attributes({})).state).to.equal('stopped');
  });

  it('counts offline among what blocks', () => {
    expect(blockingReasons(OFFLINE)).to.deep.equal(['offline']);
  });

  it('calls statuses the same whatever the clock of the printer says', () => {
    const at = (upTime: number, reason: string) =>
      readPrinterStatus(attributes({ 'printer-state': [3], 'printer-state-reasons': [reason], 'printer-up-time': [upTime] }));
    expect(sameStatus(at(1, 'none'), at(2, 'none'))).to.equal(true);
    expect(sameStatus(at(1, 'none'), at(1, 'media-low-report'))).to.equal(false);
  });
});
