import { italianDate } from '../../rules/civil-date.ts';
import type { CivilDate } from '../../rules/civil-date.ts';
import { euro, groupedMark } from './italian.ts';
import type { CivilAct, MaritalStatus, ResidenceKind, ResidenceTense, SecondWords, Sex } from './words.ts';

const by = (sex: Sex, feminine: string, masculine: string): string => (sex === 'F' ? feminine : masculine);

const REGISTERS: Record<CivilAct, string> = { birth: 'Geburtenregister', marriage: 'Eheregister', death: 'Sterberegister' };

const DWELLING: Record<ResidenceKind, string> = {
  dwelling: 'mit Wohnung in',
  institution: 'in einer Wohngemeinschaft, mit Wohnung in',
  homeless: 'mit Anschrift in',
};
function isOrWas(tense: ResidenceTense): string {
  if (tense === 'present') return 'ist';
  return tense === 'ended' ? 'war' : `war am ${date(tense.onDay)}`;
}

function date(day: CivilDate): string {
  const text = new Intl.DateTimeFormat('de-DE', { dateStyle: 'long', timeZone: 'UTC' });
  return text.format(new Date(`${day}T00:00:00Z`));
}

/** German as the municipalities of South Tyrol write it, with the offices' names of their own law. */
export const german: SecondWords = {
  titles: {
    residence: 'Wohnsitzbescheinigung',
    'residence-on-date': 'Wohnsitzbescheinigung zu einem Stichtag',
    household: 'Familienstandsbescheinigung',
    'household-on-date': 'Familienstandsbescheinigung zu einem Stichtag',
    'household-at-death': 'Familienstandsbescheinigung zum Todestag',
    citizenship: 'Staatsbürgerschaftsnachweis',
    'free-status': 'Bescheinigung des freien Standes',
    alive: 'Lebensbescheinigung',
    'household-cumulative': 'Sammelbescheinigung der Familie',
    combined: 'Sammelbescheinigung',
    'residence-with-origin': 'Wohnsitzbescheinigung mit Herkunft',
    'identity-card': 'Daten des Personalausweises',
    birth: 'Geburtsbescheinigung',
    marriage: 'Eheschließungsbescheinigung',
    death: 'Sterbebescheinigung',
  },
  wording: {
    private:
      'Diese Bescheinigung darf weder den Organen der öffentlichen Verwaltung noch den privaten Betreibern öffentlicher Dienste vorgelegt werden (Art. 40, D.P.R. Nr. 445/2000).',
    abroad: 'Diese Bescheinigung wird gemäß Art. 40, D.P.R. Nr. 445/2000, nur für das Ausland ausgestellt.',
    immigration: 'Bescheinigung, ausgestellt für die von den Bestimmungen über die Einwanderung geregelten Verfahren.',
    court: 'Bescheinigung, ausgestellt zur Vorlage bei Gericht.',
  },

  date,
  number: 'Bescheinigung Nr.',
  protocol: 'Protokoll',
  issueDate: 'Ausstellungsdatum',

  registrar: () => 'Der Meldebeamte, nach Einsicht in das Melderegister der ansässigen Bevölkerung,',
  civilRegistrar: (act) => `Der Standesbeamte, nach Einsicht in das ${REGISTERS[act]},`,
  certifies: 'bescheinigt:',
  and: 'und',

  subject: 'Inhaber',
  birthPlace: 'Geburtsort',
  birthDate: 'Geburtsdatum',
  birthPlaceAndDate: 'Geburtsort und -datum',
  taxCode: 'Steuernummer',
  surnameAndName: 'Nach- und Vorname',
  relationTitle: 'Verwandtschaft',
  relation(relation, sex) {
    switch (relation) {
      case 'head':
        return by(sex, 'Inhaberin', 'Inhaber');
      case 'spouse':
        return by(sex, 'Ehefrau', 'Ehemann');
      case 'civil-partner':
        return by(sex, 'Lebenspartnerin', 'Lebenspartner');
      case 'child':
        return by(sex, 'Tochter', 'Sohn');
      case 'parent':
        return by(sex, 'Mutter', 'Vater');
      case 'sibling':
        return by(sex, 'Schwester', 'Bruder');
      case 'grandchild':
        return by(sex, 'Enkelin, Nichte', 'Enkel, Neffe');
      case 'in-law':
        return 'verschwägert';
      case 'cohabitant':
        return 'zusammenlebend';
    }
  },

  residence: 'Wohnsitz',
  residing: (_sex, kind, tense) =>
    `${isOrWas(tense)} im Melderegister der ansässigen Bevölkerung dieser Gemeinde eingetragen, ${DWELLING[kind]}`,
  registeredSince: 'Wohnung seit',
  provenance: 'Herkunft',
  registeredAtBirth: 'Eintragung durch Geburt',
  cameFrom: (place, day) => `aus ${place}, mit Wirkung vom ${day}`,
  emigration: 'Auswanderung',
  leftFor: (place, day) => `nach ${place}, mit Wirkung vom ${day}`,

  household: 'Familienbogen',
  householdAt(when) {
    if (when === 'today') return 'gehört zur Familie mit Wohnung in';
    const day = 'onDay' in when ? `am ${date(when.onDay)}` : `am Todestag, dem ${date(when.diedOn)},`;
    return `gehörte ${day} zur Familie mit Wohnung in`;
  },
  composedOf: 'die sich wie folgt zusammensetzt:',

  citizenship: 'Staatsbürgerschaft',
  is: 'ist',
  italianCitizen: (sex) => by(sex, 'italienische Staatsbürgerin', 'italienischer Staatsbürger'),
  maritalStatus: 'Personenstand',
  ofMaritalStatus: 'hat den Personenstand',
  marital,
  freeStatus(status) {
    return status.startsWith('civil-union') ? marital(status) : `freien Standes (${marital(status)})`;
  },
  aliveTitle: 'Am Leben',
  isOnDayOfIssue: 'ist am Tag der Ausstellung dieser Bescheinigung',
  alive: 'am Leben',

  cardTitle: 'Personalausweis',
  holdsCard: 'ist Inhaber des elektronischen Personalausweises Nummer',
  cardIssuedBy: 'Ausgestellt von',
  cardIssuedOn: 'Ausgestellt am',
  cardExpiresOn: 'Gültig bis',

  event: { birth: 'Geburt', marriage: 'Eheschließung', death: 'Tod' },
  happened(act) {
    switch (act) {
      case 'birth':
        return 'ist geboren in';
      case 'marriage':
        return 'haben die Ehe geschlossen in';
      case 'death':
        return 'ist verstorben in';
    }
  },
  born: (_sex, place, day, taxCode) => `geboren in ${place} am ${day}, Steuernummer ${taxCode}`,
  atAndOn: (place, day) => `${place} am ${date(day)}`,
  dateInLetters: 'Datum in Buchstaben',
  act: { birth: 'Geburtsurkunde', marriage: 'Eheurkunde', death: 'Sterbeurkunde' },

  dutyTitle: 'Stempelsteuer',
  duty(duty) {
    switch (duty.kind) {
      case 'mark':
        return `Entrichtet mit Stempelmarke zu ${euro(duty.cents)}, Kennnummer ${groupedMark(duty.mark.code)} vom ${italianDate(duty.mark.issuedOn)}`;
      case 'virtual':
        return `Von der Gemeinde entrichtet, ${euro(duty.cents)}, Zahlung ${duty.receipt}`;
      case 'exempt':
        return 'Befreit';
      case 'none':
        return 'Nicht geschuldet';
    }
  },
  validityTitle: 'Gültigkeit',
  validity({ validity: { to, months } }) {
    if (to === null) return 'Unbegrenzt';
    return `${months === 1 ? 'Ein Monat' : `${months} Monate`} ab Ausstellung, bis zum ${italianDate(to)}`;
  },
  feeTitle: 'Sekretariatsgebühren',

  sealHeading: 'Elektronisch erzeugtes Kennzeichen',
  sealOriginalArea: 'Platz für das Kennzeichen der Papierkopie',
  sealOriginal: [
    'Elektronisch gesiegeltes Original, von dieser Gemeinde aufbewahrt.',
    'Auf der Papierkopie steht hier das Kennzeichen zur Überprüfung.',
  ],
  sealPaper: [
    'Papierkopie; das Kennzeichen ersetzt rechtlich die Unterschrift.',
    'Kostenlose Überprüfung: diese Adresse selbst eingeben, Zeile für Zeile vergleichen.',
  ],
  symbolAlternative:
    'Zweidimensionales elektronisches Kennzeichen mit den signierten Daten dieser Bescheinigung.',
  check: 'Überprüfung',
  specimen: 'MUSTER – Vorführdokument mit erfundenen Daten, ohne jeden Wert',
};

function marital(status: MaritalStatus): string {
  switch (status) {
    case 'unmarried':
      return 'ledig';
    case 'married':
      return 'verheiratet';
    case 'widowed':
      return 'verwitwet';
    case 'divorced':
      return 'geschieden';
    case 'civil-union':
      return 'in eingetragener Lebenspartnerschaft';
    case 'civil-union-dissolved':
      return 'freien Standes nach Auflösung der Lebenspartnerschaft';
    case 'civil-union-ended-by-death':
      return 'freien Standes nach dem Tod des Lebenspartners';
  }
}
