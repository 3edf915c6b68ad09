/** A word's signs that count: letters with their marks, and digits. */
const TOKEN = /[\p{L}\p{M}]+|\p{Nd}+/gu;

/** Ways in which papers write the months, in the languages they come in. */
const MONTHS: readonly (readonly string[])[] = ['it', 'en', 'de', 'fr', 'sl'].map((language) => {
  const format = new Intl.DateTimeFormat(language, { month: 'long', day: 'numeric', timeZone: 'UTC' });
  return Array.from({ length: 12 }, (_, month) => {
    const parts = format.formatToParts(new Date(Date.UTC(2000, month, 1)));
    return parts.find(({ type }) => type === 'month')?.value ?? '';
  });
});

/**
 * A text reduced to what must be equal on stamp and paper: small letters in NFC and runs of digits, in order. Letters run
 * together whatever stood between them, so spaces and hyphens do not count; digits do not, so that `12 3` is not `1 23`.
 */
export function canonicalText(text: string): string {
  return joined(tokensOf(text)).text;
}

/** The words of a page, ready to be searched. */
export function canonicalWords(words: readonly string[]): { has(canonical: string): boolean } {
  const { text, starts, ends } = joined(words.flatMap(tokensOf), words.map((word) => tokensOf(word).length));
  return {
    has(canonical) {
      for (let at = text.indexOf(canonical); at >= 0; at = text.indexOf(canonical, at + 1)) {
        if (starts.has(at) && ends.has(at + canonical.length)) return true;
      }
      return false;
    },
  };
}

/** How a sealed value may stand on paper: as it is, and a day in figures or with the month's name. */
export function spellingsOf(text: string): string[] {
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (day === null) return [text];
  const [, year = '', month = '', date = ''] = day;
  const number = Number(date);
  const named = MONTHS.map((names) => names[Number(month) - 1] ?? '');
  return [
    text,
    `${date}/${month}/${year}`,
    `${number}/${Number(month)}/${year}`,
    ...named.flatMap((name) => [`${number} ${name} ${year}`, `${number}º ${name} ${year}`, `${name} ${number}, ${year}`]),
  ];
}

function tokensOf(text: string): string[] {
  return text.normalize('NFC').toLowerCase().normalize('NFC').replaceAll(/\p{Cf}/gu, '').match(TOKEN) ?? [];
}

const isDigits = (token: string): boolean => /^\p{Nd}/u.test(token);

/** Tokens in one text, a bar between two that are not both letters; where words start and end in it. */
function joined(tokens: readonly string[], wordLengths: readonly number[] = [tokens.length]) {
  const starts = new Set<number>();
  const ends = new Set<number>();
  let text = '';
  let next = 0;
  for (const length of wordLengths) {
    for (let token = 0; token < length; token += 1, next += 1) {
      const [before, now] = [tokens[next - 1], tokens[next] ?? ''];
      if (before !== undefined && (isDigits(before) || isDigits(now))) text += '|';
      if (token === 0) starts.add(text.length);
      text += now;
      if (token === length - 1) ends.add(text.length);
    }
  }
  return { text, starts, ends };
}
