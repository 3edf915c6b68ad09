import { italianDate, italianDateInWords } from '../../rules/civil-date.ts';
import type { SettledDuty } from '../../rules/decide.ts';
import { ofThe, onThe } from './italian-dates.ts';
import type { CivilAct, MaritalStatus, ResidenceKind, ResidenceTense, Sex, Words } from './words.ts';

/** `feminine` or `masculine`, by the sex of whom the paper speaks. */
const by = (sex: Sex, feminine: string, masculine: string): string => (sex === 'F' ? feminine : masculine);

const REGISTERS: Record<CivilAct, string> = { birth: 'nascita', marriage: 'matrimonio', death: 'morte' };

const DWELLING: Record<ResidenceKind, string> = {
  dwelling: 'con abitazione in',
  institution: 'in convivenza anagrafica, con abitazione in',
  // Who has no dwelling has an address in the register all the same; the paper says no more than that.
  homeless: 'con indirizzo in',
};

/**
 * How the stamp duty is settled, for the stamp, where each byte costs modules: a part of the words on paper, so that the
 * two can be compared.
 */
export function dutyInStamp(duty: SettledDuty): string {
  switch (duty.kind) {
    case 'mark':
      return `${groupedMark(duty.mark.code)} del ${italianDate(duty.mark.issuedOn)}`;
    case 'virtual':
      return `Pagamento ${duty.receipt}`;
    case 'exempt':
      return `Esente (${duty.norm === '' ? duty.label : duty.norm})`;
    case 'none':
      return `Non dovuta (${duty.norm})`;
  }
}

/** A duty mark's digits in groups, as one reads them out. */
export function groupedMark(code: string): string {
  return code.replace(/(\d{2})(\d{4})(\d{4})(\d{4})/, '$1 $2 $3 $4');
}

/** `16,00 €` from cents; a no-break space keeps the sign on the figures' line. */
export function euro(cents: number): string {
  return `${Math.trunc(cents / 100)},${String(cents % 100).padStart(2, '0')}\u00a0€`;
}

/** Who keeps the registers of civil status in every municipality (DPR 396/2000, art. 1). */
export const CIVIL_STATUS_OFFICE = 'Ufficio dello Stato Civile';

/** The words that have the force of law. */
export const italian: Words = {
  date: italianDateInWords,
  number: 'Certificato n.',
  protocol: 'Protocollo',
  issueDate: 'Data di rilascio',

  registrar: (officer) => `${officer}, visti gli atti dell’anagrafe della popolazione residente,`,
  civilRegistrar: (act) => `L’Ufficiale dello Stato Civile, visti i registri degli atti di ${REGISTERS[act]},`,
  certifies: 'certifica che',
  and: 'e',

  subject: 'Intestatario',
  birthPlace: 'Luogo di nascita',
  birthDate: 'Data di nascita',
  birthPlaceAndDate: 'Luogo e data di nascita',
  taxCode: 'Codice fiscale',
  surnameAndName: 'Cognome e nome',
  relationTitle: 'Rapporto di parentela',
  relation(relation, sex) {
    switch (relation) {
      case 'head':
        return by(sex, 'intestataria', 'intestatario');
      case 'spouse':
        return by(sex, 'moglie', 'marito');
      case 'civil-partner':
        return by(sex, 'unita civilmente', 'unito civilmente');
      case 'child':
        return by(sex, 'figlia', 'figlio');
      case 'parent':
        return by(sex, 'madre', 'padre');
      case 'sibling':
        return by(sex, 'sorella', 'fratello');
      case 'grandchild':
        return 'nipote';
      case 'in-law':
        return 'affine';
      case 'cohabitant':
        return 'convivente';
    }
  },

  residence: 'Residenza',
  residing: (sex, kind, tense) =>
    `${enrolled(sex, tense)} nell’anagrafe della popolazione residente di questo Comune, ${DWELLING[kind]}`,
  registeredSince: 'Abitazione dal',
  provenance: 'Provenienza',
  registeredAtBirth: 'iscrizione per nascita',
  cameFrom: (place, day) => `da ${place}, con decorrenza dal ${day}`,
  emigration: 'Emigrazione',
  leftFor: (place, day) => `per ${place}, con decorrenza dal ${day}`,

  household: 'Stato di famiglia',
  householdAt(when) {
    if (when === 'today') return 'fa parte della famiglia anagrafica abitante in';
    const day = 'onDay' in when ? `alla data ${ofThe(when.onDay)}` : `alla data del decesso, avvenuto ${onThe(when.diedOn)},`;
    return `${day} faceva parte della famiglia anagrafica abitante in`;
  },
  composedOf: 'così composta:',

  citizenship: 'Cittadinanza',
  is: 'è',
  italianCitizen: (sex) => by(sex, 'cittadina italiana', 'cittadino italiano'),
  maritalStatus: 'Stato civile',
  ofMaritalStatus: 'è di stato civile',
  marital,
  freeStatus(status, sex) {
    switch (status) {
      case 'unmarried':
      case 'widowed':
      case 'divorced':
        return `di stato libero (${marital(status, sex)})`;
      case 'civil-union-dissolved':
      case 'civil-union-ended-by-death':
        return `di ${marital(status, sex)}`;
    }
  },
  aliveTitle: 'Esistenza in vita',
  isOnDayOfIssue: 'alla data di rilascio del presente certificato è',
  alive: 'in vita',

  cardTitle: 'Carta d’identità',
  holdsCard: 'è titolare della carta d’identità elettronica numero',
  cardIssuedBy: 'Rilasciata da',
  cardIssuedOn: 'Rilasciata il',
  cardExpiresOn: 'Valida fino al',

  event: { birth: 'Nascita', marriage: 'Matrimonio', death: 'Morte' },
  happened(act, sex) {
    switch (act) {
      case 'birth':
        return by(sex, 'è nata a', 'è nato a');
      case 'marriage':
        return 'hanno contratto matrimonio a';
      case 'death':
        return by(sex, 'è morta a', 'è morto a');
    }
  },
  born: (sex, place, day, taxCode) => `${by(sex, 'nata', 'nato')} a ${place} il ${day}, codice fiscale ${taxCode}`,
  atAndOn: (place, day) => `${place} ${onThe(day)}`,
  dateInLetters: 'Data in lettere',
  act: { birth: 'Atto di nascita', marriage: 'Atto di matrimonio', death: 'Atto di morte' },

  dutyTitle: 'Imposta di bollo',
  duty(duty) {
    switch (duty.kind) {
      case 'mark':
        return `Assolta con marca da bollo da ${euro(duty.cents)}, identificativo ${dutyInStamp(duty)}`;
      case 'virtual':
        return `Assolta in modo virtuale, ${euro(duty.cents)} (${duty.norm}), autorizzazione ${duty.authorisation}. ${dutyInStamp(duty)}`;
      case 'exempt':
        return duty.norm === '' ? dutyInStamp(duty) : `${dutyInStamp(duty)}: ${duty.label}`;
      case 'none':
        return dutyInStamp(duty);
    }
  },
  validityTitle: 'Validità',
  validity({ validity: { to, months, norm } }) {
    if (to === null) return `Illimitata (${norm})`;
    return `${months === 1 ? 'Un mese' : `${months} mesi`} dal rilascio, fino al ${italianDate(to)} (${norm})`;
  },
  feeTitle: 'Diritti di segreteria',

  sealHeading: 'Contrassegno generato elettronicamente',
  sealOriginalArea: 'Spazio riservato al contrassegno della copia su carta',
  sealOriginal: [
    'Documento informatico originale, sigillato elettronicamente e conservato da questo Comune.',
    'Sulla copia su carta questo spazio porta il contrassegno che ne consente la verifica (art. 23, c. 2-bis, d.lgs. 7 marzo 2005, n. 82).',
  ],
  sealPaper: [
    'Copia analogica di documento informatico. Il contrassegno sostituisce a tutti gli effetti di legge la firma autografa (art. 23, c. 2-bis, d.lgs. 7 marzo 2005, n. 82).',
    'Per la verifica, gratuita e possibile anche senza rete, scrivete voi stessi nel browser l’indirizzo qui sotto, inquadrate il contrassegno e confrontate riga per riga con questo foglio.',
  ],
  symbolAlternative:
    'Contrassegno elettronico a due dimensioni: contiene i dati di questo certificato con firma elettronica.',
  check: 'Verifica',
  specimen: 'SPECIMEN – documento dimostrativo con dati inventati, privo di qualsiasi valore',
};

function enrolled(sex: Sex, tense: ResidenceTense): string {
  if (tense === 'present') return by(sex, 'è iscritta', 'è iscritto');
  if (tense === 'ended') return by(sex, 'è stata iscritta', 'è stato iscritto');
  return `alla data ${ofThe(tense.onDay)} risultava ${by(sex, 'iscritta', 'iscritto')}`;
}

function marital(status: MaritalStatus, sex: Sex): string {
  switch (status) {
    case 'unmarried':
      return by(sex, 'nubile', 'celibe');
    case 'married':
      return by(sex, 'coniugata', 'coniugato');
    case 'widowed':
      return by(sex, 'vedova', 'vedovo');
    case 'divorced':
      return by(sex, 'divorziata', 'divorziato');
    case 'civil-union':
      return by(sex, 'unita civilmente', 'unito civilmente');
    case 'civil-union-dissolved':
      return 'stato libero a seguito di scioglimento dell’unione civile';
    case 'civil-union-ended-by-death':
      return 'stato libero a seguito di decesso della parte unita civilmente';
  }
}
