import { dialogueId, documentId, kioskId, reviewId, ticketId, visitId } from '@videosportello/protocol/ids.ts';
import type { DeviceStatus } from '@videosportello/protocol/device/commands.ts';
import { caseNumber } from '@videosportello/protocol/messages/document.ts';
import type { OpenedCase } from '@videosportello/protocol/messages/document.ts';
import type { CardResult } from '@videosportello/protocol/messages/verdict.ts';
import type { DutyState, TicketView, VisitStep } from '@videosportello/protocol/messages/visit.ts';
import type { KioskView } from '../app/kiosk-view.ts';
import { noCall } from '../call/call-view.ts';
import type { CallView } from '../call/call-view.ts';
import { emptyConversation, withLine } from '../call/conversation.ts';
import { ordinaryPreferences } from '../components/intent.ts';
import { idleVisit } from '../visit/visit-state.ts';
import type { BroughtTicket, KeptPlace, Paper, PersonState, SignatureState, VisitState } from '../visit/visit-state.ts';

/*
 * States to look at, with invented people; the screens' tests and pictures are made from them. No server is needed.
 */

const duty: DutyState = {
  open: true,
  staffed: true,
  hours: [
    { days: 'monday-friday', from: '08:00', to: '20:00' },
    { days: 'saturday', from: '09:00', to: '13:00' },
  ],
  phone: '+39 00 0000 000',
  nearest: 'Ufficio Anagrafe, Piazza della Fonte 1 (lunedì–venerdì 8.30–12.30)',
};
const closed: DutyState = { ...duty, open: false, staffed: false };
const devices: DeviceStatus = {
  cardReader: { device: 'online', media: 'notPresent' },
  printer: { device: 'online', reasons: [] },
  scanner: { device: 'online', media: 'notPresent' },
  certificates: 'open',
};
const ticket: TicketView = {
  ticketId: ticketId.parse(`t_${'1'.repeat(24)}`),
  label: 'A07',
  class: 'walk-up',
  place: 3,
  estimate: { fromMs: 120_000, toMs: 240_000 },
  since: 0,
};
const card: CardResult = {
  answers: {
    genuine: { answer: 'yes', reason: 'signed-by-trusted-issuer' },
    notCloned: { answer: 'not-asked', reason: 'chip-authentication-not-asked' },
    notExpired: { answer: 'yes', reason: 'within-validity' },
    notRevoked: { answer: 'not-asked', reason: 'no-public-look-up' },
    holder: { answer: 'not-asked', reason: 'operator-decides' },
  },
  surname: 'Esempio',
  givenNames: 'Giulia',
  specimen: true,
};
const waiting: PersonState = { kind: 'waiting', ticket, coming: false, comingBack: false };
const marta: PersonState = { kind: 'with', name: 'Marta', present: true };
const visitNumber = visitId.parse(`v_${'0'.repeat(24)}`);

const base: KioskView = {
  visit: idleVisit,
  condition: 'ready',
  interrupted: false,
  town: 'Comune di Valfiorita',
  duty,
  stampDuty: { cents: 1600, exemptions: ['1', '6', '7', '9'] },
  devices,
  call: noCall,
  conversation: emptyConversation,
  textPanel: false,
  preferences: ordinaryPreferences,
};

const trail: readonly VisitStep[] = ['audience', 'service', 'duty', 'privacy', 'card'];
const at = (step: VisitStep, more: Partial<VisitState> = {}, view: Partial<KioskView> = {}): KioskView => ({
  ...base,
  ...view,
  visit: {
    ...idleVisit,
    stage: 'visiting',
    visitId: visitNumber,
    service: 'residence-certificate',
    trail: trail.slice(0, trail.includes(step) ? trail.indexOf(step) : trail.length),
    ...more,
    step,
  },
});
const inCall = (step: VisitStep, more: Partial<VisitState> = {}, call: Partial<CallView> = {}, view: Partial<KioskView> = {}): KioskView =>
  at(step, { person: marta, ...more }, { call: { ...noCall, link: 'open', microphone: 'on', camera: 'on', ...call }, ...view });
const paper = (state: Paper['state'], reason?: Paper['reason']): Paper => ({
  documentId: documentId.parse(`d_${'2'.repeat(24)}`),
  state,
  reason,
});
const leaving = (more: Partial<VisitState>): KioskView => ({
  ...base,
  visit: {
    ...idleVisit,
    stage: 'leaving',
    step: 'goodbye',
    visitId: visitNumber,
    leaving: { reason: 'citizen', phase: 'collecting', visitOpen: true, readable: false, cardGivenUp: false },
    ...more,
  },
});
const review = {
  reviewId: reviewId.parse(`r_${'3'.repeat(24)}`),
  title: 'Certificato di residenza',
  lines: [
    { label: 'Cognome e nome', value: 'ESEMPIO GIULIA' },
    { label: 'Nata a', value: 'Valfiorita (VF) il 14 marzo 1985' },
    { label: 'Residente in', value: 'Via dei Tigli 12, Valfiorita (VF)' },
    { label: 'Imposta di bollo', value: 'assolta con marca n. 01234567890123' },
  ],
  wording: [
    'Il presente certificato non può essere prodotto agli organi della pubblica amministrazione o ai privati gestori di pubblici servizi (art. 40, d.P.R. 28 dicembre 2000, n. 445).',
  ],
  specimen: true,
};
const opened: OpenedCase = {
  caseNumber: caseNumber.parse('2026-000042'),
  title: 'Certificato di residenza alla data',
  answerBy: '2026-12-22',
  keepDays: 90,
  collectAt: 'Ufficio Anagrafe, Piazza della Fonte 1, oppure in qualsiasi postazione del Comune',
};
const conversation = [
  { from: 'operator' as const, line: 0, text: 'Buongiorno, sono Marta. Mi sente?', done: true },
  { from: 'citizen' as const, line: 0, text: 'sento poco', done: true },
  { from: 'operator' as const, line: 1, text: 'Allora scriviamo. Ha con sé la carta', done: false },
  { from: 'citizen' as const, line: 1, text: 'si, la', done: false },
].reduce((known, line) => withLine(known, line.from, line), { ...emptyConversation, current: 1 });
const readingService = { kind: 'reading', document: 'ts-cns', wrong: 0, phase: 'pin' } as const;
const signature: SignatureState = {
  dialogueId: dialogueId.parse(`g_${'4'.repeat(24)}`),
  challenge: { product: 'Videosportello', kioskId: kioskId.parse('kiosk-1'), visitId: visitNumber, at: Date.UTC(2026, 10, 20, 9, 30), nonce: '0'.repeat(64) },
  triesLeft: 3,
  lastTry: false,
};
const unread = { kind: 'unread', wrong: 0, failure: undefined } as const;

const returning = (phase: BroughtTicket['phase'], failure?: BroughtTicket['failure']): KioskView => ({
  ...base,
  visit: { ...idleVisit, stage: 'returning', brought: { phase, failure } },
});
/** As long as a kept ticket may be. Its last moment is the same time of day wherever the pictures are made. */
const kept = (slip: KeptPlace['slip'], more: Partial<VisitState> = {}): KioskView =>
  leaving({
    leaving: { reason: 'kept', phase: 'done', visitOpen: false, readable: false, cardGivenUp: false },
    kept: { ticket: `${'eyJh'.repeat(10)}.${'W10-'.repeat(40)}.${'sIg_'.repeat(21)}s`, label: 'A07', until: new Date(2026, 10, 20, 12, 40).getTime(), slip },
    ...more,
  });

/** Every screen by name. Those whose call link is open are given invented streams by the page that shows them. */
export const samples = {
  'idle': base,
  'returning': returning('asked'),
  'returning-reading': returning('reading'),
  'returning-unread': returning('asked', 'ticket-unknown'),
  'returning-used': returning('asked', 'ticket-used'),
  'returned': at('person', { person: waiting, notice: 'place-found', trail: [], service: undefined }),
  'idle-closed': { ...base, duty: closed, visit: { ...idleVisit, cardPresent: true } },
  'audience': at('audience'),
  'self-declaration': at('self-declaration', { audience: 'public-office', trail: ['audience'] }),
  'service': at('service', { service: undefined }),
  'duty': at('duty'),
  'duty-none': at('duty', {}, { stampDuty: null }),
  'privacy': at('privacy'),
  'card': at('card'),
  'card-found': at('card', { cardPresent: true }),
  'card-reader-out': at('card', {}, { devices: { ...devices, cardReader: { device: 'hardwareError', media: 'unknown' } } }),
  'access-number': at('access-number', { cardPresent: true, card: unread }),
  'access-number-wrong': at('access-number', { cardPresent: true, card: { kind: 'unread', wrong: 1, failure: 'card-wrong-number' } }),
  'access-number-removed': at('access-number', { card: { kind: 'unread', wrong: 0, failure: 'card-removed' } }),
  'access-number-locked': at('access-number', { cardPresent: true, card: { kind: 'unread', wrong: 3, failure: 'card-tries-exhausted' } }),
  'reading': at('reading', { cardPresent: true, card: { kind: 'reading', document: 'cie', wrong: 0, phase: 'reading' } }),
  'card-service-failed': at('card', { cardPresent: true, cardKind: 'service-card', card: { kind: 'unread', wrong: 0, failure: 'card-wrong-pin' } }),
  'pin': at('reading', { cardPresent: true, card: readingService, signature }),
  'pin-last-try': inCall('reading', { cardPresent: true, card: readingService, signature: { ...signature, triesLeft: 1, lastTry: true } }),
  'reading-service': at('reading', { cardPresent: true, card: { ...readingService, phase: 'checking' } }),
  'card-result': at('card-result', { cardPresent: true, card: { kind: 'read', result: card } }),
  'person-asking': at('person', { person: { kind: 'asking' } }),
  'person-waiting': at('person', { person: waiting, card: { kind: 'read', result: card } }),
  'person-waiting-needs': at('person', { person: waiting, needs: ['sign-language'], notice: 'need-refused' }),
  'person-no-signs': at('person', { person: { kind: 'refused', code: 'nobody-on-duty' }, needs: ['sign-language'] }),
  'person-keeping': at('person', { person: { kind: 'keeping', ticket, isOver: false } }),
  'person-keep-failed': at('person', { person: waiting, notice: 'keep-failed' }),
  'kept': kept('printing'),
  'kept-printed': kept('printed', { cardPresent: true }),
  'kept-photograph': kept('failed'),
  'person-coming': at('person', { person: { ...waiting, coming: true } }),
  'person-nobody-now': at('person', { person: waiting }, { duty: closed }),
  'person-refused': at('person', { person: { kind: 'refused', code: 'nobody-on-duty' } }, { duty: closed }),
  'waiting-elsewhere': at('privacy', { person: waiting }),
  'call': inCall('person', { card: { kind: 'read', result: card } }),
  'call-demo': inCall('card', {}, { microphone: 'muted', mutedForDemo: true }),
  'call-card': inCall('card', { notice: 'card-asked' }),
  'call-access-number': inCall('access-number', { cardPresent: true }),
  'call-coming-back': at('card', { person: { ...waiting, comingBack: true } }),
  'call-no-picture': inCall('card-result', { card: { kind: 'read', result: card } }, { picturePaused: true }),
  'call-by-text': inCall('person', {}, { link: 'failed', microphone: 'denied', camera: 'absent' }),
  'call-text': inCall('person', {}, {}, { textPanel: true, conversation }),
  'call-captions': inCall('duty', {}, {}, { conversation }),
  'call-review': inCall('review', { review }),
  'review': at('review', { review }),
  'case': inCall('person', { opened, card: { kind: 'read', result: card } }),
  'case-slip': inCall('person', { opened, slip: { documentId: documentId.parse(`d_${'5'.repeat(24)}`), state: 'printed', reason: undefined }, card: { kind: 'read', result: card } }),
  'scan-asked': inCall('person', { notice: 'scan-asked', scan: { phase: 'asked', side: 'front', failure: undefined } }),
  'scan-running': inCall('person', { scan: { phase: 'running', side: 'front', failure: undefined } }),
  'scan-sent': inCall('person', { scan: { phase: 'sent', side: 'front', failure: undefined } }),
  'scan-failed': inCall('person', { scan: { phase: 'failed', side: 'front', failure: 'scanner-empty' } }),
  'printing': inCall('printing', { paper: paper('printing') }),
  'printing-out-of-paper': inCall('printing', { paper: paper('needs-attention', 'media-empty') }),
  'printing-printed': inCall('printing', { paper: paper('printed') }),
  'printing-taken': inCall('printing', { paper: paper('taken') }),
  'goodbye-technical': leaving({ leaving: { reason: 'technical', phase: 'done', visitOpen: false, readable: false, cardGivenUp: false } }),
  'goodbye': leaving({ cardPresent: true, paper: paper('printed') }),
  'goodbye-sheet': leaving({ cardPresent: true, sheetScanned: true, paper: paper('uncertain') }),
  'goodbye-case': leaving({ cardPresent: true, opened }),
  'goodbye-card': leaving({ cardPresent: true, paper: paper('taken') }),
  'idle-warning': at('duty', { warned: true }),
  'line-interrupted': at('privacy', {}, { interrupted: true }),
  'starting': { ...base, condition: 'starting', town: undefined, duty: undefined },
  'no-network': { ...base, condition: 'no-network' },
  'no-devices': { ...base, condition: 'no-devices', town: undefined, duty: undefined },
  'not-enrolled': { ...base, condition: 'not-enrolled', town: undefined, duty: undefined },
  'revoked': { ...base, condition: 'revoked' },
  'replaced': { ...base, condition: 'replaced' },
} as const satisfies Record<string, KioskView>;
export type SampleName = keyof typeof samples;
