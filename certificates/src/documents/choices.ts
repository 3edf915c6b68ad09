import type { DocumentChoices } from '@videosportello/protocol/messages/document.ts';
import { civilDateAt, isBetween } from '../rules/civil-date.ts';
import type { CertificateRules } from '../rules/rules-schema.ts';

/** What an operator can choose from on the day of `at`: the rules' types in force, exemptions, and the duty otherwise due. */
export function choicesAt(rules: CertificateRules, at: Date): DocumentChoices {
  const date = civilDateAt(at, rules.timeZone);
  const inForce = rules.types.flatMap((entry) => {
    const version = entry.versions.find((candidate) => isBetween(date, candidate));
    return version ? [{ entry, version }] : [];
  });
  const dutyCents = Math.max(0, ...inForce.flatMap(({ version }) => version.uses.map(({ duty }) => duty?.cents ?? 0)));
  return {
    types: inForce.map(({ entry }) => ({ type: entry.type, title: entry.title })),
    exemptions: rules.dutyExemptions
      // An exemption that must be described in words of its own is for the back office.
      .filter((exemption) => isBetween(date, exemption) && !exemption.needsWords)
      .map(({ code, label, norm }) => ({ code, title: label, norm })),
    dutyEuro: (dutyCents / 100).toFixed(2),
  };
}
