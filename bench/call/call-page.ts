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
  /** A new call of this role; answers its session key. `withoutDevices`: as on a machine with no camera and no microphone. */
  create(role: 'kiosk' | 'operator', options?: { withoutDevices?: boolean }): Promise<PublicKey>;
  prewarm(access: MediaAccess): Promise<void>;
  /** Enters the room; resolves when the other side's first picture is shown. */
  enter(access: MediaAccess): Promise<{ enteredAtMs: number; firstFrameAtMs: number }>;
  /** Enters the room without waiting for a picture. */
  join(access: MediaAccess): Promise<void>;
  updateGrant(access: MediaAccess): Promise<void>;
  /** When the first picture was shown that came after the call was connected again, ms since the epoch. */
  pictureAfterReconnection(): Promise<number>;
  /** When the first of the next ten pictures was shown that come within one second, ms since the epoch. */
  steadyPictureAt(): Promise<number>;
  /** Breaks the room socket as a failing proxy would. */
  breakSocket(): Promise<void>;
  /** Media bytes sent so far. */
  bytesSent(): Promise<number>;
  /** Resolves after this many more decoded pictures. */
  pictures(count: number): Promise<void>;
  /** Resolves when the other side's voice is heard: its decoded sound has energy. */
  voice(): Promise<void>;
  /** Resolves when a picture this wide is shown. */
  pictureOfWidth(width: number): Promise<void>;
  /** Resolves when the call has been in this state. */
  until(state: string): Promise<void>;
  say(text: string): Promise<string>;
  events(): Promise<CallPageEvent[]>;
  hangUp(): Promise<void>;
}

declare global {
  // The page's window and, in the driver, the functions that playwright runs there.
  var callPage: CallPage;
}
