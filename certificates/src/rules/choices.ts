import type { DocumentChoices } from '@videosportello/protocol/messages/document.ts';
import { civilDateAt, isBetween } from './civil-date.ts';
import type { CertificateRules } from './rules-schema.ts';

/**
 * What a desk can offer on the day of `at`: the types in force for private use, the exemptions in force that need no words of the
 * citizen's own, and the duty.
 */
export function choicesAt(rules: CertificateRules, at: Date): DocumentChoices {
  const date = civilDateAt(at, rules.timeZone);
  const offered = rules.types.flatMap(({ type, title, versions }) => {
    const use = versions.find((version) => isBetween(date, version))?.uses.find((rule) => rule.use === 'private');
    return use === undefined ? [] : [{ type, title, dutyCents: use.duty?.cents ?? 0 }];
  });
  return {
    types: offered.map(({ type, title }) => ({ type, title })),
    exemptions: rules.dutyExemptions
      .filter((exemption) => isBetween(date, exemption) && !exemption.needsWords)
      .map(({ code, label, norm }) => ({ code, title: label, norm })),
    dutyEuro: (Math.max(0, ...offered.map(({ dutyCents }) => dutyCents)) / 100).toFixed(2),
  };
}
