import { expect } from 'chai';
import { civilDate } from '../../rules/civil-date.ts';
import type { CivilDate } from '../../rules/civil-date.ts';
import { OTHER_TOWNS } from './places.ts';
import { membersOn } from './town-history.ts';
import { createTownWriter } from './town-writer.ts';
import type { Draft, TownWriter } from './town-writer.ts';

const day = (text: string): CivilDate => civilDate.parse(text);
const town = { place: 'Valfiorita', province: 'VF', postalCode: '00099', placeCode: 'X000' };
const wedding = { bond: 'marriage', at: OTHER_TOWNS[0], part: null } as const;

function write() {
  const writer = createTownWriter(town);
  const homeId = writer.makeHome(day('1990-01-01'), 'Via Roma 1');
  const born = (surname: string, sex: 'F' | 'M', on: string, parents: readonly Draft[] = []): Draft =>
    writer.born({
      surname,
      givenNames: surname,
      sex,
      on: day(on),
      at: OTHER_TOWNS[0],
      parents,
      citizenships: ['ITA'],
      homeId: null,
    });
  const arrive = (on: string, ...drafts: readonly Draft[]): void => {
    for (const draft of drafts) writer.arrive(draft, day(on), homeId, OTHER_TOWNS[0]);
  };
  const relations = (on: string): [string, string][] => {
    const history = writer.finish();
    const home = history.homes.get(homeId);
    if (home === undefined) throw new TypeError('no home');
    return membersOn(history, home, day(on)).map(({ person, relation }) => [person.name.surname, relation]);
  };
  return { writer, homeId, born, arrive, relations };
}

describe('the members of a home', () => {
  it('are named by what they are to the head: a whole clan', () => {
    const { writer, born, arrive, relations } = write();
    const mother = born('Madre', 'F', '1930-01-01');
    const head = born('Capo', 'M', '1955-01-01', [mother]);
    const sister = born('Sorella', 'F', '1957-01-01', [mother]);
    const sistersHusband = born('Cognato', 'M', '1956-01-01');
    const wifesMother = born('Suocera', 'F', '1932-01-01');
    const wife = born('Moglie', 'F', '1958-01-01', [wifesMother]);
    const wifesBrother = born('Fratello', 'M', '1961-01-01', [wifesMother]);
    const stepchild = born('Figliastro', 'M', '1978-01-01', [wife]);
    const child = born('Figlia', 'F', '1985-01-01', [wife, head]);
    const childsHusband = born('Genero', 'M', '1983-01-01');
    const grandchild = born('Nipote', 'F', '2010-01-01', [child, childsHusband]);
    const lodger = born('Ospite', 'M', '1960-01-01');
    writer.unite([head, wife], day('1984-01-01'), wedding);
    writer.unite([sistersHusband, sister], day('1984-01-01'), wedding);
    writer.unite([childsHusband, child], day('2009-01-01'), wedding);
    arrive('2010-06-01', head);
    arrive(
      '2011-06-01',
      mother,
      sister,
      sistersHusband,
      wifesMother,
      wife,
      wifesBrother,
      stepchild,
      child,
      childsHusband,
      grandchild,
      lodger,
    );
    const expected = {
      Capo: 'head',
      Moglie: 'spouse',
      Madre: 'parent',
      Suocera: 'in-law',
      Cognato: 'in-law',
      Sorella: 'sibling',
      Ospite: 'cohabitant',
      Fratello: 'in-law',
      Figliastro: 'child',
      Genero: 'in-law',
      Figlia: 'child',
      Nipote: 'grandchild',
    };
    expect(relations('2012-01-01')).to.deep.equal(Object.entries(expected));

    // Kinship by marriage outlasts the marriage that death ended; the head is the one who has been there longest.
    writer.die(wife, day('2013-01-01'), OTHER_TOWNS[0]);
    writer.die(childsHusband, day('2013-02-01'), OTHER_TOWNS[0]);
    writer.die(child, day('2013-03-01'), OTHER_TOWNS[0]);
    const { Moglie: _wife, Genero: _husband, Figlia: _child, ...others } = expected;
    expect(relations('2014-01-01')).to.deep.equal(Object.entries(others));
  });

  it('have another head when the head dies: who came first as an adult, then the elder', () => {
    const { writer, born, arrive, relations } = write();
    const head = born('Padre', 'M', '1960-01-01');
    const child = born('Figlio', 'M', '1980-01-01', [head]);
    const friend = born('Amico', 'M', '1970-01-01');
    arrive('1990-06-01', head, child);
    arrive('2005-06-01', friend);
    writer.die(head, day('2006-01-01'), OTHER_TOWNS[0]);
    expect(relations('2006-01-01')[0]).to.deep.equal(['Padre', 'head']);
    expect(relations('2006-01-02')).to.deep.equal([
      ['Amico', 'head'],
      ['Figlio', 'cohabitant'],
    ]);
  });

  it('have no head where all are minors', () => {
    const { born, arrive, relations } = write();
    arrive('2020-01-01', born('Uno', 'F', '2010-01-01'), born('Due', 'M', '2012-01-01'));
    expect(relations('2020-02-01')).to.deep.equal([
      ['Uno', 'cohabitant'],
      ['Due', 'cohabitant'],
    ]);
    expect(relations('2028-01-01')).to.deep.equal([
      ['Uno', 'head'],
      ['Due', 'cohabitant'],
    ]);
  });
});

describe('the town writer', () => {
  const impossible: readonly (readonly [string, (writer: TownWriter, one: Draft, other: Draft, homeId: string) => void])[] = [
    [
      'somebody who dies twice',
      (writer, one) => {
        writer.die(one, day('2000-01-01'), OTHER_TOWNS[0]);
        writer.die(one, day('2001-01-01'), OTHER_TOWNS[0]);
      },
    ],
    [
      'a wedding after a death',
      (writer, one, other) => {
        writer.die(one, day('2000-01-01'), OTHER_TOWNS[0]);
        writer.unite([one, other], day('2001-01-01'), wedding);
      },
    ],
    [
      'a second wedding',
      (writer, one, other) => {
        writer.unite([one, other], day('2000-01-01'), wedding);
        writer.unite([other, one], day('2001-01-01'), wedding);
      },
    ],
    ['a wedding of minors', (writer, one, other) => writer.unite([one, other], day('1975-01-01'), wedding)],
    ['a divorce without wedding', (writer, one) => writer.part(one, day('2000-01-01'))],
    ['a move of who is not here', (writer, one, _, homeId) => writer.move(one, day('2000-01-01'), homeId)],
    ['leaving of who is not here', (writer, one) => writer.leave(one, day('2000-01-01'), OTHER_TOWNS[0], null)],
    [
      'coming twice',
      (writer, one, _, homeId) => {
        writer.arrive(one, day('2000-01-01'), homeId, OTHER_TOWNS[0]);
        writer.arrive(one, day('2001-01-01'), homeId, OTHER_TOWNS[0]);
      },
    ],
    ['a home that does not exist', (writer, one) => writer.arrive(one, day('2000-01-01'), 'h9', OTHER_TOWNS[0])],
    [
      'an event before the last one',
      (writer, one, _, homeId) => {
        writer.arrive(one, day('2000-01-01'), homeId, OTHER_TOWNS[0]);
        writer.becomeCitizen(one, day('1999-01-01'), ['ITA']);
      },
    ],
    [
      'a home that moves twice on a day',
      (writer, _one, _other, homeId) => writer.moveHome(homeId, day('1990-01-01'), 'Via Roma 2'),
    ],
  ];
  for (const [what, happen] of impossible) {
    it(`refuses ${what}`, () => {
      const { writer, homeId, born } = write();
      expect(() => happen(writer, born('Uno', 'M', '1970-01-01'), born('Due', 'F', '1970-01-01'), homeId)).to.throw(RangeError);
    });
  }

  it('refuses somebody of another town', () => {
    const other = write().born('Altrove', 'F', '1970-01-01');
    expect(() => write().writer.die(other, day('2000-01-01'), OTHER_TOWNS[0])).to.throw(RangeError);
  });
});
