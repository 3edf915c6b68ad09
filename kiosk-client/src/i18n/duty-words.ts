import type { Language, StampDuty } from '@videosportello/protocol/messages/visit.ts';

/** Exemptions that many people mean, by code (ANPR, "Esenzione bollo"), in the order they are told: adoption, separation, foreign pension. */
export const toldExemptions = ['6', '7', '9'] as const;

/** The amount as it is read: whole euro without a fraction, else with two figures. */
export const dutyEuro = ({ cents }: StampDuty, language: Language): string =>
  new Intl.NumberFormat(language, { minimumFractionDigits: 2, trailingZeroDisplay: 'stripIfInteger' }).format(cents / 100);

/** The exemptions in force that are told as examples, as a list in words; undefined when there are none. `nameOf` names one. */
export function dutyExamples(
  { exemptions }: StampDuty,
  language: Language,
  nameOf: (code: (typeof toldExemptions)[number]) => string,
): string | undefined {
  const names = toldExemptions.filter((code) => exemptions.includes(code)).map(nameOf);
  return names.length === 0 ? undefined : new Intl.ListFormat(language, { type: 'conjunction' }).format(names);
}
