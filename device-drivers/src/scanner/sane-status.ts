/** Why a scanner gives no page; SANE's words (SANE standard 1.06, table 1), and ours for what SANE does not know. */
export type ScanProblem =
  | 'unsupported'
  | 'canceled'
  | 'device-busy'
  | 'invalid'
  | 'jammed'
  | 'no-docs'
  | 'cover-open'
  | 'io-error'
  | 'no-mem'
  | 'access-denied'
  /** No page within the deadline. */
  | 'timeout'
  /** The program ended well, but what it gave is no picture. */
  | 'bad-picture'
  /** The program is missing or died by itself. */
  | 'broken';

/**
 * Exit codes of scanimage, which are SANE status numbers (scanimage.c returns the status; sane.h, SANE_Status). Codes are
 * preferred to the text on stderr, which is translated. 1 also stands for a device that cannot be opened.
 */
const PROBLEMS: ReadonlyMap<number, ScanProblem> = new Map([
  [1, 'unsupported'],
  [2, 'canceled'],
  [3, 'device-busy'],
  [4, 'invalid'],
  [6, 'jammed'],
  [7, 'no-docs'],
  [8, 'cover-open'],
  [9, 'io-error'],
  [10, 'no-mem'],
  [11, 'access-denied'],
]);

/** What an exit code of scanimage means; undefined for 0. */
export function problemOfExit(code: number): ScanProblem | undefined {
  return code === 0 ? undefined : (PROBLEMS.get(code) ?? 'broken');
}

/** Problems that the person at the scanner can end. */
const FOR_PEOPLE: ReadonlySet<ScanProblem> = new Set(['jammed', 'no-docs', 'cover-open']);

/** Problems that say nothing about the scanner itself. */
const PASSING: ReadonlySet<ScanProblem> = new Set(['canceled', 'device-busy', 'no-mem', 'bad-picture']);

/** A scanner between two scans. */
export type ScannerRest =
  | { readonly state: 'idle' }
  | { readonly state: 'needs-attention'; readonly reason: ScanProblem }
  | { readonly state: 'offline'; readonly reason: ScanProblem };

/** What the end of a scan says about the scanner: an empty one is at rest like one that gave its page. */
export function restAfter(problem: ScanProblem | undefined): ScannerRest {
  if (problem === undefined || problem === 'no-docs' || PASSING.has(problem)) {
    return { state: 'idle' };
  }
  return { state: FOR_PEOPLE.has(problem) ? 'needs-attention' : 'offline', reason: problem };
}
