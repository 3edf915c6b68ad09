/** A span as m:ss, from an hour on as h:mm:ss; never below zero. */
export function spanWords(spanMs: number): string {
  const seconds = Math.max(0, Math.floor(spanMs / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest.replace(/^0/, '');
}

/** An ISO date as people write it here: 14/03/1985. */
export const dateWords = (isoDate: string): string => isoDate.split('-').toReversed().join('/');
