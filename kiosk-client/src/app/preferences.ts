import type { Preferences } from '../components/intent.ts';

/** Puts the preferences where the page's style reads them (kiosk.css). */
export function applyPreferences(root: HTMLElement, { largeText, highContrast, reach }: Preferences): void {
  root.dataset['text'] = largeText ? 'large' : 'ordinary';
  root.dataset['contrast'] = highContrast ? 'high' : 'ordinary';
  root.dataset['reach'] = reach ? 'low' : 'ordinary';
}
