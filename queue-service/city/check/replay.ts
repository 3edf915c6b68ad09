import { decide, decision } from '../../src/routing/decide.ts';
import type { Decision } from '../history/service-stream.ts';

/** Takes a decision once more by its record alone. Undefined when the twin agrees, else a sentence that says how it does not. */
export function replayDecision(logged: Decision): string | undefined {
  const read = decision.safeParse(logged['decision']);
  if (!read.success) return 'its record is not one of a decision.';
  const again = decide(read.data);
  if (again === read.data.result) return undefined;
  return `for ${read.data.subject} the script chose ${read.data.result ?? 'nobody'}, the twin ${again ?? 'nobody'}.`;
}
