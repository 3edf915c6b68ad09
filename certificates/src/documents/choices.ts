import type { DocumentChoices, TypeChoice } from '@videosportello/protocol/messages/document.ts';
import { civilDateAt, isBetween } from '../rules/civil-date.ts';
import type { CivilDate } from '../rules/civil-date.ts';
import { rowOn } from '../rules/rules-schema.ts';
import type { CertificateRules, RuleVersion } from '../rules/rules-schema.ts';

/** What an operator can choose from on the day of `at`: the rules' types in force, exemptions, and the duty otherwise due. */
export function choicesAt(rules: CertificateRules, at: Date): DocumentChoices {
  const date = civilDateAt(at, rules.timeZone);
  return {
    types: rules.types.flatMap(({ type, title, versions }) => {
      const version = rowOn(versions, date);
      return version ? [{ type, title, ...choiceOf(version, rules, date) }] : [];
    }),
    exemptions: rules.dutyExemptions
      .filter((exemption) => isBetween(date, exemption))
      .map(({ code, label, norm, needsWords }) => ({ code, title: label, norm, needsWords })),
    dutyEuro: ((rowOn(rules.stampDuty, date)?.cents ?? 0) / 100).toFixed(2),
    virtualDuty: rowOn(rules.virtualDuty, date) !== undefined,
  };
}

function choiceOf(version: RuleVersion, rules: CertificateRules, date: CivilDate): Omit<TypeChoice, 'type' | 'title'> {
  const { asksDay, asksReason, decidedBy, mayAsk, uses, dutyFree, languages, editions, sections } = version;
  const dutyOf = (use: RuleVersion['uses'][number]) => {
    if (dutyFree !== null) return 'none';
    return rowOn(rules.uses.filter((row) => row.use === use), date)?.onlyExempt ? 'only-exempt' : 'due';
  };
  return {
    asksDay,
    asksReason,
    goesToBackOffice: decidedBy === 'back-office',
    onlySelf: mayAsk.every((relation) => relation === 'self'),
    uses: uses.map((use) => ({ use, duty: dutyOf(use) })),
    languages,
    editions,
    sections: sections.map(({ section }) => section),
  };
}
