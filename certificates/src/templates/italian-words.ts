import { italianDate } from '../rules/civil-date.ts';
import type { IssuePlan, SettledDuty } from '../rules/decide.ts';
import type { Town } from '../rules/load-town.ts';
import type { CertificateLayout, Fact, SealWords } from './layout.ts';

/** How the stamp duty is settled, as the paper says it: the mark by code and day, an exemption by its norm. */
export function dutyWords(duty: SettledDuty): string {
  switch (duty.kind) {
    case 'mark':
      return `Assolta con marca da bollo da ${euro(duty.cents)}, identificativo ${dutyInStamp(duty)}`;
    case 'virtual':
      return `Assolta in modo virtuale, ${euro(duty.cents)} (${duty.norm}), autorizzazione ${duty.authorisation}; ${dutyInStamp(duty)}`;
    case 'exempt':
      return duty.norm === '' ? dutyInStamp(duty) : `${dutyInStamp(duty)}: ${duty.label}`;
    case 'none':
      return dutyInStamp(duty);
  }
}

/**
 * The same for the stamp, where each byte costs modules: a part of the words on paper, so that the two can be compared.
 */
export function dutyInStamp(duty: SettledDuty): string {
  switch (duty.kind) {
    case 'mark':
      return `${grouped(duty.mark.code)} del ${italianDate(duty.mark.issuedOn)}`;
    case 'virtual':
      return `Pagamento ${duty.receipt}`;
    case 'exempt':
      return `Esente (${duty.norm === '' ? duty.label : duty.norm})`;
    case 'none':
      return `Non dovuta (${duty.norm})`;
  }
}

/** Until when the paper holds, with the norm that says so. */
export function validityWords(plan: IssuePlan): string {
  const { to, months, norm } = plan.validity;
  if (to === null) return `Illimitata (${norm})`;
  return `${months === 1 ? 'Un mese' : `${months} mesi`} dal rilascio, fino al ${italianDate(to)} (${norm})`;
}

/** Duty, validity and, where one is asked, the office fee. */
export function notesOf(plan: IssuePlan): Fact[] {
  const notes = [
    { label: 'Imposta di bollo', value: dutyWords(plan.duty) },
    { label: 'Validità', value: validityWords(plan) },
  ];
  return plan.feeCents === 0 ? notes : [...notes, { label: 'Diritti di segreteria', value: euro(plan.feeCents) }];
}

/** What both editions say about seal and stamp (CAD, art. 23 c. 2-bis; AgID circolare 62/2013). */
export function sealWordsOf(town: Town): SealWords {
  return {
    heading: 'Contrassegno generato elettronicamente',
    originalArea: 'Spazio riservato al contrassegno della copia su carta',
    original: [
      'Documento informatico originale, sigillato elettronicamente e conservato da questo Comune.',
      'Sulla copia su carta questo spazio porta il contrassegno che ne consente la verifica (art. 23, c. 2-bis, d.lgs. 7 marzo 2005, n. 82).',
    ],
    paper: [
      'Copia analogica di documento informatico. Il contrassegno sostituisce a tutti gli effetti di legge la firma autografa (art. 23, c. 2-bis, d.lgs. 7 marzo 2005, n. 82).',
      'Per la verifica, gratuita e possibile anche senza rete, scrivete voi stessi nel browser l’indirizzo qui sotto, inquadrate il contrassegno e confrontate riga per riga con questo foglio.',
    ],
    checkerLabel: 'Verifica',
    checkerAddress: new URL(town.checker).host,
    symbolAlternative:
      'Contrassegno elettronico a due dimensioni: contiene i dati di questo certificato con firma elettronica.',
  };
}

/** The words that keep a demonstration from being taken for a paper. */
export const SPECIMEN: NonNullable<CertificateLayout['specimen']> = {
  mark: 'SPECIMEN',
  sentence: 'SPECIMEN – documento dimostrativo con dati inventati, privo di qualsiasi valore',
};

/** `16,00 €` from cents; a no-break space keeps the sign on the figures' line. */
export function euro(cents: number): string {
  return `${Math.trunc(cents / 100)},${String(cents % 100).padStart(2, '0')}\u00a0€`;
}

/** A duty mark's digits in groups, as one reads them out. */
function grouped(code: string): string {
  return code.replace(/(\d{2})(\d{4})(\d{4})(\d{4})/, '$1 $2 $3 $4');
}
