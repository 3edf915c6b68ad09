import { parseTaxCode, taxCodeDisagreements } from '@videosportello/identity/tax-code/tax-code.ts';
import { expect } from 'chai';
import { civilDate } from '../../rules/civil-date.ts';
import type { CivilDate } from '../../rules/civil-date.ts';
import { householdRelation, maritalStatusFact } from '../facts.ts';
import { answerFrom } from './answers.ts';
import { ageOn, dayOfYear, daysAfter } from './days.ts';
import { inventTown, LAST_DAY } from './invent-town.ts';
import { factsOn } from './life.ts';
import { membersOn } from './town-history.ts';
import type { TownHistory } from './town-history.ts';

const town = { place: 'Valfiorita', province: 'VF', postalCode: '00099', placeCode: 'X000' };

/** Days over the whole history, among them first, last, leap and ordinary ones. */
const days: readonly CivilDate[] = [
  ...Array.from({ length: 20 }, (_, index) => dayOfYear(1930 + index * 5, (index * 37) % 365)),
  civilDate.parse('2024-02-29'),
  LAST_DAY,
  daysAfter(LAST_DAY, 400),
];

describe('the invented town, on many days of its history', function () {
  // A whole town is walked person by person for each day, on a machine that may have much else to do.
  this.timeout(120_000);
  let history: TownHistory;
  before(() => {
    ({ history } = inventTown(7, town, []));
  });

  it('is the same for the same seed', () => {
    const again = inventTown(7, town, []).history;
    expect(JSON.stringify([...again.people])).to.equal(JSON.stringify([...history.people]));
    expect(JSON.stringify([...again.homes])).to.equal(JSON.stringify([...history.homes]));
  });

  it('has some thousand people, of whom some thousand are residents at the end', () => {
    const residents = [...history.people].filter(([code, { life }]) => factsOn(code, life, LAST_DAY).status === 'resident');
    expect(history.people.size).to.be.within(4_000, 9_000);
    expect(residents.length).to.be.within(2_000, 4_500);
  });

  it('has everybody alive and registered in exactly one household, of fifteen at most, with one head unless nobody can be it', () => {
    const faults: string[] = [];
    for (const day of days) {
      const seen = new Set<string>();
      for (const home of history.homes.values()) {
        const members = membersOn(history, home, day);
        for (const { person } of members) {
          if (seen.has(person.name.taxCode)) faults.push(`somebody is in two homes on ${day}`);
          seen.add(person.name.taxCode);
        }
        const isHeadless = home.kind === 'institution' || members.every(({ person }) => ageOn(person.name.birthDate, day) < 18);
        const heads = members.filter(({ relation }) => relation === 'head');
        if (heads.length !== (isHeadless ? 0 : 1)) faults.push(`${home.id} has ${heads.length} heads on ${day}`);
        if (!isHeadless && members[0] !== heads[0]) faults.push(`${home.id} does not begin with its head on ${day}`);
      }
      for (const [taxCode, { life }] of history.people) {
        const isRegistered = factsOn(taxCode, life, day).homeId !== null;
        if (seen.has(taxCode) !== isRegistered) faults.push(`${taxCode} is not where registered on ${day}`);
      }
    }
    expect(faults).to.deep.equal([]);
  });

  it('has nobody in a household before birth or after death', () => {
    const faults: string[] = [];
    for (const [taxCode, { name, life }] of history.people) {
      if (life[0]?.kind !== 'born' || life[0].on !== name.birthDate) faults.push(`${taxCode} is not born`);
      if (factsOn(taxCode, life, daysAfter(name.birthDate, -1)).homeId !== null) faults.push(`${taxCode} is here before birth`);
      const death = life.find(({ kind }) => kind === 'died');
      if (death === undefined) continue;
      if (life.at(-1) !== death) faults.push(`${taxCode} lives on`);
      const lastDay = factsOn(taxCode, life, death.on);
      if (lastDay.status !== 'deceased' || lastDay.homeId === null) faults.push(`${taxCode} left before death`);
      if (factsOn(taxCode, life, daysAfter(death.on, 1)).homeId !== null) faults.push(`${taxCode} is here after death`);
    }
    expect(faults).to.deep.equal([]);
  });

  it('has parents at least seventeen years older than their children, and mothers alive at birth', () => {
    const faults: string[] = [];
    for (const { name, parents } of history.people.values()) {
      for (const code of parents) {
        const parent = history.people.get(code);
        if (parent === undefined || ageOn(parent.name.birthDate, name.birthDate) < 17) faults.push(`${code} is no parent`);
        const death = parent?.name.sex === 'F' && parent.life.find(({ kind }) => kind === 'died');
        if (death && death.on < name.birthDate) faults.push(`${code} gave birth after death`);
      }
    }
    expect(faults).to.deep.equal([]);
  });

  it('has spouses and civil partners who are each other’s, of age, and no kin', () => {
    const faults: string[] = [];
    for (const day of days) {
      for (const [taxCode, { life, name, parents }] of history.people) {
        const { partner, maritalStatus, deathDate } = factsOn(taxCode, life, day);
        if (partner === null) continue;
        const other = history.people.get(partner);
        const then = other && factsOn(partner, other.life, day);
        const parted = deathDate === null && then?.deathDate === null && then.maritalStatus !== maritalStatus;
        if (other === undefined || then?.partner !== taxCode || parted) faults.push(`${taxCode} alone is bound on ${day}`);
        if ((other?.name.sex === name.sex) !== maritalStatus.startsWith('civil-union'))
          faults.push(`${taxCode} has another bond`);
        if (ageOn(name.birthDate, day) < 18) faults.push(`${taxCode} is bound as a minor`);
        if (parents.some((parent) => parent === partner || other?.parents.includes(parent)))
          faults.push(`${taxCode} is bound to kin`);
      }
    }
    expect(faults).to.deep.equal([]);
  });

  it('has one address for a household and for the residence of each of its members', () => {
    const faults: string[] = [];
    const today = daysAfter(LAST_DAY, 400);
    for (const day of days.slice(-6)) {
      for (const taxCode of history.people.keys()) {
        const of = { taxCode, onDay: day === today ? null : day };
        const household = answerFrom(history, 'household', of, today);
        const residence = answerFrom(history, 'residence', of, today);
        if ('refusal' in household) continue;
        if ('refusal' in residence || residence.value.address !== household.value.address) {
          faults.push(`${taxCode} lives apart on ${day}`);
          continue;
        }
        const { since, until } = residence.value;
        if (since > day || (until !== null && until < day)) faults.push(`${taxCode} is there at another time than ${day}`);
        if (household.value.members.filter((member) => member.taxCode === taxCode).length !== 1)
          faults.push(`${taxCode} is missing`);
      }
    }
    expect(faults).to.deep.equal([]);
  });

  it('has tax codes of the right form and check character that agree with the people', () => {
    const faults: string[] = [];
    for (const { name } of history.people.values()) {
      const code = parseTaxCode(name.taxCode);
      if (code.kind !== 'person' || taxCodeDisagreements(code, name).length > 0) faults.push(name.taxCode);
    }
    expect(faults).to.deep.equal([]);
  });

  it('numbers the acts of each year in the order of days', () => {
    const births = [...history.people.values()].flatMap(({ name, life }) => {
      const [born] = life;
      return born?.kind === 'born' && born.act?.part === 'I' && born.act.year === 1985
        ? [{ on: name.birthDate, number: Number(born.act.number) }]
        : [];
    });
    const inOrder = births.toSorted((one, other) => one.number - other.number);
    expect(inOrder.map(({ number }) => number)).to.deep.equal(births.map((_, index) => index + 1));
    expect(inOrder.map(({ on }) => on)).to.deep.equal(births.map(({ on }) => on).toSorted());
  });

  it('lacks no kind of household relation and no marital status', () => {
    const [relations, states] = [new Set<string>(), new Set<string>()];
    for (const day of days) {
      for (const home of history.homes.values()) {
        for (const { relation, now } of membersOn(history, home, day)) {
          relations.add(relation);
          states.add(now.maritalStatus);
        }
      }
    }
    expect([...relations].toSorted()).to.deep.equal(householdRelation.options.toSorted());
    expect([...states].toSorted()).to.deep.equal(maritalStatusFact.shape.status.options.toSorted());
  });
});
