/** What a history can be found guilty of; each is explained in HISTORY.md. */
export const breaches = [
  'double-assignment',
  'capacity-exceeded',
  'overtaking',
  'class-skipped',
  'wrong-lane',
  'idle-capable-operator',
  'kept-ticket',
  'lost-visit',
  'zombie-visit',
  'stale-fence-accepted',
  'foreign-visit',
  'presence-ignored',
  'second-offer',
  'refusal-ignored',
  'absent-citizen',
  'offer-past-lease',
  'unanswered',
  'stream-differs',
  'decision-differs',
] as const;
export type Breach = (typeof breaches)[number];

/** One breach, with the lines (`seq`) that prove it, in rising order. */
export interface Finding {
  readonly name: Breach;
  /** When it was certain, simulated ms. */
  readonly at: number;
  readonly seqs: readonly number[];
  readonly visitId?: string;
  readonly operatorId?: string;
  readonly sentence: string;
}

/** Findings of one name that are told one by one; more are only counted. */
export const TOLD_PER_NAME = 100;

/** Takes findings in. */
export interface Findings {
  add(finding: Finding): void;
  readonly told: readonly Finding[];
  /** How many of each name there are, told or not. */
  readonly counts: Readonly<Partial<Record<Breach, number>>>;
}

export function createFindings(): Findings {
  const told: Finding[] = [];
  const counts: Partial<Record<Breach, number>> = {};
  return {
    told,
    counts,
    add(finding) {
      const count = (counts[finding.name] ?? 0) + 1;
      counts[finding.name] = count;
      if (count <= TOLD_PER_NAME) told.push({ ...finding, seqs: [...new Set(finding.seqs)].toSorted((a, b) => a - b) });
    },
  };
}
