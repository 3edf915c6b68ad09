import { italianDate } from '../../rules/civil-date.ts';
import type { CivilDate } from '../../rules/civil-date.ts';
import { euro, groupedMark } from './italian.ts';
import type { CivilAct, MaritalStatus, ResidenceKind, ResidenceTense, SecondWords } from './words.ts';

const REGISTERS: Record<CivilAct, string> = { birth: 'births', marriage: 'marriages', death: 'deaths' };

const DWELLING: Record<ResidenceKind, string> = {
  dwelling: 'living at',
  institution: 'in an institution, living at',
  homeless: 'with the address',
};
function isOrWas(tense: ResidenceTense): string {
  if (tense === 'present') return 'is';
  return tense === 'ended' ? 'was' : `was on ${date(tense.onDay)}`;
}

function date(day: CivilDate): string {
  const text = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
  return text.format(new Date(`${day}T00:00:00Z`));
}

/** The English of the bilingual edition. */
export const english: SecondWords = {
  titles: {
    residence: 'Certificate of residence',
    'residence-on-date': 'Certificate of residence on a past date',
    household: 'Certificate of household',
    'household-on-date': 'Certificate of household on a past date',
    'household-at-death': 'Certificate of household on the date of death',
    citizenship: 'Certificate of citizenship',
    'free-status': 'Certificate of no impediment by marital status',
    alive: 'Life certificate',
    'household-cumulative': 'Cumulative family certificate',
    combined: 'Combined certificate',
    'residence-with-origin': 'Certificate of residence and previous residence',
    'identity-card': 'Certificate of identity card details',
    birth: 'Certificate of birth',
    marriage: 'Certificate of marriage',
    death: 'Certificate of death',
  },
  wording: {
    private:
      'This certificate may not be submitted to bodies of the public administration or to private providers of public services (art. 40, Presidential Decree 445/2000).',
    abroad: 'Under art. 40 of Presidential Decree 445/2000 this certificate is issued for use abroad only.',
    immigration: 'Certificate issued for the procedures governed by the rules on immigration.',
    court: 'Certificate issued for submission in court.',
  },

  date,
  number: 'Certificate no.',
  protocol: 'Protocol',
  issueDate: 'Date of issue',

  registrar: () => 'The Registrar, having examined the register of the resident population,',
  civilRegistrar: (act) => `The Registrar of Civil Status, having examined the registers of ${REGISTERS[act]},`,
  certifies: 'certifies that',
  and: 'and',

  subject: 'Holder',
  birthPlace: 'Place of birth',
  birthDate: 'Date of birth',
  birthPlaceAndDate: 'Place and date of birth',
  taxCode: 'Tax code',
  surnameAndName: 'Surname and given names',
  relationTitle: 'Relationship',
  relation(relation, sex) {
    switch (relation) {
      case 'head':
        return 'reference person';
      case 'spouse':
        return sex === 'F' ? 'wife' : 'husband';
      case 'civil-partner':
        return 'civil partner';
      case 'child':
        return sex === 'F' ? 'daughter' : 'son';
      case 'parent':
        return sex === 'F' ? 'mother' : 'father';
      case 'sibling':
        return sex === 'F' ? 'sister' : 'brother';
      case 'grandchild':
        return sex === 'F' ? 'granddaughter or niece' : 'grandson or nephew';
      case 'in-law':
        return 'relative by marriage';
      case 'cohabitant':
        return 'cohabitant';
    }
  },

  residence: 'Residence',
  residing: (_sex, kind, tense) =>
    `${isOrWas(tense)} entered in the register of the resident population of this Municipality, ${DWELLING[kind]}`,
  registeredSince: 'At this address since',
  provenance: 'Previous residence',
  registeredAtBirth: 'registered at birth',
  cameFrom: (place, day) => `from ${place}, with effect from ${day}`,
  emigration: 'Moved away',
  leftFor: (place, day) => `to ${place}, with effect from ${day}`,

  household: 'Household',
  householdAt(when) {
    if (when === 'today') return 'belongs to the registered household living at';
    const day = 'onDay' in when ? `on ${date(when.onDay)}` : `on the date of death, ${date(when.diedOn)},`;
    return `belonged ${day} to the registered household living at`;
  },
  composedOf: 'which consists of:',

  citizenship: 'Citizenship',
  is: 'is',
  italianCitizen: () => 'an Italian citizen',
  maritalStatus: 'Marital status',
  ofMaritalStatus: 'has the marital status',
  marital,
  freeStatus(status) {
    return status.startsWith('civil-union') ? marital(status) : `free to marry (${marital(status)})`;
  },
  aliveTitle: 'Alive',
  isOnDayOfIssue: 'on the date of issue of this certificate is',
  alive: 'alive',

  cardTitle: 'Identity card',
  holdsCard: 'holds the electronic identity card number',
  cardIssuedBy: 'Issued by',
  cardIssuedOn: 'Issued on',
  cardExpiresOn: 'Valid until',

  event: { birth: 'Birth', marriage: 'Marriage', death: 'Death' },
  happened(act) {
    switch (act) {
      case 'birth':
        return 'was born in';
      case 'marriage':
        return 'were married in';
      case 'death':
        return 'died in';
    }
  },
  born: (_sex, place, day, taxCode) => `born in ${place} on ${day}, tax code ${taxCode}`,
  atAndOn: (place, day) => `${place} on ${date(day)}`,
  dateInLetters: 'Date in letters',
  act: { birth: 'Act of birth', marriage: 'Act of marriage', death: 'Act of death' },

  dutyTitle: 'Stamp duty',
  duty(duty) {
    switch (duty.kind) {
      case 'mark':
        return `Paid by duty mark of ${euro(duty.cents)}, number ${groupedMark(duty.mark.code)} of ${italianDate(duty.mark.issuedOn)}`;
      case 'virtual':
        return `Settled by the municipality, ${euro(duty.cents)}, payment ${duty.receipt}`;
      case 'exempt':
        return 'Exempt';
      case 'none':
        return 'Not due';
    }
  },
  validityTitle: 'Validity',
  validity({ validity: { to, months } }) {
    if (to === null) return 'Unlimited';
    return `${months === 1 ? 'One month' : `${months} months`} from issue, until ${italianDate(to)}`;
  },
  feeTitle: 'Office fee',

  sealHeading: 'Electronically generated stamp',
  sealOriginalArea: 'Space for the stamp of the paper copy',
  sealOriginal: [
    'Electronically sealed original, kept by this Municipality.',
    'On the paper copy this space bears the stamp to verify it.',
  ],
  sealPaper: [
    'Paper copy; the stamp replaces the handwritten signature in law.',
    'Verification is free: type this address yourself and compare line by line.',
  ],
  symbolAlternative:
    'Two-dimensional electronic stamp with the signed data of this certificate.',
  check: 'Verification',
  specimen: 'SPECIMEN – demonstration document with invented data, of no value',
};

function marital(status: MaritalStatus): string {
  switch (status) {
    case 'unmarried':
      return 'unmarried';
    case 'married':
      return 'married';
    case 'widowed':
      return 'widowed';
    case 'divorced':
      return 'divorced';
    case 'civil-union':
      return 'in a civil union';
    case 'civil-union-dissolved':
      return 'free to marry after the dissolution of a civil union';
    case 'civil-union-ended-by-death':
      return 'free to marry after the death of the civil partner';
  }
}
