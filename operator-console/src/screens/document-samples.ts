import type { CertificateState } from '@videosportello/certificates/client/certificate-client.ts';
import { documentId, reviewId } from '@videosportello/protocol/ids.ts';
import { caseNumber } from '@videosportello/protocol/messages/document.ts';
import type { DocumentChoices, DocumentView, Review } from '@videosportello/protocol/messages/document.ts';
import type { VerdictView } from '@videosportello/protocol/messages/verdict.ts';
import type { VisualCheckView } from '@videosportello/protocol/messages/visual-check.ts';
import { typeChoice, verdictOf } from '../desk/desk-samples.ts';
import { chipPhoto, giulia } from './sample-media.ts';
import { ago, hex } from './sample-values.ts';

const choices: DocumentChoices = {
  types: [
    typeChoice({ type: 'residence', title: 'Certificato di residenza' }),
    typeChoice({ type: 'household', title: 'Certificato di stato di famiglia' }),
    typeChoice({ type: 'residence-on-date', title: 'Certificato di residenza alla data', asksDay: true, asksReason: true, goesToBackOffice: true }),
    typeChoice({ type: 'combined', title: 'Certificato contestuale', sections: ['residence', 'citizenship', 'free-status', 'alive', 'household'] }),
    typeChoice({ type: 'birth', title: 'Certificato di nascita', uses: [{ use: 'private', duty: 'none' }] }),
  ],
  exemptions: [
    { code: '7', title: 'Separazione e divorzio', norm: 'art. 19, l. 74/1987', needsWords: false },
    { code: '9', title: 'Pensione estera', norm: 'art. 9, Tabella, Allegato B, d.P.R. 642/1972', needsWords: false },
    { code: '99', title: 'Altra esenzione', norm: '', needsWords: true },
  ],
  dutyEuro: '16.00',
  virtualDuty: true,
};
const signed = <Value>(value: Value) => ({ value, source: 'chip-signed' as const });
/** Of a card that was read a minute ago. */
export const verdict: VerdictView = {
  ...verdictOf({}),
  at: ago(60),
  person: {
    surname: signed('Conti'),
    givenNames: signed('Giulia'),
    birthDate: signed('1985-03-14'),
    birthPlace: signed('Valfiorita'),
    sex: signed('F'),
    nationality: signed('ITA'),
    documentNumber: signed('CA00001AA'),
    expiryDate: signed('2031-03-14'),
    taxCode: signed('CNTGLI85C54X000O'),
  },
  photo: { mediaType: 'image/jpeg', base64: chipPhoto(giulia) },
};
/** By the operator: the holder is who stands there. */
export const judged: VerdictView = {
  ...verdict,
  answers: { ...verdict.answers, holder: { answer: 'yes', reason: 'face-matches' } },
};
const review: Review = {
  reviewId: reviewId.parse(`r_${hex('1')}`),
  title: 'Certificato di residenza',
  lines: [
    { label: 'Intestatario', value: 'CONTI Giulia' },
    { label: 'Luogo e data di nascita', value: 'Valfiorita, 14/03/1985' },
    { label: 'Codice fiscale', value: 'CNTGLI85C54X000O' },
    { label: 'Residenza', value: 'Via dei Tigli 12, Valfiorita (VF)' },
    { label: 'Imposta di bollo', value: 'assolta con marca da € 16,00' },
    { label: 'Validità', value: 'tre mesi' },
  ],
  wording: [
    'Il presente certificato non può essere prodotto agli organi della pubblica amministrazione o ai privati gestori di pubblici servizi.',
  ],
  specimen: true,
};
/** A document in some state. */
export const document_ = (state: DocumentView['state'], more: Partial<DocumentView> = {}): DocumentView => ({
  documentId: documentId.parse(`d_${hex('1')}`),
  type: 'residence',
  state,
  review,
  at: ago(20),
  ...more,
});
/** The same with a case that the back office has taken in. */
export const withCase = (certificates: CertificateState): CertificateState => ({
  ...certificates,
  file: certificates.file && {
    ...certificates.file,
    cases: [
      {
        caseNumber: caseNumber.parse('2026-000042'),
        title: 'Certificato di residenza alla data',
        answerBy: '2026-12-22',
        keepDays: 90,
        collectAt: 'Ufficio Anagrafe, Piazza della Fonte 1',
      },
    ],
  },
});
/** What the certificate node tells of a visit. */
export const fileOf = (verdict: VerdictView | undefined, documents: DocumentView[] = [], patch = {}, visualCheck?: VisualCheckView): CertificateState => ({
  connection: 'open',
  ended: undefined,
  choices,
  file: {
    evidence: {
      phase: verdict ? 'done' : 'waiting-for-card',
      wrongNumbers: 0,
      ...(verdict ? { verdict } : {}),
      ...patch,
    },
    documents,
    ...(visualCheck ? { visualCheck } : {}),
  },
});
