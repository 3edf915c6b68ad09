/*
 * Erlang C: the wait for the first free of several operators, when citizens come at random (Poisson), talks last exponentially
 * long, nobody gives up and nobody is offered a visit that he does not take at once. Then, with `load` a = arrivals × handling
 * time in erlangs and c operators (A. K. Erlang, "Solution of some problems in the theory of probabilities of significance in
 * automatic telephone exchanges", 1917; L. Kleinrock, "Queueing Systems" 1, 1975, section 3.5):
 *
 *   C(c, a) = c·B / (c − a·(1 − B))      B the loss formula B(c, a)
 *   mean wait = C·s / (c − a)            s the handling time
 *   P(wait ≤ T) = 1 − C·e^(−(c − a)·T / s)
 *
 * B by its recursion B(0) = 1, B(n) = a·B(n−1) / (n + a·B(n−1)), in which no power or factorial ever appears: it stays exact
 * for thousands of operators.
 */

/** What is asked of a queue. */
export interface Demand {
  /** Visits an hour. */
  readonly visitsPerHour: number;
  /** Mean time an operator is busy with one, wrap-up included, ms; above 0. */
  readonly handlingMs: number;
}

const HOUR_MS = 3_600_000;

/** Operators needed if all came in a row without gaps, in erlangs. */
export const loadOf = ({ visitsPerHour, handlingMs }: Demand): number => (visitsPerHour * handlingMs) / HOUR_MS;

/** @throws RangeError unless `load` is a number from 0 and `operators` a whole one from 0. */
function mustBeSound(load: number, operators: number): void {
  if (!Number.isFinite(load) || load < 0) throw new RangeError('The load is a number of erlangs from 0.');
  if (!Number.isInteger(operators) || operators < 0) throw new RangeError('Operators are a whole number from 0.');
}

/**
 * Erlang B: the share of visits that would find all `operators` busy if nobody could wait.
 * @throws RangeError for a load or a number that cannot be.
 */
export function lossProbability(load: number, operators: number): number {
  mustBeSound(load, operators);
  let loss = 1;
  for (let count = 1; count <= operators; count += 1) loss = (load * loss) / (count + load * loss);
  return loss;
}

/** The wait with B known. */
const waitingFrom = (loss: number, load: number, operators: number): number =>
  load >= operators ? 1 : (operators * loss) / (operators - load * (1 - loss));

/**
 * The share of visits that have to wait at all; 1 when the load is as much as the operators, or more.
 * @throws RangeError for a load or a number that cannot be.
 */
export const waitingProbability = (load: number, operators: number): number =>
  waitingFrom(lossProbability(load, operators), load, operators);

/**
 * Mean wait of all visits, ms, those that do not wait counted with 0; Infinity when the queue grows without end.
 * @throws RangeError for a demand or a number that cannot be.
 */
export function meanWaitMs(demand: Demand, operators: number): number {
  const load = loadOf(demand);
  const waiting = waitingProbability(load, operators);
  return load >= operators ? Infinity : (waiting * demand.handlingMs) / (operators - load);
}

const within = (waiting: number, load: number, operators: number, withinMs: number, handlingMs: number): number =>
  load >= operators ? 0 : 1 - waiting * Math.exp((-(operators - load) * withinMs) / handlingMs);

/**
 * The share of visits that wait `withinMs` or less, from 0 to 1.
 * @throws RangeError for a demand or a number that cannot be.
 */
export function serviceLevel(demand: Demand, operators: number, withinMs: number): number {
  const load = loadOf(demand);
  return within(waitingProbability(load, operators), load, operators, withinMs, demand.handlingMs);
}

/** The share of their time that operators are busy, from 0 to 1. */
export const occupancy = (demand: Demand, operators: number): number => Math.min(loadOf(demand) / operators, 1);

/** What a service promises: this share of visits, above 0 and below 1, waits `withinMs` or less. */
export interface ServiceTarget {
  readonly share: number;
  readonly withinMs: number;
}

/**
 * The least number of operators that keeps the promise; 0 when nobody comes.
 * @throws RangeError for a demand that cannot be, or a share that no number of operators reaches.
 */
export function leastOperators(demand: Demand, { share, withinMs }: ServiceTarget): number {
  if (!(share > 0 && share < 1)) throw new RangeError('The share is above 0 and below 1.');
  const load = loadOf(demand);
  mustBeSound(load, 0);
  if (load === 0) return 0;
  let loss = 1;
  for (let operators = 1; ; operators += 1) {
    loss = (load * loss) / (operators + load * loss);
    const waiting = waitingFrom(loss, load, operators);
    if (within(waiting, load, operators, withinMs, demand.handlingMs) >= share) return operators;
  }
}
