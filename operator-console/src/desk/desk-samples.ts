import { kioskId, operatorId, visitId } from '@videosportello/protocol/ids.ts';
import type { VisitId } from '@videosportello/protocol/ids.ts';
import type { TypeChoice } from '@videosportello/protocol/messages/document.ts';
import type { Answers, VerdictView } from '@videosportello/protocol/messages/verdict.ts';
import type { Desk, DeskVisit, KioskTile } from '@videosportello/protocol/messages/visit.ts';
import { idleCall, noProgress } from './desk-state.ts';
import type { DeskState, WorkState } from './desk-state.ts';

/** Plain states for tests of the desk's pure functions. */
export const visitOf = (digit: string, patch: Partial<DeskVisit> = {}): DeskVisit => ({
  visitId: visitId.parse(`v_${digit.repeat(24)}`),
  kioskId: kioskId.parse(`kiosk-${digit}`),
  kioskName: `Totem ${digit}`,
  town: 'Valfiorita',
  state: 'with-operator',
  step: 'card',
  phase: 'citizen',
  language: 'it',
  needs: [],
  fence: { epoch: 1, counter: 1 },
  kioskPresent: true,
  acceptedAt: Number(digit),
  ...patch,
});

export const workOf = (id: VisitId, patch: Partial<WorkState> = {}): WorkState => ({
  visitId: id,
  colour: 0,
  call: idleCall,
  certificates: undefined,
  scans: [],
  lines: [],
  unread: 0,
  led: undefined,
  progress: noProgress,
  ...patch,
});

export const tileOf = (id: string, state: KioskTile['state'], patch: Partial<KioskTile> = {}): KioskTile => ({
  kioskId: kioskId.parse(id),
  name: id,
  town: 'Valfiorita',
  state,
  since: 0,
  mine: false,
  ...patch,
});

export const deskOf = (visits: readonly DeskVisit[]): Desk => ({
  operatorId: operatorId.parse(`op_${'0'.repeat(24)}`),
  displayName: 'Marta',
  presence: 'available',
  since: 0,
  capacity: 2,
  visits: [...visits],
});

/** A card read and found in order, the face not yet judged; single answers may be others. */
export const verdictOf = (answers: Partial<Answers>): VerdictView => ({
  at: 0,
  document: 'cie',
  protocol: 'pace',
  answers: {
    genuine: { answer: 'yes', reason: 'signed-by-trusted-issuer' },
    notCloned: { answer: 'not-asked', reason: 'chip-authentication-not-asked' },
    notExpired: { answer: 'yes', reason: 'within-validity' },
    notRevoked: { answer: 'not-asked', reason: 'no-public-look-up' },
    holder: { answer: 'not-asked', reason: 'operator-decides' },
    ...answers,
  },
  person: {
    surname: { value: 'Conti', source: 'chip-signed' },
    givenNames: { value: 'Giulia', source: 'chip-signed' },
    sex: { value: 'F', source: 'chip-signed' },
    nationality: { value: 'ITA', source: 'chip-signed' },
    documentNumber: { value: 'CA00001AA', source: 'chip-signed' },
  },
  warnings: [],
  specimen: true,
});

export const stateOf = (visits: readonly DeskVisit[], patch: Partial<DeskState> = {}): DeskState => ({
  queue: {
    connection: 'open',
    ended: undefined,
    desk: deskOf(visits),
    house: undefined,
    offers: [],
    withdrawn: undefined,
    access: new Map(),
    lost: [],
  },
  cutAtMs: undefined,
  offline: false,
  works: new Map(visits.map((visit) => [visit.visitId, workOf(visit.visitId)])),
  accepted: [],
  chosen: undefined,
  onAir: undefined,
  startsMuted: true,
  soundOn: false,
  notices: [],
  progress: noProgress,
  issued: new Set(),
  ...patch,
});

/** A kind of certificate that can be asked for, as the rules of an ordinary one have it. */
export const typeChoice = (change: Partial<TypeChoice> & Pick<TypeChoice, 'type' | 'title'>): TypeChoice => ({
  asksDay: false,
  asksReason: false,
  goesToBackOffice: false,
  onlySelf: false,
  uses: [
    { use: 'private', duty: 'due' },
    { use: 'abroad', duty: 'due' },
    { use: 'immigration', duty: 'only-exempt' },
    { use: 'court', duty: 'only-exempt' },
  ],
  languages: ['it', 'it-de', 'it-en'],
  editions: ['standard', 'large-print'],
  sections: [],
  ...change,
});
