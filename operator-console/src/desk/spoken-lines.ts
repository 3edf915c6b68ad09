import type { Timers } from '@videosportello/protocol/rpc/peer.ts';

/** How long a sentence stays in a live region, ms: screen readers speak what is added, some of them late. */
export const SPOKEN_MS = 5_000;
/** Most sentences a live region holds at a time. */
export const MAX_SPOKEN = 6;

/** One sentence in a live region. */
export interface SpokenLine {
  readonly id: number;
  readonly text: string;
}

/**
 * What stands in one live region: sentences come one under the other, so that a second does not take the first one's place
 * before it is spoken, and go after {@link SPOKEN_MS}. The same sentence again while it stands says nothing new, and no
 * more than {@link MAX_SPOKEN} stand: nobody can talk a screen reader down.
 */
export interface SpokenLines {
  readonly lines: readonly SpokenLine[];
  say(text: string): void;
  stop(): void;
}

/** Makes the content of one live region; `changed` is called whenever it is another one. */
export function createSpokenLines(changed: () => void, timers: Timers): SpokenLines {
  let lines: readonly SpokenLine[] = [];
  let nextId = 1;
  const pending = new Set<unknown>();
  return {
    get lines() {
      return lines;
    },
    say(text) {
      if (lines.length >= MAX_SPOKEN || lines.some((line) => line.text === text)) return;
      const line = { id: nextId++, text };
      lines = [...lines, line];
      const timer = timers.setTimeout(() => {
        pending.delete(timer);
        lines = lines.filter((standing) => standing !== line);
        changed();
      }, SPOKEN_MS);
      pending.add(timer);
      changed();
    },
    stop() {
      for (const timer of pending) timers.clearTimeout(timer);
      pending.clear();
    },
  };
}
