import { emptyForm } from './document-form.ts';
import type { DocumentForm } from './document-form.ts';

/** The two leaves beside the talk. */
export type Paper = 'identity' | 'document';

/**
 * What the operator has begun on a visit's leaves and not sent: kept by the page while the visit is in hand, so that a look
 * at the other visit costs nothing. Panels write it as it changes.
 */
export interface VisitDraft {
  /** Which leaf is in front. */
  paper: Paper;
  form: DocumentForm;
  /** Of a case to be collected. */
  caseNumber: string;
}

export const newDraft = (): VisitDraft => ({ paper: 'identity', form: emptyForm, caseNumber: '' });
