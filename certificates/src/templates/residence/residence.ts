import { italianDate, italianDateInWords } from '../../rules/civil-date.ts';
import type { FactOf, PersonName, Place } from '../../source/facts.ts';
import { notesOf, sealWordsOf, SPECIMEN } from '../italian-words.ts';
import type { CertificateLayout } from '../layout.ts';
import type { PaperInput } from '../paper.ts';

/**
 * Certificato di residenza (DPR 223/1989, art. 33; ANPR type 8): who lives where, today. It says no more than that:
 * since when and with whom belong to other papers.
 */
export function layOutResidence({
  plan,
  town,
  facts: { person },
  number,
  protocol,
  documentId,
  specimen,
}: PaperInput, residence: FactOf['residence']): CertificateLayout {
  return {
    language: plan.language,
    title: plan.title,
    issuer: { municipality: town.municipality, office: town.office, address: town.officeAddress },
    references: [
      { label: 'Certificato n.', value: number },
      { label: 'Protocollo', value: protocol },
      { label: 'Rilasciato il', value: italianDateInWords(plan.date) },
    ],
    body: [
      { kind: 'paragraph', text: `${town.officer}, visti gli atti dell’anagrafe della popolazione residente,` },
      { kind: 'verb', text: 'certifica che' },
      { kind: 'name', text: subjectLine(person) },
      {
        kind: 'facts',
        rows: [
          { label: 'Luogo di nascita', value: placeName(person.birthPlace) },
          { label: 'Data di nascita', value: italianDate(person.birthDate) },
          { label: 'Codice fiscale', value: person.taxCode },
        ],
      },
      {
        kind: 'paragraph',
        text: `è ${person.sex === 'F' ? 'iscritta' : 'iscritto'} nell’anagrafe della popolazione residente di questo Comune, con abitazione in`,
      },
      { kind: 'statement', text: residenceLine(residence) },
    ],
    wording: plan.wording,
    notes: notesOf(plan),
    seal: sealWordsOf(town),
    specimen: specimen ? SPECIMEN : null,
    footer: `Documento ${documentId}`,
  };
}

/** Surname and given names as paper and stamp have them: `CONTI GIULIA`. */
export function subjectLine(person: PersonName): string {
  return `${person.surname} ${person.givenNames}`.toLocaleUpperCase('it');
}

/** The address on one line, the same on paper and in the stamp: `Via dei Tigli 12 – 00099 Valfiorita (VF)`. */
export function residenceLine({ address, postalCode, place }: FactOf['residence']): string {
  return `${address} – ${postalCode} ${placeName(place)}`;
}

/** A place with its province where it has one: `Valfiorita (VF)`. */
export function placeName({ name, province }: Place): string {
  return province === null ? name : `${name} (${province})`;
}
