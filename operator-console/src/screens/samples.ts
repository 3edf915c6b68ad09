import { kioskId, offerId, operatorId, scanId, visitId } from '@videosportello/protocol/ids.ts';
import type { VerdictView } from '@videosportello/protocol/messages/verdict.ts';
import type { Desk, DeskVisit, KioskTile } from '@videosportello/protocol/messages/visit.ts';
import type { OperatorQueueState, StandingOffer } from '@videosportello/queue-service/client/operator-queue-client.ts';
import { stateOf as plainState, workOf as plainWork } from '../desk/desk-samples.ts';
import { idleCall } from '../desk/desk-state.ts';
import type { CallView, DeskState, WorkState } from '../desk/desk-state.ts';
import type { ScanPicture } from '../desk/scan-pictures.ts';
import { document_, fileOf, judged, verdict, withCase } from './document-samples.ts';
import { healthCard, seenPassport } from './evidence-samples.ts';
import { faceTrack, giulia, marta } from './sample-media.ts';
import { ago, hex, now } from './sample-values.ts';

const visitA = visitId.parse(`v_${hex('a')}`);
const visitB = visitId.parse(`v_${hex('b')}`);
const media = { url: 'wss://media.example/room', grant: '', expiresAt: now };

const tile = (
  id: string,
  name: string,
  town: string,
  state: KioskTile['state'],
  seconds: number,
  mine = false,
): KioskTile => ({
  kioskId: kioskId.parse(id),
  name,
  town,
  state,
  since: ago(seconds),
  mine,
  ...(state === 'waiting' || state === 'offered' ? { waitingSince: ago(seconds) } : {}),
});
const kiosks: readonly KioskTile[] = [
  tile('kiosk-1', 'Centro commerciale', 'Valfiorita', 'with-operator', 252, true),
  tile('kiosk-2', 'Biblioteca', 'Borgo Tiglio', 'with-operator', 75, true),
  tile('kiosk-3', 'Municipio', 'Valfiorita', 'free', 1310),
  tile('kiosk-4', 'Farmacia', 'Pieve Alta', 'waiting', 94),
  tile('kiosk-5', 'Stazione', 'Valfiorita', 'self-service', 33),
  tile('kiosk-6', 'Ex scuola', 'Ronco', 'offline', 5400),
];

const visitAtMall: DeskVisit = {
  visitId: visitA,
  kioskId: kioskId.parse('kiosk-1'),
  kioskName: 'Centro commerciale',
  town: 'Valfiorita',
  state: 'with-operator',
  step: 'card-result',
  phase: 'operator',
  language: 'it',
  service: 'residence-certificate',
  needs: [],
  fence: { epoch: 1, counter: 1 },
  kioskPresent: true,
  acceptedAt: ago(252),
};
const visitAtLibrary: DeskVisit = {
  ...visitAtMall,
  visitId: visitB,
  kioskId: kioskId.parse('kiosk-2'),
  kioskName: 'Biblioteca',
  town: 'Borgo Tiglio',
  step: 'card',
  phase: 'citizen',
  needs: ['assisted'],
  acceptedAt: ago(75),
};

const deskOf = (visits: readonly DeskVisit[], presence: Desk['presence'] = 'available'): Desk => ({
  operatorId: operatorId.parse(`op_${hex('1')}`),
  displayName: 'Marta',
  presence,
  ...(presence === 'not-ready' ? { reason: 'signed-in' as const } : {}),
  since: ago(presence === 'available' ? 3815 : 40),
  capacity: 2,
  visits: [...visits],
});
const offer: StandingOffer = {
  offerId: offerId.parse(`o_${hex('4')}`),
  visitId: visitId.parse(`v_${hex('d')}`),
  kioskId: kioskId.parse('kiosk-4'),
  kioskName: 'Farmacia',
  town: 'Pieve Alta',
  language: 'en',
  service: 'residence-certificate',
  step: 'card',
  class: 'walk-up',
  needs: ['text-only'],
  waitedMs: 94_000,
  remainingMs: 15_000,
  media,
  endsAtMs: now + 11_000,
};

const queueOf = (desk: Desk | undefined, patch: Partial<OperatorQueueState> = {}): OperatorQueueState => ({
  connection: 'open',
  ended: undefined,
  desk,
  house: desk && {
    kiosks: kiosks.map((kiosk) => ({ ...kiosk, mine: kiosk.mine && desk.visits.some((visit) => visit.kioskId === kiosk.kioskId) })),
    waiting: 1,
    waitingSinceMs: now - 94_000,
  },
  offers: [],
  withdrawn: undefined,
  access: new Map(),
  lost: [],
  ...patch,
});

const picture = faceTrack(giulia);
const own = faceTrack(marta);
const voice = new AudioContext().createMediaStreamDestination().stream.getAudioTracks()[0];
const talking: CallView = {
  ...idleCall,
  state: { name: 'in-call' },
  local: own && voice ? { camera: { track: own }, microphone: { track: voice } } : undefined,
  remote: {
    ...(picture ? { camera: { track: picture, paused: false } } : {}),
    ...(voice ? { microphone: { track: voice, paused: false } } : {}),
  },
  otherPresent: true,
  path: 'connected',
  quality: { level: 'good', lossRatio: 0 },
};

const page = document.createElement('canvas');
page.width = 1240;
page.height = 1754;
const ink = page.getContext('2d');
if (ink) {
  ink.fillStyle = '#ffffff';
  ink.fillRect(0, 0, page.width, page.height);
  ink.fillStyle = '#17324d';
  ink.font = 'bold 72px sans-serif';
  ink.fillText('PASSAPORTO · SPECIMEN', 90, 200);
  ink.font = '56px sans-serif';
  for (const [index, line] of ['CONTI', 'GIULIA', 'VALFIORITA 14/03/1985', 'YA0000001'].entries()) ink.fillText(line, 90, 340 + index * 110);
}
/** A page as the certificate node has it; the picture is drawn here. */
const scanned = (digit: string, side: 'front' | 'back', url: string | undefined): ScanPicture => ({
  scan: { scanId: scanId.parse(`s_${hex(digit)}`), side, mediaType: 'image/png', bytes: 1, width: 1240, height: 1754, at: ago(30) },
  url,
  failed: false,
});
const workOf = (
  { visitId: id }: DeskVisit,
  colour: number,
  patch: Partial<WorkState> = {},
): [DeskVisit['visitId'], WorkState] => [
  id,
  plainWork(id, { colour, call: talking, certificates: fileOf(undefined), ...patch }),
];
const lines: WorkState['lines'] = [
  { author: 'operator', line: 1, text: 'Buongiorno, sono qui per aiutarLa.', done: true, delivery: 'delivered' },
  { author: 'citizen', line: 0, text: 'Buongiorno! Mi serve per la banca.', done: true },
  { author: 'citizen', line: 1, text: 'La marca ce l’ho già, il numer', done: false },
];

const stateOf = (patch: Partial<DeskState>): DeskState =>
  plainState([], { queue: queueOf(deskOf([])), ...patch });
const withMall = (patch: Partial<WorkState>, more: Partial<DeskState> = {}, visit = visitAtMall): DeskState =>
  stateOf({
    queue: queueOf(deskOf([visit])),
    works: new Map([workOf(visit, 0, patch)]),
    chosen: visitA,
    onAir: visitA,
    ...more,
  });

/** As long as a town may make them. */
const longName = 'Centro commerciale Le Tre Fontane, piano terra, accanto all’ingresso nord';
const longTown = 'San Giovanni in Valfiorita sul Torrente, frazione Borgo Tiglio di Sopra';
/** All that somebody can do to the desk by writing and by a forged card, within the limits of the protocol. */
const hostileLines: WorkState['lines'] = [
  { author: 'citizen', line: 1, text: '<img src=x onerror="document.title=\'hit\'"><b>Operatore</b>', done: true },
  { author: 'citizen', line: 2, text: '\u202eotatimil odom ni otnemucod li atteccA', done: true },
  { author: 'citizen', line: 3, text: `a${'\u0301\u0327'.repeat(240)}`, done: true },
  { author: 'citizen', line: 4, text: 'x'.repeat(500), done: true },
  { author: 'citizen', line: 5, text: '{ $kiosk } { -desk } \u2067Valfiorita', done: false },
];
const hostileVerdict: VerdictView = {
  ...verdict,
  answers: { ...verdict.answers, genuine: { answer: 'no', reason: 'a'.repeat(60) } },
  person: {
    ...verdict.person,
    surname: { value: `<h1>CONTI</h1>\u202e${'M'.repeat(80)}`, source: 'card-read' },
    givenNames: { value: `Giulia\u200b${'\u0336'.repeat(90)}`, source: 'card-read' },
    birthPlace: { value: 'W'.repeat(100), source: 'card-read' },
    documentNumber: { value: '\u2066CA00001AA\u2069\u0007', source: 'card-read' },
  },
  warnings: Array.from({ length: 20 }, (_, index) => `${'w'.repeat(57)}-${index}`),
};

/** Every screen of the desk, by a name that serves as file name. The people are invented. */
export const samples: Readonly<Record<string, () => DeskState>> = {
  '01-connecting': () => stateOf({ queue: queueOf(undefined, { connection: 'connecting' }) }),
  '02-signed-out': () => stateOf({ queue: queueOf(undefined, { ended: 'signed-out', connection: 'closed' }) }),
  '03-replaced': () => stateOf({ queue: queueOf(deskOf([]), { ended: 'session-replaced', connection: 'closed' }) }),
  '04-not-ready': () => stateOf({ queue: queueOf(deskOf([], 'not-ready')) }),
  '05-available': () => stateOf({}),
  '06-offer': () => stateOf({ queue: queueOf(deskOf([]), { offers: [offer] }) }),
  '07-connecting-call': () =>
    withMall(
      { call: { ...idleCall, state: { name: 'connecting' } }, certificates: undefined },
      { onAir: undefined },
      { ...visitAtMall, step: 'card', phase: 'citizen' },
    ),
  '08-face-to-face': () => withMall({ lines }, {}, { ...visitAtMall, step: 'card', phase: 'citizen' }),
  '09-wrong-numbers': () =>
    withMall(
      { certificates: fileOf(undefined, [], { phase: 'failed', failure: 'card-tries-exhausted', wrongNumbers: 3 }) },
      {},
      { ...visitAtMall, step: 'access-number' },
    ),
  '10-verdict': () => withMall({ certificates: fileOf(verdict), lines }),
  '11-document-form': () => withMall({ certificates: fileOf(judged), lines }),
  '12-document-prepared': () => withMall({ certificates: fileOf(judged, [document_('prepared')]) }),
  '13-document-agreed': () =>
    withMall({ certificates: fileOf(judged, [document_('agreed')]) }, {}, { ...visitAtMall, step: 'review' }),
  '14-printer-empty': () =>
    withMall(
      {
        certificates: fileOf(judged, [document_('needs-attention', { number: '2026/000123', reason: 'media-empty' })]),
      },
      {},
      { ...visitAtMall, step: 'printing', phase: 'device' },
    ),
  '15-print-uncertain': () =>
    withMall(
      { certificates: fileOf(judged, [document_('uncertain', { number: '2026/000123', attempt: 1, reason: 'link-lost' })]) },
      {},
      { ...visitAtMall, step: 'printing', phase: 'device' },
    ),
  '16-paper-taken': () =>
    withMall(
      { certificates: fileOf(judged, [document_('taken', { number: '2026/000123' })]) },
      {},
      { ...visitAtMall, step: 'goodbye', phase: 'citizen' },
    ),
  '17-two-visits-and-offer': () =>
    stateOf({
      queue: queueOf(deskOf([visitAtMall, visitAtLibrary]), { offers: [offer] }),
      works: new Map([workOf(visitAtMall, 0, { unread: 2, lines }), workOf(visitAtLibrary, 1)]),
      chosen: visitB,
      onAir: visitB,
    }),
  '18-by-text': () =>
    withMall(
      {
        lines,
        call: {
          ...talking,
          remote: {},
          local: { camera: { absent: 'denied' }, microphone: { absent: 'denied' } },
          quality: undefined,
        },
      },
      { onAir: undefined },
    ),
  '19-reconnecting': () =>
    withMall({
      lines,
      call: { ...talking, state: { name: 'reconnecting' }, remote: {}, quality: { level: 'poor', lossRatio: 0.1 } },
    }),
  '20-line-cut': () =>
    withMall(
      { lines },
      {
        queue: queueOf(deskOf([visitAtMall]), { connection: 'lost' }),
        cutAtMs: ago(4),
        notices: [{ id: 1, key: 'notice-visit-lost', kiosk: 'Stazione' }],
      },
    ),
  '21-wrap-up': () => {
    const visit: DeskVisit = { ...visitAtMall, state: 'wrap-up' };
    return stateOf({ queue: queueOf(deskOf([visit])), chosen: visitA, issued: new Set([visitA]) });
  },
  '22-kiosk-away': () =>
    withMall(
      { lines, call: { ...talking, otherPresent: false, remote: {} } },
      { onAir: undefined },
      { ...visitAtMall, kioskPresent: false },
    ),
  '23-card-says-no': () => {
    const answers = { ...verdict.answers, genuine: { answer: 'no' as const, reason: 'signature-wrong' } };
    const warnings = ['mrz-check-digit-wrong', 'tax-code-disagrees-surname'];
    return withMall({ lines, certificates: fileOf({ ...verdict, answers, warnings }) });
  },
  '24-hostile-citizen': () => withMall({ lines: hostileLines, certificates: fileOf(hostileVerdict) }),
  '25-long-names': () => {
    const visit: DeskVisit = { ...visitAtMall, kioskName: longName, town: longTown };
    const other: DeskVisit = { ...visitAtLibrary, kioskName: `${longName} 2`, town: longTown };
    return stateOf({
      queue: queueOf(deskOf([visit, other]), { offers: [{ ...offer, kioskName: longName, town: longTown }] }),
      works: new Map([workOf(visit, 0, { lines, certificates: fileOf(judged, [document_('agreed')]) }), workOf(other, 1, { unread: 3, certificates: fileOf(judged) })]),
      chosen: visitA,
      onAir: visitA,
    });
  },
  '26-scanned-pages': () =>
    withMall(
      { lines, certificates: fileOf(undefined), scans: [scanned('1', 'front', page.toDataURL()), scanned('2', 'back', undefined)] },
      {},
      { ...visitAtMall, step: 'card' },
    ),
  '27-health-card': () => withMall({ lines, certificates: fileOf(healthCard(ago(60))) }),
  '28-last-try': () =>
    withMall({ lines, certificates: fileOf(undefined, [], { phase: 'failed', failure: 'card-last-try' }) }),
  '29-chip-without-key': () =>
    withMall({ lines, certificates: fileOf({ ...verdict, someGenuineCie: { answer: 'yes', reason: 'challenge-answered' } }) }),
  '30-check-by-eye': () => withMall({ lines, certificates: fileOf(undefined, [], {}, seenPassport('open', undefined)), scans: [scanned('1', 'front', page.toDataURL())] }),
  '31-second-operator': () => withMall({ lines, certificates: fileOf(undefined, [], {}, seenPassport('second-operator', 'unsure')), scans: [scanned('1', 'front', page.toDataURL())] }),
  '32-document-left': () => withMall({ certificates: withCase(fileOf(judged)), lines }),
};
