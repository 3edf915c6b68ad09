/** Ready phrases for the citizen, as texts by key: they go out in his language. */
export const phraseKeys = [
  'phrase-hello',
  'phrase-moment',
  'phrase-with-you',
  'phrase-hear',
  'phrase-card',
  'phrase-number',
  'phrase-look',
  'phrase-gesture',
  'phrase-review',
  'phrase-paper',
  'phrase-goodbye',
] as const;
