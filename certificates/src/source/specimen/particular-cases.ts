import { civilDate } from '../../rules/civil-date.ts';
import type { CivilDate } from '../../rules/civil-date.ts';
import type { TownWriter, Draft } from './town-writer.ts';
import { ABROAD, OTHER_TOWNS, STATES, STREET_OF_THE_HOMELESS } from './places.ts';
import type { CodedPlace } from './places.ts';

const day = (text: string): CivilDate => civilDate.parse(text);
const TRANSCRIBED = { part: 'II', series: 'B' } as const;

/** Tax codes of the people whom a century of chance need not bring about; each case by its name. */
export type ParticularCases = Readonly<Record<keyof ReturnType<typeof particularPeople>, string>>;

/** Writes the particular cases into a town. */
export function writeParticularCases(writer: TownWriter, institution: string): ParticularCases {
  const cases = Object.entries(particularPeople(writer, institution)).map(
    ([
      name,
      {
        name: { taxCode },
      },
    ]) => [name, taxCode] as const,
  );
  return Object.fromEntries(cases) as ParticularCases;
}

function particularPeople(writer: TownWriter, institution: string) {
  const [survivor, departed] = civilUnionEndedByDeath(writer);
  const [namesake, otherNamesake] = namesakes(writer);
  return {
    householdOfFifteen: householdOfFifteen(writer),
    /** Brother and sister, minors, alone since their mother's death. */
    headlessHousehold: headlessHousehold(writer),
    homeless: homeless(writer),
    inInstitution: newcomer(writer, {
      surname: 'Zanella',
      givenNames: 'Agnese',
      sex: 'F',
      born: '1938-02-11',
      came: '2019-03-04',
      homeId: institution,
    }),
    /** A procedure is open: nothing may be certified. */
    barred: barred(writer),
    severalCitizenships: newcomer(writer, {
      surname: 'Groß',
      givenNames: 'Jürgen',
      sex: 'M',
      born: '1979-06-21',
      came: '2006-09-12',
      at: STATES.DEU,
      citizenships: ['DEU', 'ITA'],
    }),
    undefinedCitizenship: newcomer(writer, {
      surname: 'Sahli',
      givenNames: 'Nadia',
      sex: 'F',
      born: '1991-01-08',
      came: '2021-11-02',
      at: STATES.TUR,
      citizenships: [],
    }),
    stateless: newcomer(writer, {
      surname: 'Kowal',
      givenNames: 'Irena',
      sex: 'F',
      born: '1969-10-30',
      came: '1999-05-17',
      at: STATES.UKR,
      citizenships: ['XXX'],
    }),
    foreign: newcomer(writer, {
      surname: 'Țîrlea',
      givenNames: 'Brândușa',
      sex: 'F',
      born: '1988-12-05',
      came: '2014-04-22',
      at: STATES.ROU,
      citizenships: ['ROU'],
    }),
    /** The page's font has no ễ. */
    unprintableName: newcomer(writer, {
      surname: 'Nguyễn',
      givenNames: 'Lan',
      sex: 'F',
      born: '1986-08-19',
      came: '2010-10-01',
      at: STATES.VNM,
      citizenships: ['VNM'],
    }),
    longName: newcomer(writer, {
      surname: 'Della Rovere Montalbano di Sant’Àrgine',
      givenNames: 'Maria Addolorata Immacolata Concetta Niccolò',
      sex: 'F',
      born: '1956-05-13',
      came: '1981-06-01',
    }),
    survivingCivilPartner: survivor,
    deceased: departed,
    dissolvedUnion: dissolvedUnion(writer),
    /** Two people with one name and one day of birth: the second's tax code has letters for digits. */
    namesake,
    otherNamesake,
    abroad: gone(writer, {
      surname: 'Forlì',
      givenNames: 'Mosè',
      sex: 'M',
      born: '1990-04-09',
      left: '2018-01-15',
      to: ABROAD[1],
    }),
    emigrated: gone(writer, { surname: 'Viganò', givenNames: 'Zoë', sex: 'F', born: '1993-09-27', left: '2023-07-03', to: null }),
  };
}

interface Newcomer {
  readonly surname: string;
  readonly givenNames: string;
  readonly sex: 'F' | 'M';
  readonly born: string;
  readonly came: string;
  /** Default: another town. */
  readonly at?: CodedPlace;
  /** Default: Italian. */
  readonly citizenships?: readonly string[];
  /** Default: a dwelling of their own. */
  readonly homeId?: string;
  readonly parents?: readonly Draft[];
}

function newcomer(
  writer: TownWriter,
  { born, came, at = OTHER_TOWNS[2], citizenships = ['ITA'], homeId, parents = [], ...who }: Newcomer,
): Draft {
  const draft = writer.born({ ...who, on: day(born), at, parents, citizenships, homeId: null });
  writer.arrive(draft, day(came), homeId ?? writer.makeHome(day(came), 'Via Prà Lungo 41'), at);
  return draft;
}

/** Three generations: a couple, nine children, a daughter-in-law, two grandchildren and the old mother. */
function householdOfFifteen(writer: TownWriter): Draft {
  const surname = 'Dell’Orto';
  const mother = writer.born({
    surname: 'Brugnòl',
    givenNames: 'Ersilia',
    sex: 'F',
    on: day('1934-08-05'),
    at: OTHER_TOWNS[3],
    parents: [],
    citizenships: ['ITA'],
    homeId: null,
  });
  const husband = newcomer(writer, {
    surname,
    givenNames: 'Ermenegildo',
    sex: 'M',
    born: '1958-03-02',
    came: '1984-05-10',
    parents: [mother],
  });
  const homeId = husband.homeId ?? '';
  const wife = writer.born({
    surname: 'Ciccarèl',
    givenNames: 'Maria Grazia',
    sex: 'F',
    on: day('1962-11-15'),
    at: OTHER_TOWNS[3],
    parents: [],
    citizenships: ['ITA'],
    homeId: null,
  });
  writer.unite([husband, wife], day('1985-06-08'), { bond: 'marriage', at: OTHER_TOWNS[3], part: TRANSCRIBED });
  writer.arrive(wife, day('1985-06-20'), homeId, OTHER_TOWNS[3]);
  const bear = (givenNames: string, sex: 'F' | 'M', on: string, parents: readonly Draft[]): Draft =>
    writer.born({ surname, givenNames, sex, on: day(on), at: writer.here, parents, citizenships: ['ITA'], homeId });
  const eldest = bear('Niccolò', 'M', '1986-09-01', [wife, husband]);
  for (const [givenNames, sex, on] of [
    ['Àgata', 'F', '1988-02-14'],
    ['Donàt', 'M', '1990-07-30'],
    ['Chloé', 'F', '1992-12-08'],
    ['Giosuè', 'M', '1995-03-19'],
    ['Noè', 'M', '1997-10-04'],
    ['Rosalìa', 'F', '2000-02-29'],
    ['Zoë', 'F', '2003-06-24'],
    ['Maria José', 'F', '2006-01-06'],
  ] as const)
    bear(givenNames, sex, on, [wife, husband]);
  writer.arrive(mother, day('2012-10-01'), homeId, OTHER_TOWNS[3]);
  const inLaw = writer.born({
    surname: 'Lo Presti',
    givenNames: 'Benedetta',
    sex: 'F',
    on: day('1989-05-23'),
    at: OTHER_TOWNS[4],
    parents: [],
    citizenships: ['ITA'],
    homeId: null,
  });
  writer.unite([eldest, inLaw], day('2014-09-13'), { bond: 'marriage', at: writer.here, part: { part: 'I', series: null } });
  writer.arrive(inLaw, day('2014-09-13'), homeId, OTHER_TOWNS[4]);
  bear('Samuele', 'M', '2016-04-02', [inLaw, eldest]);
  bear('Beatrice', 'F', '2019-11-11', [inLaw, eldest]);
  return husband;
}

function headlessHousehold(writer: TownWriter): Draft {
  const mother = newcomer(writer, { surname: 'Mazzù', givenNames: 'Ilaria', sex: 'F', born: '1984-07-07', came: '2008-03-01' });
  const bear = (givenNames: string, sex: 'F' | 'M', on: string): Draft =>
    writer.born({
      surname: 'Mazzù',
      givenNames,
      sex,
      on: day(on),
      at: writer.here,
      parents: [mother],
      citizenships: ['ITA'],
      homeId: mother.homeId,
    });
  const elder = bear('Camilla', 'F', '2010-11-03');
  bear('Elia', 'M', '2013-05-28');
  writer.die(mother, day('2026-09-20'), writer.here);
  return elder;
}

function homeless(writer: TownWriter): Draft {
  const homeId = writer.makeHome(day('2017-02-01'), STREET_OF_THE_HOMELESS, 'homeless');
  return newcomer(writer, {
    surname: 'Tartaglia',
    givenNames: 'Renato',
    sex: 'M',
    born: '1971-12-12',
    came: '2017-02-01',
    homeId,
  });
}

function barred(writer: TownWriter): Draft {
  const draft = newcomer(writer, { surname: 'Cusà', givenNames: 'Irene', sex: 'F', born: '1980-03-31', came: '2005-08-08' });
  writer.bar(draft, day('2026-05-11'));
  return draft;
}

/** @returns the survivor and the one who died */
function civilUnionEndedByDeath(writer: TownWriter): [Draft, Draft] {
  const one = newcomer(writer, { surname: 'Belloni', givenNames: 'Cesare', sex: 'M', born: '1961-04-25', came: '1997-10-10' });
  const other = newcomer(writer, {
    surname: 'Žagar',
    givenNames: 'Boštjan',
    sex: 'M',
    born: '1959-09-16',
    came: '1997-10-10',
    at: STATES.SVN,
    citizenships: ['SVN'],
    homeId: one.homeId ?? '',
  });
  writer.unite([one, other], day('2017-05-20'), { bond: 'civil-union', at: writer.here, part: null });
  writer.die(other, day('2024-02-29'), writer.here);
  return [one, other];
}

function dissolvedUnion(writer: TownWriter): Draft {
  const one = newcomer(writer, {
    surname: 'Lacœur',
    givenNames: 'Hélène',
    sex: 'F',
    born: '1983-11-20',
    came: '2012-03-15',
    at: STATES.FRA,
    citizenships: ['FRA', 'ITA'],
  });
  const other = newcomer(writer, {
    surname: 'Amadei',
    givenNames: 'Noemi',
    sex: 'F',
    born: '1981-01-02',
    came: '2012-03-15',
    homeId: one.homeId ?? '',
  });
  writer.unite([one, other], day('2018-09-01'), { bond: 'civil-union', at: writer.here, part: null });
  writer.part(one, day('2023-10-10'));
  writer.move(other, day('2023-10-10'), writer.makeHome(day('2023-10-10'), 'Largo delle Rose 6'));
  return one;
}

function namesakes(writer: TownWriter): [Draft, Draft] {
  const same = { surname: 'Russo', givenNames: 'Marco', sex: 'M', born: '1975-05-05' } as const;
  return [newcomer(writer, { ...same, came: '2001-02-03' }), newcomer(writer, { ...same, came: '2009-09-21' })];
}

/** Born here, and left: for another town, or abroad, where Italians stay in the list of those abroad. */
function gone(
  writer: TownWriter,
  {
    born,
    left,
    to,
    ...who
  }: Pick<Newcomer, 'surname' | 'givenNames' | 'sex' | 'born'> & {
    readonly left: string;
    readonly to: (typeof ABROAD)[number] | null;
  },
): Draft {
  const mother = newcomer(writer, { surname: 'Salerni', givenNames: 'Paola', sex: 'F', born: '1965-02-02', came: '1987-12-01' });
  const draft = writer.born({
    ...who,
    on: day(born),
    at: writer.here,
    parents: [mother],
    citizenships: ['ITA'],
    homeId: mother.homeId,
  });
  writer.leave(draft, day(left), to?.place ?? OTHER_TOWNS[1], to);
  return draft;
}
