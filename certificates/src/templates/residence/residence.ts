import { italianDate, italianDateInWords } from '../../rules/civil-date.ts';
import type { IssuePlan } from '../../rules/decide.ts';
import type { Town } from '../../rules/load-town.ts';
import type { ResidentPerson } from '../../source/registry-source.ts';
import { notesOf, sealWordsOf, SPECIMEN } from '../italian-words.ts';
import type { CertificateLayout } from '../layout.ts';

/** What a template is given: the rules' plan, the person's data, who issues, and under which numbers. */
export interface ResidenceInput {
  readonly plan: IssuePlan;
  readonly town: Town;
  readonly subject: ResidentPerson;
  readonly number: string;
  readonly protocol: string;
  readonly documentId: string;
  readonly specimen: boolean;
}

/**
 * Certificato di residenza (DPR 223/1989, art. 33; ANPR type 8): who lives where, today. It says no more than that:
 * since when and with whom belong to other papers.
 */
export function layOutResidence({
  plan,
  town,
  subject,
  number,
  protocol,
  documentId,
  specimen,
}: ResidenceInput): CertificateLayout {
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
      { kind: 'name', text: subjectLine(subject) },
      {
        kind: 'facts',
        rows: [
          { label: 'Luogo di nascita', value: subject.birthPlace },
          { label: 'Data di nascita', value: italianDate(subject.birthDate) },
          { label: 'Codice fiscale', value: subject.taxCode },
        ],
      },
      {
        kind: 'paragraph',
        text: `è ${subject.sex === 'F' ? 'iscritta' : 'iscritto'} nell’anagrafe della popolazione residente di questo Comune, con abitazione in`,
      },
      { kind: 'statement', text: residenceLine(subject, town) },
    ],
    wording: plan.wording,
    notes: notesOf(plan),
    seal: sealWordsOf(town),
    specimen: specimen ? SPECIMEN : null,
    footer: `Documento ${documentId}`,
  };
}

/** Surname and given names as paper and stamp have them: `CONTI GIULIA`. */
export function subjectLine(subject: ResidentPerson): string {
  return `${subject.surname} ${subject.givenNames}`.toLocaleUpperCase('it');
}

/** The address on one line, the same on paper and in the stamp: `Via dei Tigli 12 – 00099 Valfiorita (VF)`. */
export function residenceLine(subject: ResidentPerson, town: Town): string {
  return `${subject.address} – ${town.postalCode} ${town.place} (${town.province})`;
}
