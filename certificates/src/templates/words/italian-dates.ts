import { italianDate, italianDateInWords } from '../../rules/civil-date.ts';
import type { CivilDate } from '../../rules/civil-date.ts';

/** In words and figures, so that no digit can be changed unseen: `1º maggio 2020 (01/05/2020)`. */
function dateInBoth(day: CivilDate): string {
  return `${italianDateInWords(day)} (${italianDate(day)})`;
}

/** `il 14 marzo 1985 (14/03/1985)`, and `l’8 marzo …` before a vowel. */
export function onThe(day: CivilDate): string {
  return `${startsWithVowel(day) ? 'l’' : 'il '}${dateInBoth(day)}`;
}

/** `del 14 marzo 1985 (14/03/1985)`, `dell’8 marzo …`. */
export function ofThe(day: CivilDate): string {
  return `${startsWithVowel(day) ? 'dell’' : 'del '}${dateInBoth(day)}`;
}

/** Otto and undici. */
function startsWithVowel(day: CivilDate): boolean {
  return /-(?:08|11)$/.test(day);
}

/** In letters alone, as civil-status papers repeat a day so that no figure can be changed: `primo maggio duemilaventi`. */
export function dateInLetters(day: CivilDate): string {
  const [dayOfMonth = '', month = '', year = ''] = italianDateInWords(day).split(' ');
  const first = dayOfMonth === '1º' ? 'primo' : numberInLetters(Number(dayOfMonth));
  return `${first} ${month} ${numberInLetters(Number(year))}`;
}

const UNITS = [
  '',
  'uno',
  'due',
  'tre',
  'quattro',
  'cinque',
  'sei',
  'sette',
  'otto',
  'nove',
  'dieci',
  'undici',
  'dodici',
  'tredici',
  'quattordici',
  'quindici',
  'sedici',
  'diciassette',
  'diciotto',
  'diciannove',
] as const;
const TENS = ['', '', 'venti', 'trenta', 'quaranta', 'cinquanta', 'sessanta', 'settanta', 'ottanta', 'novanta'] as const;

/** An Italian cardinal from 1 to 9999 in one word, as on cheques: `millenovecentottantotto`. */
function numberInLetters(number: number): string {
  const [thousands, hundreds, rest] = [Math.trunc(number / 1000), Math.trunc(number / 100) % 10, number % 100];
  const thousand = thousands === 0 ? '' : thousands === 1 ? 'mille' : `${UNITS[thousands]}mila`;
  const hundred = hundreds === 0 ? '' : `${hundreds === 1 ? '' : UNITS[hundreds]}cento`;
  const tail = belowHundred(rest);
  // "cent'ottanta" has grown together: centottanta.
  const joined = hundred !== '' && tail.startsWith('ott') ? `${hundred.slice(0, -1)}${tail}` : `${hundred}${tail}`;
  const whole = `${thousand}${joined}`;
  return number > 20 && whole.endsWith('tre') ? `${whole.slice(0, -1)}é` : whole;
}

function belowHundred(number: number): string {
  if (number < 20) return UNITS[number] ?? '';
  const [ten, unit] = [TENS[Math.trunc(number / 10)] ?? '', UNITS[number % 10] ?? ''];
  // The last vowel falls before uno and otto: ventuno, ottantotto.
  return /^[uo]/.test(unit) ? `${ten.slice(0, -1)}${unit}` : `${ten}${unit}`;
}
