import { civilDate } from '../../rules/civil-date.ts';
import type { CivilDate } from '../../rules/civil-date.ts';
import { inventStranger } from './arrivals.ts';
import type { Inventing } from './arrivals.ts';
import { ageOn, daysAfter } from './days.ts';
import { inventGivenNames } from './names.ts';
import { ABROAD, inventAddress, OTHER_TOWNS } from './places.ts';
import type { Draft } from './town-writer.ts';

/** Somebody of the file to whom a card of the demo belongs. */
export interface DemoCitizen {
  readonly taxCode: string;
  readonly surname: string;
  readonly givenNames: string;
  readonly sex: 'F' | 'M';
  readonly birthDate: CivilDate;
  readonly birthPlace: string;
  readonly nationality: string;
  readonly address: string;
  /** Since when at that address. */
  readonly residentSince: CivilDate;
  readonly card: { readonly documentNumber: string; readonly expiryDate: CivilDate };
}

/**
 * Gives a citizen of the file the life that is usual at that age on the day `until`: parents, a home left for one of one's
 * own; from 65 on widowed and with grown children, from 38 on married with two children, below that alone.
 */
export function settleDemoCitizen(inventing: Inventing, file: DemoCitizen, until: CivilDate): void {
  const { writer } = inventing;
  const citizen = bringUp(inventing, file, until);
  const age = ageOn(file.birthDate, until);
  if (age >= 38) foundFamily(inventing, citizen, file, until);
  const { documentNumber, expiryDate } = file.card;
  const tenYearsBefore = civilDate.parse(`${Number(expiryDate.slice(0, 4)) - 10}${expiryDate.slice(4)}`);
  writer.card(citizen, {
    on: daysAfter(tenYearsBefore, -40),
    number: documentNumber,
    issuedBy: `Comune di ${writer.here.name}`,
    expiresOn: expiryDate,
  });
}

/** Born to parents who came the year before, and moved to the address of the file on its day. */
function bringUp(inventing: Inventing, file: DemoCitizen, until: CivilDate): Draft {
  const { writer, random } = inventing;
  const came = daysAfter(file.birthDate, -365);
  const father = inventStranger(inventing, { origin: 'ITA', sex: 'M', age: 30, surname: file.surname }, came);
  const mother = inventStranger(inventing, { origin: 'ITA', sex: 'F', age: 27 }, came);
  writer.unite([father, mother], came, { bond: 'marriage', at: OTHER_TOWNS[0], part: null });
  const isHere = file.birthPlace === writer.here.name;
  const staysAtHome = file.residentSince === file.birthDate;
  const homeId = isHere ? writer.makeHome(came, staysAtHome ? file.address : inventAddress(random)) : null;
  if (homeId !== null) for (const parent of [father, mother]) writer.arrive(parent, daysAfter(came, 10), homeId, OTHER_TOWNS[0]);
  const citizen = writer.born({
    ...file,
    on: file.birthDate,
    at: isHere ? writer.here : { name: file.birthPlace, province: null, code: file.taxCode.slice(11, 15) },
    parents: [mother, father],
    citizenships: [file.nationality],
    homeId,
  });
  if (!staysAtHome || homeId === null) {
    const own = writer.makeHome(file.residentSince, file.address);
    if (homeId === null) writer.arrive(citizen, file.residentSince, own, { name: file.birthPlace, province: null });
    else writer.move(citizen, file.residentSince, own);
  }
  for (const [parent, years] of [
    [father, 81],
    [mother, 88],
  ] as const) {
    const on = daysAfter(parent.name.birthDate, years * 365 + 100);
    if (homeId !== null && on < until) writer.die(parent, on, writer.here);
  }
  return citizen;
}

function foundFamily(inventing: Inventing, citizen: Draft, file: DemoCitizen, until: CivilDate): void {
  const { writer, random } = inventing;
  const earliest = daysAfter(file.birthDate, 27 * 365);
  const wedding = daysAfter(file.residentSince > earliest ? file.residentSince : earliest, 12);
  const sex = file.sex === 'F' ? 'M' : 'F';
  const spouse = inventStranger(inventing, { origin: 'ITA', sex, age: ageOn(file.birthDate, wedding) - 1 }, wedding);
  const homeId = citizen.homeId;
  if (homeId === null) return;
  const pair = file.sex === 'M' ? ([citizen, spouse] as const) : ([spouse, citizen] as const);
  writer.unite(pair, wedding, { bond: 'marriage', at: writer.here, part: { part: 'II', series: 'A' } });
  writer.arrive(spouse, wedding, homeId, OTHER_TOWNS[1]);
  const children = [700, 1900].map((days, index) => {
    const childSex = index === 0 ? 'F' : 'M';
    return writer.born({
      surname: pair[0].name.surname,
      givenNames: inventGivenNames(random, 'ITA', childSex),
      sex: childSex,
      on: daysAfter(wedding, days),
      at: writer.here,
      parents: [citizen, spouse],
      citizenships: ['ITA'],
      homeId,
    });
  });
  if (ageOn(file.birthDate, until) < 65) return;
  const [elder, younger] = children;
  if (elder !== undefined) {
    const on = daysAfter(elder.name.birthDate, 30 * 365);
    writer.move(elder, on, writer.makeHome(on, inventAddress(random)));
  }
  if (younger !== undefined) writer.leave(younger, daysAfter(younger.name.birthDate, 28 * 365), ABROAD[0].place, ABROAD[0]);
  writer.die(spouse, daysAfter(until, -1500), writer.here);
}
