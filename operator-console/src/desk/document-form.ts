import { documentRequest } from '@videosportello/protocol/messages/document.ts';
import type { CertificateType, DocumentRequest, Use } from '@videosportello/protocol/messages/document.ts';

/** What the operator has put into the form, as it stands on the screen. */
export interface DocumentForm {
  readonly type: CertificateType;
  readonly use: Use;
  /** Whose facts: those of the person identified, or of somebody named by tax code (DPR 223/1989, art. 33). */
  readonly subject: 'holder' | 'other';
  readonly taxCode: string;
  readonly duty: 'mark' | 'exemption';
  readonly markCode: string;
  readonly markDate: string;
  readonly exemption: string;
}

export const emptyForm: DocumentForm = {
  type: 'residence',
  use: 'private',
  subject: 'holder',
  taxCode: '',
  duty: 'mark',
  markCode: '',
  markDate: '',
  exemption: '',
};

export type FormField = 'taxCode' | 'markCode' | 'markDate' | 'exemption';
/** What is wrong with a field; a code with a text on screen. */
export type FieldFault = 'missing' | 'not-14-digits' | 'not-a-tax-code' | 'in-the-future' | 'not-a-date';

/**
 * Reads the form: the request, or what is wrong, field by field. Spaces and dots in numbers, as people read them aloud,
 * are
 * left out. `today` is an ISO date.
 */
export function readForm(
  form: DocumentForm,
  today: string,
): { readonly request: DocumentRequest } | { readonly faults: Partial<Record<FormField, FieldFault>> } {
  const faults: Partial<Record<FormField, FieldFault>> = {};
  const code = form.markCode.replaceAll(/[\s.]/g, '');
  const taxCode = form.taxCode.replaceAll(/\s/g, '').toUpperCase();
  if (form.duty === 'mark') {
    if (!/^\d{14}$/.test(code)) faults.markCode = code === '' ? 'missing' : 'not-14-digits';
    const isDate = /^\d{4}-\d\d-\d\d$/.test(form.markDate);
    if (!isDate) faults.markDate = form.markDate === '' ? 'missing' : 'not-a-date';
    else if (form.markDate > today) faults.markDate = 'in-the-future';
  } else if (form.exemption === '') faults.exemption = 'missing';
  if (form.subject === 'other' && !/^[A-Z0-9]{16}$/.test(taxCode))
    faults.taxCode = taxCode === '' ? 'missing' : 'not-a-tax-code';
  if (Object.keys(faults).length > 0) return { faults };
  const read = documentRequest.safeParse({
    type: form.type,
    use: form.use,
    duty:
      form.duty === 'mark' ? { kind: 'mark', code, date: form.markDate } : { kind: 'exemption', code: form.exemption },
    ...(form.subject === 'other' ? { subjectTaxCode: taxCode } : {}),
  });
  // Only the day can still be wrong here: the thirtieth of February has the shape of a date.
  return read.success ? { request: read.data } : { faults: { markDate: 'not-a-date' } };
}
