import { expect } from 'chai';
import { fileURLToPath } from 'node:url';
import { loadOperators } from '../operator/operator-directory.ts';
import { dutyStateOf, loadOpeningHours, openingHours } from './opening-hours.ts';
import { estimateWait } from './estimate-wait.ts';

const town = fileURLToPath(new URL('../../../deploy/town', import.meta.url));

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'];
/** An office as they are: shut in the evening, on Saturday afternoon, on Sunday and at Christmas. */
const office = openingHours.parse({
  timeZone: 'Europe/Rome',
  weekly: [
    ...weekdays.map((day) => ({ day, open: [['08:00', '20:00']] })),
    { day: 'saturday', open: [['09:00', '13:00']] },
    { day: 'sunday', open: [] },
  ],
  closed: ['2026-12-25'],
  alternatives: [
    { name: 'Ufficio Anagrafe', place: 'Piazza della Fonte 1', hours: 'lunedì–venerdì 8.30–12.30' },
    { name: 'Centralino', phone: '+39 00 0000 000', hours: 'lunedì–venerdì 8.00–18.00' },
  ],
});

describe('opening hours', () => {
  it('reads the demo town, which never closes', async () => {
    const hours = await loadOpeningHours(town);
    expect(dutyStateOf(hours, Date.UTC(2026, 10, 22, 3), false)).to.deep.include({
      open: true,
      hours: [{ days: 'monday-sunday', from: '00:00', to: '24:00' }],
    });
  });

  it('groups days with the same hours', () => {
    const hours = office;
    const duty = dutyStateOf(hours, Date.UTC(2026, 10, 24, 11), true);
    expect(duty).to.include({ open: true, staffed: true, phone: '+39 00 0000 000' });
    expect(duty.hours).to.deep.equal([
      { days: 'monday-friday', from: '08:00', to: '20:00' },
      { days: 'saturday', from: '09:00', to: '13:00' },
    ]);
    expect(duty.nearest).to.equal('Ufficio Anagrafe, Piazza della Fonte 1 (lunedì–venerdì 8.30–12.30)');
  });

  it('is open by the clock of the town, summer and winter, and closed on its closed days', () => {
    const hours = office;
    const isOpen = (...at: Parameters<typeof Date.UTC>) => dutyStateOf(hours, Date.UTC(...at), false).open;
    // 2026-11-24 is a Tuesday: Rome is one hour ahead; on 2026-07-21, also a Tuesday, two.
    expect([isOpen(2026, 10, 24, 6, 59), isOpen(2026, 10, 24, 7), isOpen(2026, 10, 24, 19)]).to.deep.equal([false, true, false]);
    expect([isOpen(2026, 6, 21, 5, 59), isOpen(2026, 6, 21, 6), isOpen(2026, 6, 21, 18)]).to.deep.equal([false, true, false]);
    expect(isOpen(2026, 11, 25, 11)).to.equal(false);
  });

  it('knows the demo town’s operators', async () => {
    const { operators } = await loadOperators(town);
    expect(operators.map((operator) => operator.displayName)).to.deep.equal(['Marta', 'Paolo']);
  });

  it('refuses a folder without them with a sentence', async () => {
    const error = await loadOpeningHours('/nowhere').then(
      () => expect.fail('it was read'),
      (cause: Error) => cause,
    );
    expect(error.message).to.equal('The opening hours in /nowhere/opening-hours.json cannot be read or are not valid.');
  });
});

describe('estimate of the wait', () => {
  it('is a range from half to one and a half times the expected wait', () => {
    expect(estimateWait({ place: 2, slots: 2, meanMs: 360_000, talks: 10 })).to.deep.equal({ fromMs: 180_000, toMs: 540_000 });
  });
  it('is absent while too little is known or nobody is on duty', () => {
    expect(estimateWait({ place: 1, slots: 2, meanMs: 360_000, talks: 2 })).to.equal(undefined);
    expect(estimateWait({ place: 1, slots: 0, meanMs: 360_000, talks: 9 })).to.equal(undefined);
    expect(estimateWait({ place: 1, slots: 1, meanMs: undefined, talks: undefined })).to.equal(undefined);
  });
});
