import type { CertificateState } from '@videosportello/certificates/client/certificate-client.ts';
import type { MediaSource } from '@videosportello/protocol/contract/peer-sfu.ts';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import type { DocumentId, OfferId, ScanId, VisitId } from '@videosportello/protocol/ids.ts';
import type { CaseNumber, DocumentRequest } from '@videosportello/protocol/messages/document.ts';
import type { RoomBody } from '@videosportello/protocol/messages/room.ts';
import type { CheckQuestion, Judgement, SeenDocument, SeenPerson } from '@videosportello/protocol/messages/visual-check.ts';
import type {
  DeskVisit,
  NotReadyReason,
  Outcome,
  Presence,
  VisitStep,
} from '@videosportello/protocol/messages/visit.ts';
import type { OperatorQueueState } from '@videosportello/queue-service/client/operator-queue-client.ts';
import type { CallState } from '@videosportello/sfu-server/client/call-machine.ts';
import type { LocalMedia } from '@videosportello/sfu-server/client/media-devices.ts';
import type { QualityReport } from '@videosportello/sfu-server/client/quality.ts';
import type { MediaPath } from '@videosportello/sfu-server/client/room-session.ts';
import type { ScanPicture } from './scan-pictures.ts';
import type { TextLine } from './text-lines.ts';

/** What a key of the desk is about; each has its own place for "working" and for what went wrong. */
export type Topic = 'presence' | 'offer' | 'identity' | 'document' | 'lead' | 'end' | 'wrap-up';

/** What went wrong with the last key of a topic. */
export interface Problem {
  readonly code: ErrorCode;
  /** The refusal's own word, where the code has many meanings. */
  readonly detail: string | undefined;
}

/** Which topics wait for an answer, and what went wrong last. */
export interface Progress {
  readonly busy: ReadonlySet<Topic>;
  readonly problems: Readonly<Partial<Record<Topic, Problem>>>;
}
export const noProgress: Progress = { busy: new Set(), problems: {} };

/** The citizen's picture or voice as it arrives. */
export interface RemoteMedia {
  readonly track: MediaStreamTrack;
  /** The other side sends nothing now. */
  readonly paused: boolean;
}

/** The face-to-face part of a visit in hand. */
export interface CallView {
  readonly state: CallState;
  readonly local: LocalMedia | undefined;
  readonly remote: Readonly<Partial<Record<MediaSource, RemoteMedia>>>;
  /** The kiosk is in the room. */
  readonly otherPresent: boolean;
  readonly path: MediaPath;
  /** The media node did not take the grant it was shown last; a newer one has been asked for. */
  readonly refused: boolean;
  readonly quality: QualityReport | undefined;
  readonly cameraOff: boolean;
  /** What the kiosk says of its own microphone and camera. */
  readonly citizenMedia: Extract<RoomBody, { kind: 'media-state' }> | undefined;
}
export const idleCall: CallView = {
  state: { name: 'idle' },
  local: undefined,
  remote: {},
  otherPresent: false,
  path: 'connecting',
  refused: false,
  quality: undefined,
  cameraOff: false,
  citizenMedia: undefined,
};

/** What this page holds of one visit offered or in hand; gone with the visit. */
export interface WorkState {
  readonly visitId: VisitId;
  /** Frame colour of the visit, 0 to 7: kept while it is in hand, never shared by two. */
  readonly colour: number;
  readonly call: CallView;
  /** Undefined until the visit is accepted. */
  readonly certificates: CertificateState | undefined;
  /** The scanned pages of the visit, oldest first. */
  readonly scans: readonly ScanPicture[];
  readonly lines: readonly TextLine[];
  /** Lines the citizen began while another visit was in front. */
  readonly unread: number;
  /** What the citizen's page answered to being led; `no-scanner`: refused, because none is there that works. */
  readonly led: 'done' | 'refused' | 'no-scanner' | undefined;
  readonly progress: Progress;
}

/** A word to the operator that stays until he has put it away. */
export interface Notice {
  readonly id: number;
  /** Text on screen. */
  readonly key:
    | 'notice-visit-lost'
    | 'notice-visit-gone'
    | 'notice-offer-expired'
    | 'notice-offer-citizen-left'
    | 'notice-offer-taken'
    | 'notice-offer-superseded';
  readonly kiosk: string;
}

/** What became of a sheet in question. */
export interface SheetFinding {
  /** Which sheet of the document, as its view says: an answer about an older one is refused. */
  readonly attempt: number;
  readonly cameOut: boolean;
}

/** All that the desk's page shows. */
export interface DeskState {
  readonly queue: OperatorQueueState;
  /** Since when the line to the queue is cut, ms; undefined while it is open or has never been. */
  readonly cutAtMs: number | undefined;
  /** The machine itself says that it has no network. */
  readonly offline: boolean;
  readonly works: ReadonlyMap<VisitId, WorkState>;
  /** Accepted here and not yet on the queue's desk. */
  readonly accepted: readonly DeskVisit[];
  readonly chosen: VisitId | undefined;
  /** The one visit that hears the operator; only ever the chosen one. */
  readonly onAir: VisitId | undefined;
  /** Microphones start closed because kiosk and desk stand in one room. */
  readonly startsMuted: boolean;
  readonly soundOn: boolean;
  readonly notices: readonly Notice[];
  readonly progress: Progress;
  /** Visits in which a certificate was issued from this page. */
  readonly issued: ReadonlySet<VisitId>;
}

/** A step of the check by eye. */
export type CheckWork =
  | { readonly kind: 'begin'; readonly document: SeenDocument }
  | { readonly kind: 'answer'; readonly question: CheckQuestion; readonly answer: Judgement }
  | { readonly kind: 'conclude'; readonly person: SeenPerson | undefined }
  | { readonly kind: 'second'; readonly question: CheckQuestion; readonly answer: 'yes' | 'no' };

/** What the page's keys do. Each returns at once; what comes of it is seen in the state. */
export interface DeskActions {
  setPresence(presence: Presence, reason?: NotReadyReason): void;
  accept(offerId: OfferId): void;
  decline(offerId: OfferId): void;
  /** Brings a visit to the front; the microphone closes with the change. */
  choose(visitId: VisitId): void;
  /** Opens or closes the microphone for the visit in front. */
  toggleMicrophone(): void;
  toggleCamera(visitId: VisitId): void;
  write(visitId: VisitId, text: string): void;
  finishLine(visitId: VisitId, text: string): void;
  /** Sends a finished line once more that did not arrive. */
  resendLine(visitId: VisitId, line: number): void;
  showStep(visitId: VisitId, step: VisitStep): void;
  askCard(visitId: VisitId): void;
  /** Asks the citizen to put a sheet in the scanner. */
  askScan(visitId: VisitId): void;
  /** Wipes a scanned page at the node and here. */
  discardScan(visitId: VisitId, scanId: ScanId): void;
  allowRetry(visitId: VisitId): void;
  judgeHolder(visitId: VisitId, matches: boolean): void;
  /** A key of the check by eye. */
  workOnCheck(visitId: VisitId, work: CheckWork): void;
  prepareDocument(visitId: VisitId, request: DocumentRequest): void;
  /** Prints the paper of a case that the back office has approved. */
  collectCase(visitId: VisitId, caseNumber: CaseNumber): void;
  reviewDocument(visitId: VisitId, documentId: DocumentId): void;
  issueDocument(visitId: VisitId, documentId: DocumentId): void;
  /** Only after the spoiled sheet has been accounted for. */
  reprintDocument(visitId: VisitId, documentId: DocumentId): void;
  /** What was found out about an uncertain sheet: it came out and is the paper, or it did not and is printed again. */
  settleSheet(visitId: VisitId, documentId: DocumentId, finding: SheetFinding): void;
  /** Gives the visit to a colleague: for what this operator may not decide alone. */
  handOver(visitId: VisitId): void;
  endVisit(visitId: VisitId): void;
  finishWrapUp(visitId: VisitId, outcome: Outcome): void;
  /** Takes the desk back from another window. */
  takeBack(): void;
  setOffline(offline: boolean): void;
  setSound(on: boolean): void;
  dismiss(noticeId: number): void;
}
