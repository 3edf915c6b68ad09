import { italianDate } from '../../rules/civil-date.ts';
import type { Line, Text } from '../layout.ts';
import { plain } from '../say.ts';
import { needed, UnfitFactError } from './section.ts';
import type { MakeSection, Section } from './section.ts';

/** A fact in few words, whose line is all there is to say. */
function shortSection(label: Text, lead: Text, value: Text): Section {
  return { label, lead, value, rows: [], table: null, stamp: { statements: [{ label, value }] } };
}

/** Italian citizenship: nobody's else is certified here (ANPR type 5). */
export const citizenship: MakeSection = ({ facts, say }) => {
  const { citizenships } = needed(facts.citizenship, 'citizenship');
  if (citizenships.length !== 1 || citizenships[0] !== 'ITA') throw new UnfitFactError('citizenship');
  return shortSection(
    say((words) => words.citizenship),
    say((words) => words.is),
    say((words) => words.italianCitizen(facts.person.sex)),
  );
};

/** Civil state (ANPR type 11). */
export const maritalStatus: MakeSection = ({ facts, say }) => {
  const { status } = needed(facts['marital-status'], 'marital-status');
  return shortSection(
    say((words) => words.maritalStatus),
    say((words) => words.ofMaritalStatus),
    say((words) => words.marital(status, facts.person.sex)),
  );
};

/** Neither married nor in a civil union (ANPR type 17). */
export const freeStatus: MakeSection = ({ facts, say }) => {
  const { status } = needed(facts['marital-status'], 'free-status');
  if (status === 'married' || status === 'civil-union') throw new UnfitFactError('free-status');
  return shortSection(
    say((words) => words.maritalStatus),
    say((words) => words.is),
    say((words) => words.freeStatus(status, facts.person.sex)),
  );
};

/** Alive on the day of issue, as far as the registry knows (ANPR type 7). */
export const alive: MakeSection = ({ facts, say }) => {
  if (facts.person.status === 'deceased') throw new UnfitFactError('alive');
  return shortSection(
    say((words) => words.aliveTitle),
    say((words) => words.isOnDayOfIssue),
    say((words) => words.alive),
  );
};

/** Number and dates of one's own identity card. */
export const identityCard: MakeSection = ({ facts, say }) => {
  const { number, issuedBy, issuedOn, expiresOn } = needed(facts['identity-card'], 'identity-card');
  const label = say((words) => words.cardTitle);
  const rows: Line[] = [
    { label: say((words) => words.cardIssuedBy), value: plain(issuedBy) },
    { label: say((words) => words.cardIssuedOn), value: plain(italianDate(issuedOn)) },
    { label: say((words) => words.cardExpiresOn), value: plain(italianDate(expiresOn)) },
  ];
  const value = plain(number);
  return {
    label,
    lead: say((words) => words.holdsCard),
    value,
    rows,
    table: null,
    stamp: { statements: [{ label, value }, ...rows] },
  };
};
