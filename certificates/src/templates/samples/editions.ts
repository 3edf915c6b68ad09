import type { PaperWish } from '../paper.ts';

/** The editions each type is drawn in, by the name its picture has. */
export const EDITIONS = {
  it: { language: 'it', edition: 'standard' },
  'it-de': { language: 'it-de', edition: 'standard' },
  large: { language: 'it', edition: 'large-print' },
} as const satisfies Record<string, Partial<PaperWish>>;
