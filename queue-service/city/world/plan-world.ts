import { planCitizens } from './citizens.ts';
import type { Citizen } from './citizens.ts';
import { createDraws } from './draws.ts';
import type { Draws } from './draws.ts';
import { planOperators, planPlainOperators } from './operators.ts';
import type { OperatorPlan } from './operators.ts';

/** Who works and who comes, the same for the same seed; `draws` is for whatever else happens. */
export function planWorld(options: {
  readonly seed: number;
  readonly operators: number;
  readonly hours: number;
  readonly load?: number | undefined;
  readonly isPlain: boolean;
  readonly talkMs?: number | undefined;
}): { readonly plans: OperatorPlan[]; readonly citizens: Citizen[]; readonly draws: Draws } {
  const draws = createDraws(options.seed);
  const { isPlain, hours } = options;
  const plans = isPlain ? planPlainOperators(options.operators) : planOperators(options.operators, hours, draws.fork(1));
  return { plans, citizens: planCitizens(options, plans, draws.fork(2)), draws };
}
