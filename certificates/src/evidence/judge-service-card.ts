import { judgeCns } from '@videosportello/identity/cns/judge-cns.ts';
import type { TrustStore } from '@videosportello/identity/emrtd/trust-store.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { personClaims } from '@videosportello/protocol/messages/verdict.ts';
import type { Answer, VerdictView } from '@videosportello/protocol/messages/verdict.ts';
import type { ServiceCardEvidence } from './service-card-evidence.ts';

/**
 * From what a health or service card gave to the view an operator gets. Pure. The tax code is the certificate's, proved where the
 * card signed; all else is what the card says of its holder. Who knows the PIN is the holder (D.Lgs. 82/2005, art. 64 and 66), as
 * long as the issuer has not taken the certificate back.
 * @throws ProtocolError `card-unreadable` when the card names nobody, or its personal data are not those of its certificate: such a
 * file is nobody's word, and the certificate alone has no name in it.
 */
export function judgeServiceCard(evidence: ServiceCardEvidence, options: { readonly trust: TrustStore; readonly at: Date }): VerdictView {
  const { claims, taxCode, certificateUntil, genuine, notCloned, notExpired, notRevoked, warnings, specimen } = judgeCns({ ...evidence, ...options });
  if (!claims || taxCode === undefined) throw new ProtocolError('card-unreadable');
  const isProved = genuine.answer === 'yes' && notCloned.answer === 'yes' && notRevoked.answer !== 'no';
  const holder: Answer = isProved ? { answer: 'yes', reason: 'pin-known' } : { answer: 'not-asked', reason: 'operator-decides' };
  const read = <Value>(value: Value) => ({ value, source: 'card-read' as const });
  const person = personClaims.safeParse({
    surname: read(claims.surname),
    givenNames: read(claims.givenNames),
    ...(claims.birthDate === undefined ? {} : { birthDate: read(claims.birthDate) }),
    ...(claims.sex === 'F' || claims.sex === 'M' ? { sex: read(claims.sex) } : {}),
    expiryDate: certificateUntil === undefined ? claims.expiryDate && read(claims.expiryDate) : { value: certificateUntil, source: 'chip-signed' },
    taxCode: isProved ? { value: taxCode, source: 'chip-signed' } : read(taxCode),
  });
  if (!person.success) throw new ProtocolError('card-unreadable');
  return {
    at: options.at.getTime(),
    document: 'ts-cns',
    protocol: 'CNS-PIN',
    answers: { genuine, notCloned, notExpired, notRevoked, holder },
    person: person.data,
    warnings: [...warnings],
    specimen,
  };
}
