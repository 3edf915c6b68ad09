/** What a key asks of the desk. */
export type DeskCommand =
  | { readonly type: (typeof altKeys)[keyof typeof altKeys] }
  | { readonly type: 'choose-tab'; readonly index: number }
  | { readonly type: 'next-pane' | 'previous-pane' };

/** The members of a KeyboardEvent that are read here. */
export interface KeyPress {
  readonly code: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
}

/**
 * Alt with one of these places on the keyboard; shown in the list of keys in this order. Never a single letter (WCAG
 * 2.1.4).
 */
export const altKeys = {
  KeyA: 'accept',
  KeyD: 'decline',
  KeyM: 'toggle-microphone',
  KeyC: 'toggle-camera',
  KeyT: 'write',
  KeyI: 'show-identity',
  KeyF: 'show-document',
  KeyE: 'end-visit',
  KeyP: 'toggle-presence',
  KeyK: 'list-keys',
} as const;

/**
 * The command of a key press, or undefined when it is none of ours. Right Alt types letters on many keyboards and
 * counts as none.
 */
export function commandOf({ code, altKey, ctrlKey, metaKey, shiftKey }: KeyPress): DeskCommand | undefined {
  if (code === 'F6' && !altKey && !ctrlKey && !metaKey) return { type: shiftKey ? 'previous-pane' : 'next-pane' };
  if (!altKey || ctrlKey || metaKey || shiftKey) return undefined;
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(code)?.[1];
  if (digit) return { type: 'choose-tab', index: Number(digit) - 1 };
  const type = Object.entries(altKeys).find(([key]) => key === code)?.[1];
  return type && { type };
}
