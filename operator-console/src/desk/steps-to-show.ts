import type { VisitStep } from '@videosportello/protocol/messages/visit.ts';

/**
 * Pages of the kiosk that an operator may bring to the front. The others follow from what happens: a card being read,
 * words to
 * be reviewed, a paper being printed.
 */
export const stepsToShow = [
  'audience',
  'self-declaration',
  'service',
  'duty',
  'privacy',
  'card',
  'access-number',
] as const satisfies readonly VisitStep[];
