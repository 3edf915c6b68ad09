/** The moment that the samples tell of. */
export const now = Date.now();
/** So many seconds before. */
export const ago = (seconds: number): number => now - seconds * 1000;
/** The digits of an id, filled up. */
export const hex = (digits: string): string => digits.padStart(24, '0');
