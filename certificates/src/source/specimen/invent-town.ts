import { civilDate } from '../../rules/civil-date.ts';
import { foundTown } from './arrivals.ts';
import { settleDemoCitizen } from './demo-citizens.ts';
import type { DemoCitizen } from './demo-citizens.ts';
import { dayOfYear, daysAfter } from './days.ts';
import { cardExpiry } from './identity-cards.ts';
import { writeParticularCases } from './particular-cases.ts';
import type { ParticularCases } from './particular-cases.ts';
import { createSeededRandom } from './seeded-random.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { InventedTown, TownHistory } from './town-history.ts';
import { createTownWriter } from './town-writer.ts';
import type { TownWriter } from './town-writer.ts';
import { letYearsPass } from './years.ts';

/** The first year of the invented town, and how many households begin it. */
const FIRST_YEAR = 1930;
const FIRST_HOUSEHOLDS = 200;
/** The day on which the town was invented: nothing happens in it afterwards. */
export const LAST_DAY = civilDate.parse('2026-10-31');

/**
 * Some thousand people with their history since 1930; the same seed gives the same, and particular cases and the citizens of
 * the file, whose lives touch nobody else's, are there for each seed.
 */
export function inventTown(
  seed: number,
  town: InventedTown,
  citizens: readonly DemoCitizen[],
): { readonly history: TownHistory; readonly particular: ParticularCases } {
  const random = createSeededRandom(seed);
  const writer = createTownWriter(
    town,
    citizens.map(({ taxCode }) => taxCode),
  );
  const inventing = { writer, random };
  const opened = dayOfYear(FIRST_YEAR, 0);
  const institutions = {
    forTheOld: writer.makeHome(opened, 'Viale dei Ciliegi 100', 'institution'),
    forChildren: writer.makeHome(opened, 'Strada dei Colli 95', 'institution'),
  };
  const couples = foundTown(inventing, FIRST_HOUSEHOLDS, FIRST_YEAR - 1);
  letYearsPass({ ...inventing, couples, institutions, from: FIRST_YEAR, until: LAST_DAY });
  const particular = writeParticularCases(writer, institutions.forTheOld);
  giveCards(writer, random);
  for (const citizen of citizens) settleDemoCitizen(inventing, citizen, LAST_DAY);
  return { history: writer.finish(), particular };
}

/** Most residents hold an identity card, some of them one that has expired. */
function giveCards(writer: TownWriter, random: SeededRandom): void {
  const issuedBy = `Comune di ${writer.here.name}`;
  for (const [index, draft] of writer.residents().entries()) {
    const on = daysAfter(LAST_DAY, -random.integer(4200));
    if (random.oneIn(8) || draft.name.birthDate >= on) continue;
    const number = `CB${String(index).padStart(5, '0')}${random.pick(['AA', 'BC', 'XK', 'ZT'])}`;
    writer.card(draft, { on, number, issuedBy, expiresOn: cardExpiry(draft.name.birthDate, on) });
  }
}
