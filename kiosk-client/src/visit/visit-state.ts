import type { CardToRead } from '@videosportello/protocol/contract/device-certificates.ts';
import type { CardKind } from '@videosportello/protocol/device/commands.ts';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import type { DialogueId, DocumentId, VisitId } from '@videosportello/protocol/ids.ts';
import type { DocumentState, OpenedCase, PrintReason, Review } from '@videosportello/protocol/messages/document.ts';
import type { ScanSide } from '@videosportello/protocol/messages/scan.ts';
import type { SignatureChallenge } from '@videosportello/protocol/messages/signature-challenge.ts';
import type { CardResult, EvidencePhase } from '@videosportello/protocol/messages/verdict.ts';
import type { EndReason, KioskVisit, Language, Need, Phase, Service, TicketView, VisitStep } from '@videosportello/protocol/messages/visit.ts';

/** Who the paper is for. Kept in memory only. */
export type Audience = 'private' | 'public-office';
/** How the citizen means to meet the stamp duty. Kept in memory only; the operator enters mark or exemption. */
export type DutyChoice = 'mark' | 'exempt';

/** Where the wish for a person stands. */
export type PersonState =
  | { readonly kind: 'none' }
  | { readonly kind: 'asking' }
  /** `coming`: an operator is looking at the offer. `comingBack`: an operator was here and was lost; the visit is first in line. */
  | { readonly kind: 'waiting'; readonly ticket: TicketView; readonly coming: boolean; readonly comingBack: boolean }
  /** The place is being put on a ticket to be taken along. `isOver`: the queue shows the visit no more; what became of the place, its answer says. */
  | { readonly kind: 'keeping'; readonly ticket: TicketView; readonly isOver: boolean }
  | { readonly kind: 'with'; readonly name: string; readonly present: boolean }
  | { readonly kind: 'refused'; readonly code: ErrorCode };

/** Where the card stands. The number typed is never part of it. */
export type CardState =
  | { readonly kind: 'unread'; readonly wrong: number; readonly failure: ErrorCode | undefined }
  | { readonly kind: 'reading'; readonly document: CardToRead['document']; readonly wrong: number; readonly phase: EvidencePhase }
  | { readonly kind: 'read'; readonly result: CardResult };

/** What the card is to sign, shown until it is answered or taken back. The PIN typed is never part of it. */
export interface SignatureState {
  readonly dialogueId: DialogueId;
  readonly challenge: SignatureChallenge;
  /** As the card says; undefined where it does not. */
  readonly triesLeft: number | undefined;
  /** A wrong PIN now blocks the card. */
  readonly lastTry: boolean;
}

/**
 * A sheet the operator has asked for: asked → running → sent | failed; from the last two again to running. Its picture never
 * comes to this page.
 */
export interface ScanState {
  readonly phase: 'asked' | 'running' | 'sent' | 'failed';
  /** The side that is, or was last, on the glass. */
  readonly side: ScanSide;
  /** Why it failed. */
  readonly failure: ErrorCode | undefined;
}

/** The one paper of a visit and where it is. */
export interface Paper {
  readonly documentId: DocumentId;
  readonly state: DocumentState;
  readonly reason: PrintReason | undefined;
}

/** A place in the queue as its signed ticket: to be photographed, and on paper where there is a printer. Says nothing of the person. */
export interface KeptPlace {
  readonly ticket: string;
  readonly label: string;
  /** Until when the place is kept, ms. */
  readonly until: number;
  /** Where the ticket on paper is. */
  readonly slip: 'printing' | 'printed' | 'failed';
}

/** A kept ticket that somebody brings back: asked for → reading (the scanner runs) → showing (to the queue). */
export interface BroughtTicket {
  readonly phase: 'asked' | 'reading' | 'showing';
  /** Why the last try led to nothing. */
  readonly failure: ErrorCode | undefined;
}

/** A sentence shown above the step until the next step: a Fluent key without its prefix `notice-`. */
export type Notice = 'review-declined' | 'review-withdrawn' | 'card-asked' | 'scan-asked' | 'step-shown' | 'place-found' | 'keep-failed' | 'need-refused';

/**
 * The way out. `collecting`: the paper is still to be taken and the visit stays open for it. `closing`: visit and devices are
 * being closed. `done` when nothing but the card and the reading time is waited for.
 */
export interface Leaving {
  readonly reason: EndReason;
  readonly phase: 'collecting' | 'closing' | 'done';
  /** Whether queue-service still has the visit open. */
  readonly visitOpen: boolean;
  /** Whether the goodbye has been on screen long enough to be read. */
  readonly readable: boolean;
  /** The card has been waited for long enough; its reader has no slot to keep it in, and the next citizen is told of it. */
  readonly cardGivenUp: boolean;
}

/** Everything the citizen's screen knows about one visit; nothing of it outlives the page. */
export interface VisitState {
  readonly stage: 'idle' | 'returning' | 'opening' | 'visiting' | 'leaving' | 'wiping';
  readonly language: Language;
  readonly visitId: VisitId | undefined;
  /** Set while opening by the key "a person, please" on the idle screen. */
  readonly personFirst: boolean;
  /** What the citizen wishes of the person; the queue's view says it as soon as there is a ticket. */
  readonly needs: readonly Need[];
  readonly openFailure: ErrorCode | undefined;
  readonly step: VisitStep;
  /** Steps to go back to, the last first to be shown. */
  readonly trail: readonly VisitStep[];
  readonly audience: Audience | undefined;
  readonly service: Service | undefined;
  readonly duty: DutyChoice | undefined;
  readonly person: PersonState;
  readonly card: CardState;
  readonly cardPresent: boolean;
  /** What kind of card was put down last. */
  readonly cardKind: CardKind;
  /** Shown in front of the reading. */
  readonly signature: SignatureState | undefined;
  /** Shown in front of the step while it is there. */
  readonly scan: ScanState | undefined;
  /** Something lay on the scanner's glass; whether it still does, no flatbed can say. */
  readonly sheetScanned: boolean;
  readonly review: Review | undefined;
  readonly paper: Paper | undefined;
  /** What the back office has taken in last; its number stays on screen beside the person, and at the goodbye. */
  readonly opened: OpenedCase | undefined;
  /** The sheet with what `opened` says; nobody waits for it, and the number stays on the screen. */
  readonly slip: Paper | undefined;
  /** While returning. */
  readonly brought: BroughtTicket | undefined;
  /** While leaving with a place that is kept. */
  readonly kept: KeptPlace | undefined;
  readonly notice: Notice | undefined;
  /** The idle warning is on screen. */
  readonly warned: boolean;
  readonly leaving: Leaving | undefined;
}

export const unreadCard: CardState = { kind: 'unread', wrong: 0, failure: undefined };
/** Wrong access numbers after which the operator decides. */
export const NUMBER_TRIES = 3;

/** The state of an idle kiosk. */
export const idleVisit: VisitState = {
  stage: 'idle',
  language: 'it',
  visitId: undefined,
  personFirst: false,
  needs: [],
  openFailure: undefined,
  step: 'audience',
  trail: [],
  audience: undefined,
  service: undefined,
  duty: undefined,
  person: { kind: 'none' },
  card: unreadCard,
  cardPresent: false,
  cardKind: 'other',
  signature: undefined,
  scan: undefined,
  sheetScanned: false,
  review: undefined,
  paper: undefined,
  opened: undefined,
  slip: undefined,
  brought: undefined,
  kept: undefined,
  notice: undefined,
  warned: false,
  leaving: undefined,
};

/** What may happen: touches, the queue's view of the visit, the devices, the clock. */
export type VisitEvent =
  | { readonly type: 'start'; readonly person: boolean; readonly needs?: readonly Need[] }
  | { readonly type: 'language'; readonly language: Language }
  | { readonly type: 'open-failed'; readonly code: ErrorCode }
  /** The queue's view: after opening, on every change, and after a reload or a cut. Undefined: it has no visit of ours. */
  | { readonly type: 'queue-visit'; readonly visit: KioskVisit | undefined }
  | { readonly type: 'back' }
  | { readonly type: 'next' }
  | { readonly type: 'audience'; readonly audience: Audience }
  | { readonly type: 'service'; readonly service: Service }
  | { readonly type: 'duty'; readonly duty: DutyChoice }
  | { readonly type: 'number'; readonly can: string }
  | { readonly type: 'card-presence'; readonly present: false }
  | { readonly type: 'card-presence'; readonly present: true; readonly card: CardKind }
  | { readonly type: 'card-phase'; readonly phase: EvidencePhase }
  | { readonly type: 'card-read'; readonly result: CardResult }
  | { readonly type: 'card-failed'; readonly code: ErrorCode }
  | { readonly type: 'signature'; readonly signature: SignatureState }
  | { readonly type: 'signature-withdrawn'; readonly dialogueId: DialogueId }
  /** The citizen's PIN and touch; undefined: he does not want the card to sign. */
  | { readonly type: 'signature-answered'; readonly pin: string | undefined }
  /** `needs` in place of what was wished before; without them that stays. */
  | { readonly type: 'person-wanted'; readonly needs?: readonly Need[] }
  | { readonly type: 'person-refused'; readonly code: ErrorCode }
  | { readonly type: 'person-cancelled' }
  /** "I come back later." */
  | { readonly type: 'keep-wanted' }
  | { readonly type: 'kept'; readonly place: Omit<KeptPlace, 'slip'> }
  | { readonly type: 'keep-failed'; readonly code: ErrorCode }
  | { readonly type: 'ticket-printed'; readonly printed: boolean }
  /** The citizen says he has the ticket. */
  | { readonly type: 'ticket-taken' }
  /** "I have a ticket", says somebody at the idle kiosk. */
  | { readonly type: 'ticket-in-hand' }
  /** It lies on the glass. */
  | { readonly type: 'ticket-laid' }
  /** Undefined: no kept ticket is on the sheet. */
  | { readonly type: 'ticket-read'; readonly ticket: string | undefined }
  /** The scanner could not read it, or the queue did not take it. */
  | { readonly type: 'ticket-refused'; readonly code: ErrorCode }
  | { readonly type: 'shown-step'; readonly step: VisitStep }
  | { readonly type: 'card-asked' }
  | { readonly type: 'scan-asked' }
  /** The sheet lies on the glass, says the citizen. */
  | { readonly type: 'scan'; readonly side: ScanSide }
  | { readonly type: 'scan-sent' }
  | { readonly type: 'scan-failed'; readonly code: ErrorCode }
  /** Back to the step that the sheet was asked for in. */
  | { readonly type: 'scan-done' }
  | { readonly type: 'case'; readonly opened: OpenedCase }
  | { readonly type: 'review'; readonly review: Review }
  | { readonly type: 'review-withdrawn'; readonly reviewId: Review['reviewId'] }
  | { readonly type: 'review-answered'; readonly agreed: boolean }
  | { readonly type: 'paper'; readonly paper: Paper }
  | { readonly type: 'paper-taken' }
  | { readonly type: 'end' }
  | { readonly type: 'idle-warned' }
  | { readonly type: 'idle-answered' }
  | { readonly type: 'idle-over' }
  /** This page may serve nobody any more: revoked, or another page has taken its place. */
  | { readonly type: 'out-of-service' }
  /** The devices of the visit are closed; `cardPresent` undefined when the device service could not say. */
  | { readonly type: 'devices-closed'; readonly cardPresent: boolean | undefined }
  | { readonly type: 'visit-closed' }
  | { readonly type: 'timer'; readonly name: TimerName };

/** Timers of the way out: time to read the goodbye, to take the paper, to take the card. */
export type TimerName = 'goodbye-read' | 'paper-left' | 'card-left';

/** What is to be done about an event; carried out by visit-effects.ts. */
export type VisitEffect =
  | { readonly do: 'open-visit'; readonly language: Language }
  | { readonly do: 'report'; readonly step: VisitStep; readonly phase: Phase; readonly language: Language; readonly service: Service | undefined }
  | { readonly do: 'open-ticket'; readonly needs: readonly Need[] }
  | { readonly do: 'cancel-ticket' }
  | { readonly do: 'keep-ticket'; readonly visitId: VisitId }
  | { readonly do: 'print-ticket'; readonly place: KeptPlace; readonly language: Language }
  | { readonly do: 'read-ticket' }
  | { readonly do: 'show-ticket'; readonly ticket: string }
  | { readonly do: 'read-card'; readonly card: CardToRead }
  | { readonly do: 'answer-signature'; readonly dialogueId: DialogueId; readonly pin: string | undefined }
  | { readonly do: 'scan'; readonly side: ScanSide }
  | { readonly do: 'answer-review'; readonly reviewId: Review['reviewId']; readonly agreed: boolean }
  | { readonly do: 'paper-taken'; readonly documentId: DocumentId }
  | { readonly do: 'end-visit'; readonly reason: EndReason }
  | { readonly do: 'close-devices'; readonly visitId: VisitId }
  | { readonly do: 'hang-up' }
  | { readonly do: 'timer'; readonly name: TimerName; readonly ms: number }
  | { readonly do: 'wipe' };

export interface Transition {
  readonly state: VisitState;
  readonly effects: readonly VisitEffect[];
}
