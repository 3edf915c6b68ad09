import type { OpenedCase } from '@videosportello/protocol/messages/document.ts';
import { civilDate, italianDate } from '../rules/civil-date.ts';
import type { Town } from '../rules/load-town.ts';

/** What a citizen takes away whose request the back office decides: in Italian, with nobody's name on it. */
export interface Slip {
  readonly issuer: string;
  readonly title: string;
  /** The number of the case. */
  readonly number: string;
  readonly lines: readonly { readonly label: string; readonly value: string }[];
  readonly note: string;
}

/** The words of a case's slip: what was asked, by when the answer comes, where, how and until when it is collected. */
export function caseSlip({ caseNumber, title, answerBy, keepDays, collectAt }: OpenedCase, { municipality }: Pick<Town, 'municipality'>): Slip {
  return {
    issuer: municipality,
    title: 'Pratica numero',
    number: caseNumber,
    lines: [
      { label: 'Che cosa è stato chiesto', value: title },
      { label: 'Entro quando risponde l’ufficio', value: italianDate(civilDate.parse(answerBy)) },
      { label: 'Dove si ritira', value: collectAt },
      { label: 'Come si ritira', value: 'Di persona, con lo stesso documento di identità, dicendo questo numero.' },
      { label: 'Fino a quando', value: `Per ${keepDays} giorni da quando è pronto.` },
    ],
    note: 'Questo foglio è un promemoria: non è un certificato.',
  };
}
