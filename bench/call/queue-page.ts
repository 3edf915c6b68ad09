/** Where a page of the bench finds queue-service, and who it is there. */
export type QueuePlace = { readonly role: 'kiosk'; readonly url: string; readonly kioskId: string } | { readonly role: 'operator'; readonly url: string };

/** What the driver asks of a page that goes the whole way from touch to face; `queue-page.browser.ts` answers it. Times are ms since the epoch. */
export interface QueuePage {
  /** Connects; resolves when the kiosk is in, or the desk is available. */
  connect(place: QueuePlace): Promise<void>;
  /** The next call: what belonged to the one before is closed. `prewarm`: prepare media while the citizen waits. */
  begin(options: { prewarm: boolean }): Promise<void>;
  /** The kiosk opens a visit, as somebody does who begins alone. */
  openVisit(): Promise<void>;
  /** "A person, please": answers when it was touched. */
  touch(): Promise<number>;
  /** When the offer was shown. */
  offered(): Promise<number>;
  /** Resolves when everything is prepared. */
  prepared(): Promise<void>;
  /** The operator accepts: answers when it was pressed. */
  accept(): Promise<number>;
  /** When the first picture of the other side was shown. */
  face(): Promise<number>;
  /** The operator ends the visit and the work after it. */
  finish(): Promise<void>;
}

declare global {
  // The page's window and, in the driver, the functions that playwright runs there.
  var queuePage: QueuePage;
  /** The device service's signature, which the driver gives in its place. */
  var signAsKiosk: (nonce: string, sessionKey: unknown) => Promise<string>;
}
