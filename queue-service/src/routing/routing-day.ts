import type { ScriptRouting } from '../redis/scripts.ts';
import { rankOf } from './lanes.ts';
import { rulesOn } from './rules.ts';
import type { RoutingFile, RoutingRules } from './rules.ts';

/** The routing rules of the day. */
export interface RoutingDay {
  readonly rules: () => RoutingRules;
  readonly forScripts: () => ScriptRouting;
}

/** Keeps the rules of `today` (ISO 8601, the town's day) at hand; they change when the day does. */
export function createRoutingDay(file: RoutingFile, today: () => string): RoutingDay {
  let known: { readonly day: string; readonly rules: RoutingRules; readonly forScripts: ScriptRouting } | undefined;
  const at = () => {
    const day = today();
    if (known?.day !== day) {
      const rules = rulesOn(file, day);
      const ranks = { 'coming-back': rankOf(rules, 'coming-back'), assisted: rankOf(rules, 'assisted'), 'walk-up': rankOf(rules, 'walk-up') };
      known = { day, rules, forScripts: { rules: rules.version, ranks } };
    }
    return known;
  };
  return { rules: () => at().rules, forScripts: () => at().forScripts };
}
