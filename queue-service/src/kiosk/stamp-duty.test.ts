import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { startTown } from '../../testing/town-fixture.ts';
import { loadDutyRules, stampDutyOn } from './stamp-duty.ts';
import type { DutyRules } from './stamp-duty.ts';

const rules: DutyRules = {
  stampDuty: [
    { from: '2020-01-01', to: '2026-12-31', cents: 1600 },
    { from: '2027-01-01', to: '2027-06-30', cents: 1850 },
    { from: '2027-07-01', to: null, cents: 0 },
  ],
  dutyExemptions: [
    { code: '6', from: '2016-01-01', to: null },
    { code: '9', from: '2016-01-01', to: '2026-12-31' },
    { code: '9', from: '2027-01-01', to: '2027-01-31' },
  ],
};

describe('stamp duty', () => {
  it('is what the rules say for the day, with the exemptions of the day', () => {
    expect(stampDutyOn(rules, '2026-12-31')).to.deep.equal({ cents: 1600, exemptions: ['6', '9'] });
    expect(stampDutyOn(rules, '2027-01-01')).to.deep.equal({ cents: 1850, exemptions: ['6', '9'] });
    expect(stampDutyOn(rules, '2027-02-01')).to.deep.equal({ cents: 1850, exemptions: ['6'] });
  });

  it('is none when the law asks for none, and not known when the rules say nothing of the day', () => {
    expect(stampDutyOn(rules, '2027-07-01')).to.equal(null);
    expect(stampDutyOn(rules, '2019-12-31')).to.equal(undefined);
  });

  it('is read from the demo town', async () => {
    const town = await loadDutyRules(fileURLToPath(new URL('../../../deploy/town', import.meta.url)));
    expect(stampDutyOn(town, '2026-11-22')).to.deep.include({ cents: 1600 });
  });

  it('makes the start fail with a plain sentence when the file is missing or wrong', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'vs-duty-'));
    try {
      const failure = () => loadDutyRules(dir).then(() => expect.fail('it was read'), (error: Error) => error.message);
      expect(await failure()).to.match(/certificate rules in .* cannot be read or are not valid/);
      await writeFile(join(dir, 'certificate-terms.json'), JSON.stringify({ ...rules, dutyExemptions: [{ code: 'x', from: '2016-01-01', to: null }] }));
      expect(await failure()).to.match(/certificate rules in .* cannot be read or are not valid/);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });

  it('is told with the hello, and anew with each visit: a kiosk stays connected for weeks', async function () {
    this.timeout(20_000);
    const clock = { now: Date.UTC(2029, 11, 31, 22) };
    await using town = await startTown({ deps: { now: () => clock.now } });
    const kiosk = await town.kiosk('kiosk-1');
    expect(kiosk.state.stampDuty).to.deep.equal({ cents: 1600, exemptions: ['6'] });
    // 00:30 of the next day in Rome.
    clock.now = Date.UTC(2029, 11, 31, 23, 30);
    await kiosk.openVisit('it');
    expect(kiosk.state.stampDuty).to.deep.equal({ cents: 1850, exemptions: ['6'] });
    await kiosk.endVisit('citizen');
    clock.now = Date.UTC(2035, 0, 1, 12);
    await kiosk.openVisit('it');
    expect(kiosk.state.stampDuty).to.equal(null);
  });
});
