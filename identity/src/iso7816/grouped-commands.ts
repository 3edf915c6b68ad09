/**
 * Groups of commands that do not depend on each other. A port stops at the first status word other than 9000; here a
 * refused command ends its own group only, and the next group goes on.
 */
import type { CommandChannel } from '../port.ts';
import { malformed } from '../card-error.ts';
import type { Command, ResponseApdu } from './apdu.ts';
import { SW_OK } from './status-word.ts';

/**
 * Runs the groups in order, in one exchange when nothing is refused and one more for each refusal.
 * Answers each group's responses: as many as it has commands, or fewer when its last one is not 9000. Throws CardError.
 */
export async function runGroups(
  channel: CommandChannel,
  groups: readonly (readonly Command[])[],
): Promise<readonly (readonly ResponseApdu[])[]> {
  const done: ResponseApdu[][] = groups.map(() => []);
  let pending = groups.flatMap((commands, group) => commands.map((command) => ({ command, group })));
  while (pending.length > 0) {
    const responses = await channel.run(pending.map(({ command }) => command));
    if (responses.length === 0) throw malformed('no response');
    for (const [i, response] of responses.entries()) {
      const group = pending[i]?.group;
      if (group !== undefined) done[group]?.push(response);
    }
    const last = responses.at(-1);
    const refused = last?.sw === SW_OK ? undefined : pending[responses.length - 1]?.group;
    pending = pending.slice(responses.length).filter(({ group }) => group !== refused);
  }
  return done;
}

/** Whether a group ran to its end and its last command succeeded. */
export function succeeded(commands: readonly Command[], responses: readonly ResponseApdu[]): boolean {
  return responses.length === commands.length && responses.every(({ sw }) => sw === SW_OK);
}
