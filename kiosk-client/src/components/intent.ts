import type { VisitEvent } from '../visit/visit-state.ts';

/** What helps a citizen to see and reach; each one touch, for the rest of the visit. */
export interface Preferences {
  readonly largeText: boolean;
  readonly highContrast: boolean;
  readonly reach: boolean;
}
export const ordinaryPreferences: Preferences = { largeText: false, highContrast: false, reach: false };

/** What a touch means; elements say it, controllers act on it. */
export type Intent =
  | { readonly kind: 'visit'; readonly event: VisitEvent }
  | { readonly kind: 'preference'; readonly name: keyof Preferences }
  | { readonly kind: 'microphone' | 'camera' | 'text-panel' }
  /** A key of the keyboard on screen: a character, or what it does to the line. */
  | { readonly kind: 'key'; readonly key: string | { readonly edit: 'erase' | 'send' } };

export class IntentEvent extends CustomEvent<Intent> {
  static readonly type = 'kiosk-intent';
  constructor(intent: Intent) {
    super(IntentEvent.type, { detail: intent, bubbles: true, composed: true });
  }
}

/** Says what a touch in `element` means. */
export const emit = (element: EventTarget, intent: Intent): void => void element.dispatchEvent(new IntentEvent(intent));
