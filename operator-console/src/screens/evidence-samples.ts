import type { VerdictView } from '@videosportello/protocol/messages/verdict.ts';
import type { Judgement, VisualCheckView } from '@videosportello/protocol/messages/visual-check.ts';

const signed = <Value>(value: Value) => ({ value, source: 'chip-signed' as const });
const read = <Value>(value: Value) => ({ value, source: 'card-read' as const });
/** A health card that has signed. */
export const healthCard = (at: number): VerdictView => ({
  at,
  document: 'ts-cns',
  protocol: 'CNS-PIN',
  answers: {
    genuine: { answer: 'yes', reason: 'signed-by-trusted-issuer' },
    notCloned: { answer: 'yes', reason: 'challenge-signed' },
    notExpired: { answer: 'yes', reason: 'within-validity' },
    notRevoked: { answer: 'not-asked', reason: 'no-look-up' },
    holder: { answer: 'yes', reason: 'pin-known' },
  },
  person: {
    surname: read('CONTI'),
    givenNames: read('GIULIA'),
    birthDate: read('1985-03-14'),
    sex: read('F'),
    expiryDate: signed('2031-01-01'),
    taxCode: signed('CNTGLI85C54X000O'),
  },
  warnings: [],
  specimen: true,
});
/** A check by eye; `doubt`: what was said of the photo. */
export const seenPassport = (phase: VisualCheckView['phase'], doubt: Judgement | undefined): VisualCheckView => ({
  document: 'passport',
  phase,
  challenge: { code: '4071', gesture: 'touch-left-ear' },
  items: [
    { question: 'layout-of-the-kind', about: 'genuine', answer: 'yes' },
    { question: 'photo-untouched', about: 'genuine', ...(doubt ? { answer: doubt } : {}) },
    { question: 'machine-zone-agrees', about: 'genuine', answer: 'yes' },
    { question: 'face-is-the-photo', about: 'holder', answer: 'yes' },
    { question: 'age-fits-birth-date', about: 'holder', answer: 'yes' },
    { question: 'gesture-made', about: 'holder', answer: 'yes' },
    { question: 'code-read-aloud', about: 'holder', answer: 'yes' },
  ],
});
