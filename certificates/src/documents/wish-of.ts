import { documentId as documentIdSchema, newId } from '@videosportello/protocol/ids.ts';
import type { OperatorId } from '@videosportello/protocol/ids.ts';
import type { DocumentRequest } from '@videosportello/protocol/messages/document.ts';
import type { CertificateRequest } from '../issue/request.ts';
import { civilDate } from '../rules/civil-date.ts';
import type { VisitRecord } from '../visit/visit-record.ts';

/** A new document's request: what the operator asked for, in this visit, for the requester its evidence proves. */
export function wishOf(
  { visitId, kioskId }: Pick<VisitRecord, 'visitId' | 'kioskId'>,
  operatorId: OperatorId,
  request: DocumentRequest,
  requester: CertificateRequest['requester'],
): CertificateRequest {
  const documentId = newId(documentIdSchema, 'd');
  const { type, use, duty, reason } = request;
  return {
    idempotencyKey: documentId,
    documentId,
    visitId,
    kioskId,
    operatorId,
    type,
    use,
    language: request.language ?? 'it',
    edition: request.edition ?? 'standard',
    onDay: civilDate.optional().parse(request.onDay),
    reason,
    sections: [...new Set(request.sections)],
    requester,
    subjectTaxCode: request.subjectTaxCode ?? requester.taxCode,
    duty,
  };
}
