import { documentId, kioskId, operatorId, visitId } from '@videosportello/protocol/ids.ts';
import { caseNumber, certificateType } from '@videosportello/protocol/messages/document.ts';
import { z } from 'zod';
import { civilDate } from '../rules/civil-date.ts';
import { dutyClaim } from '../rules/duty.ts';
import { certificateSection, certificateUse, identityLevel, paperEdition, paperLanguage } from '../rules/vocabulary.ts';

/** A tax code as printed: 16 capital letters and digits. Whether it belongs to somebody, the source says. */
export const taxCode = z.string().regex(/^[A-Z0-9]{16}$/);

/** One wish for one paper. Requester and subject are two people unless they are one (DPR 223/1989, art. 33). */
export const certificateRequest = z.object({
  /** Made by who asks, once per paper wanted: asking again with it gives the same paper. */
  idempotencyKey: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/),
  documentId,
  visitId,
  kioskId: kioskId.nullable(),
  operatorId: operatorId.nullable(),
  type: certificateType,
  use: certificateUse,
  language: paperLanguage,
  edition: paperEdition.default('standard'),
  /** The day a historical certificate speaks of. */
  onDay: civilDate.optional(),
  /** Why a historical one is asked for (DPR 223/1989, art. 35 c. 4). */
  reason: z.string().trim().min(1).max(300).optional(),
  /** Of a composed certificate, each once. */
  sections: z.array(certificateSection).max(certificateSection.options.length).default([]),
  /** The case in which the back office has allowed it. */
  approvedCase: caseNumber.optional(),
  /** Who asks, how surely he is known, and the last day of the document that says so. */
  requester: z.object({ taxCode, identity: identityLevel, documentExpiresOn: civilDate.optional() }),
  subjectTaxCode: taxCode,
  duty: dutyClaim.optional(),
});
export type CertificateRequest = z.output<typeof certificateRequest>;

/** Everything the paper depends on, in a fixed order: two requests with the same key must have the same. */
export function requestText(request: CertificateRequest): string {
  const { visitId: visit, type, use, language, edition, onDay, reason, sections, requester, subjectTaxCode, duty } = request;
  return JSON.stringify([
    visit,
    type,
    use,
    language,
    edition,
    onDay ?? '',
    reason ?? '',
    sections.toSorted(),
    requester.taxCode,
    requester.identity,
    subjectTaxCode,
    dutyText(duty),
  ]);
}

function dutyText(duty: CertificateRequest['duty']): string[] {
  switch (duty?.kind) {
    case undefined:
      return [];
    case 'mark':
      return [duty.kind, duty.code, duty.date];
    case 'exemption':
      return [duty.kind, duty.code, duty.words ?? ''];
    case 'virtual':
      return [duty.kind, duty.receipt];
  }
}
