import type { PublicKey } from '@videosportello/protocol/keys.ts';
import type { MediaAccess } from '@videosportello/protocol/messages/visit.ts';

/** Something that happened in a page, in milliseconds since the epoch. */
export interface CallPageEvent {
  readonly atMs: number;
  readonly type: string;
  readonly what: string;
}

/** What the driver asks of a page of the bench; `call-page.browser.ts` answers it. */
export interface CallPage {
  /** A new call of this role; answers its session key. */
  create(role: 'kiosk' | 'operator'): Promise<PublicKey>;
  prewarm(access: MediaAccess): Promise<void>;
  /** Enters the room; resolves when the other side's first picture is shown. */
  enter(access: MediaAccess): Promise<{ enteredAtMs: number; firstFrameAtMs: number }>;
  updateGrant(access: MediaAccess): Promise<void>;
  /** When the next picture is shown. */
  nextFrame(): Promise<number>;
  picture(): Promise<{ width: number; height: number; frames: number }>;
  say(text: string): Promise<string>;
  events(): Promise<CallPageEvent[]>;
  hangUp(): Promise<void>;
}

declare global {
  // The page's window and, in the driver, the functions that playwright runs there.
  var callPage: CallPage;
}
