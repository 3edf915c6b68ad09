/** Two cards that pass for one, as a kiosk can make them. */
import type { TownCard } from './town-device.ts';

/** Gives command `n` of each dialogue, from 0, to the second card where `isSecond(n)`; `count` is how many the last dialogue had. */
export function splicedCard(first: TownCard, second: TownCard, isSecond: (n: number) => boolean): TownCard & { readonly count: number } {
  let count = 0;
  return {
    ...(first.atr === undefined ? {} : { atr: first.atr }),
    get count() {
      return count;
    },
    reset() {
      count = 0;
      first.reset();
      second.reset();
    },
    exchange(commands) {
      const responses: Uint8Array[] = [];
      for (const command of commands) {
        const [response = Uint8Array.of(0x6f, 0x00)] = (isSecond(count) ? second : first).exchange([command]);
        count += 1;
        responses.push(response);
        if (Buffer.from(response).subarray(-2).toString('hex') !== '9000') break;
      }
      return responses;
    },
  };
}

/** Every splice of a dialogue of `commands`: the second card from a command on, and for one command only. */
export function everySplice(commands: number): { readonly what: string; readonly isSecond: (n: number) => boolean }[] {
  return Array.from({ length: commands }, (_, at) => [
    { what: `from command ${at}`, isSecond: (n: number) => n >= at },
    { what: `at command ${at} only`, isSecond: (n: number) => n === at },
  ]).flat();
}
