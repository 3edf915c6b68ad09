import { caseNumber, documentRequest } from '@videosportello/protocol/messages/document.ts';
import type {
  CaseNumber,
  CertificateSection,
  CertificateType,
  DocumentChoices,
  DocumentRequest,
  PaperEdition,
  PaperLanguage,
  TypeChoice,
  Use,
} from '@videosportello/protocol/messages/document.ts';

/** What the operator has put into the form, as it stands on the screen. */
export interface DocumentForm {
  readonly type: CertificateType;
  readonly use: Use;
  /** Whose facts: those of the person identified, or of somebody named by tax code (DPR 223/1989, art. 33). */
  readonly subject: 'holder' | 'other';
  readonly taxCode: string;
  readonly onDay: string;
  readonly reason: string;
  readonly sections: readonly CertificateSection[];
  readonly language: PaperLanguage;
  readonly edition: PaperEdition;
  readonly duty: 'mark' | 'exemption' | 'virtual';
  readonly markCode: string;
  readonly markDate: string;
  readonly exemption: string;
  readonly exemptionWords: string;
  readonly receipt: string;
}

export const emptyForm: DocumentForm = {
  type: 'residence',
  use: 'private',
  subject: 'holder',
  taxCode: '',
  onDay: '',
  reason: '',
  sections: [],
  language: 'it',
  edition: 'standard',
  duty: 'mark',
  markCode: '',
  markDate: '',
  exemption: '',
  exemptionWords: '',
  receipt: '',
};

/** Fields that can be wrong. */
export const formFields = ['taxCode', 'onDay', 'reason', 'sections', 'markCode', 'markDate', 'exemption', 'exemptionWords', 'receipt'] as const;
export type FormField = (typeof formFields)[number];
/** What is wrong with a field; a code with a text on screen. */
export const fieldFaults = [
  'missing',
  'not-14-digits',
  'not-a-tax-code',
  'not-a-receipt',
  'in-the-future',
  'not-past',
  'not-a-date',
  'two-at-least',
] as const;
export type FieldFault = (typeof fieldFaults)[number];
type Faults = Partial<Record<FormField, FieldFault>>;

/** What can be chosen for the type in the form; undefined when the town's rules have none of it today. */
export function choiceOf(form: Pick<DocumentForm, 'type'>, { types }: Pick<DocumentChoices, 'types'>): TypeChoice | undefined {
  return types.find(({ type }) => type === form.type);
}

/** How the duty stands for type and use in the form, and how it may be settled; none: nothing is asked. */
export function dutyWays(form: Pick<DocumentForm, 'type' | 'use'>, choices: DocumentChoices): readonly DocumentForm['duty'][] {
  const duty = choiceOf(form, choices)?.uses.find(({ use }) => use === form.use)?.duty ?? 'none';
  if (duty === 'none') return [];
  if (duty === 'only-exempt') return ['exemption'];
  return choices.virtualDuty ? ['mark', 'virtual', 'exemption'] : ['mark', 'exemption'];
}

/** The form with another type: what the new type does not know falls back to what every type has. */
export function withType(form: DocumentForm, chosen: TypeChoice): DocumentForm {
  const use = chosen.uses.some(({ use: known }) => known === form.use) ? form.use : (chosen.uses[0]?.use ?? 'private');
  return {
    ...form,
    type: chosen.type,
    use,
    subject: chosen.onlySelf ? 'holder' : form.subject,
    language: chosen.languages.includes(form.language) ? form.language : 'it',
    edition: chosen.editions.includes(form.edition) ? form.edition : 'standard',
    sections: form.sections.filter((section) => chosen.sections.includes(section)),
  };
}

/**
 * Reads the form: the request, or what is wrong, field by field. Only what the chosen type asks for is looked at. Spaces and dots
 * in numbers, as people read them aloud, are left out. `today` is an ISO date.
 */
export function readForm(
  form: DocumentForm,
  choices: DocumentChoices,
  today: string,
): { readonly request: DocumentRequest } | { readonly faults: Faults } {
  const chosen = choiceOf(form, choices);
  const faults: Faults = {};
  const taxCode = compact(form.taxCode);
  if (form.subject === 'other' && !/^[A-Z0-9]{16}$/.test(taxCode)) faults.taxCode = taxCode === '' ? 'missing' : 'not-a-tax-code';
  if (chosen?.asksDay) addFault(faults, 'onDay', dayFault(form.onDay, (day) => (day < today ? undefined : 'not-past')));
  if (chosen?.asksReason && form.reason.trim() === '') faults.reason = 'missing';
  if (chosen && chosen.sections.length > 0 && form.sections.length < 2) faults.sections = 'two-at-least';
  const way = wayOf(form, choices);
  if (way !== undefined) readDuty(form, way, choices, today, faults);
  if (Object.keys(faults).length > 0) return { faults };
  return {
    request: documentRequest.parse({
      type: form.type,
      use: form.use,
      language: form.language,
      edition: form.edition,
      ...(way === undefined ? {} : { duty: dutyOf(form, way, choices) }),
      ...(form.subject === 'other' ? { subjectTaxCode: taxCode } : {}),
      ...(chosen?.asksDay ? { onDay: form.onDay } : {}),
      ...(chosen?.asksReason ? { reason: form.reason } : {}),
      ...(chosen && chosen.sections.length > 0 ? { sections: form.sections } : {}),
    }),
  };
}

/** A case number as it is read aloud: spaces and missing zeros do not matter. */
export function readCaseNumber(text: string): CaseNumber | undefined {
  const [, year = '', place = ''] = /^\s*(\d{4})\s*[-/ ]\s*(\d{1,6})\s*$/.exec(text) ?? [];
  return caseNumber.safeParse(`${year}-${place.padStart(6, '0')}`).data;
}

/** How the duty is settled: as chosen where that is allowed, else the first way that is. */
export function wayOf(form: DocumentForm, choices: DocumentChoices): DocumentForm['duty'] | undefined {
  const ways = dutyWays(form, choices);
  return ways.find((way) => way === form.duty) ?? ways[0];
}

function readDuty(form: DocumentForm, way: DocumentForm['duty'], { exemptions }: DocumentChoices, today: string, faults: Faults): void {
  switch (way) {
    case 'mark': {
      const code = compact(form.markCode);
      if (!/^\d{14}$/.test(code)) faults.markCode = code === '' ? 'missing' : 'not-14-digits';
      return addFault(faults, 'markDate', dayFault(form.markDate, (day) => (day > today ? 'in-the-future' : undefined)));
    }
    case 'virtual': {
      const receipt = compact(form.receipt);
      if (!/^[A-Z0-9]{15,35}$/.test(receipt)) faults.receipt = receipt === '' ? 'missing' : 'not-a-receipt';
      return;
    }
    case 'exemption': {
      const chosen = exemptions.find(({ code }) => code === form.exemption);
      if (!chosen) faults.exemption = 'missing';
      else if (chosen.needsWords && form.exemptionWords.trim() === '') faults.exemptionWords = 'missing';
    }
  }
}

function dutyOf(form: DocumentForm, way: DocumentForm['duty'], { exemptions }: DocumentChoices): DocumentRequest['duty'] {
  switch (way) {
    case 'mark':
      return { kind: 'mark', code: compact(form.markCode), date: form.markDate };
    case 'virtual':
      return { kind: 'virtual', receipt: compact(form.receipt) };
    case 'exemption': {
      const needsWords = exemptions.find(({ code }) => code === form.exemption)?.needsWords;
      return { kind: 'exemption', code: form.exemption, ...(needsWords ? { words: form.exemptionWords } : {}) };
    }
  }
}

function dayFault(text: string, unfit: (day: string) => FieldFault | undefined): FieldFault | undefined {
  if (text === '') return 'missing';
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return 'not-a-date';
  const day = new Date(`${text}T00:00:00Z`);
  // The thirtieth of February has the shape of a date.
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== text) return 'not-a-date';
  return unfit(text);
}

function addFault(faults: Faults, field: FormField, fault: FieldFault | undefined): void {
  if (fault) faults[field] = fault;
}

const compact = (text: string): string => text.replaceAll(/[\s.-]/g, '').toUpperCase();
