import type { Timers } from '@videosportello/protocol/rpc/peer.ts';

/** How often a line being written is sent at most, ms (EN 301 549, 6.2.4 allows 500 from key to screen). */
export const TEXT_EVERY_MS = 300;

/** A line as it goes out. */
export interface OutgoingLine {
  readonly line: number;
  readonly text: string;
  readonly done: boolean;
}

/**
 * Sends the line being written: the whole of it, at once when it has been quiet, then once per {@link TEXT_EVERY_MS}.
 */
export interface TextSender {
  /** The line reads so now. */
  write(text: string): void;
  /** The line is finished with this text; the next `write` begins a new one. Empty text takes the line back. */
  finish(text: string): void;
  /** Nothing goes out any more. */
  stop(): void;
}

/**
 * Makes a sender. Lines are numbered upwards from `firstLine`, which must be higher than any number used before in the
 * visit,
 * also by a page that was reloaded since: the present time does.
 */
export function createTextSender(options: {
  readonly firstLine: number;
  readonly send: (line: OutgoingLine) => void;
  readonly timers: Timers;
}): TextSender {
  let line = options.firstLine;
  let begun = false;
  let waiting: string | undefined;
  let timer: unknown;

  const tick = () => {
    timer = undefined;
    if (waiting === undefined) return;
    post(waiting, false);
  };
  const post = (text: string, done: boolean) => {
    waiting = undefined;
    begun = true;
    options.send({ line, text, done });
    if (timer === undefined && !done) timer = options.timers.setTimeout(tick, TEXT_EVERY_MS);
  };
  const stop = () => {
    if (timer !== undefined) options.timers.clearTimeout(timer);
    timer = undefined;
    waiting = undefined;
  };
  return {
    write(text) {
      if (timer === undefined) post(text, false);
      else waiting = text;
    },
    finish(text) {
      stop();
      if (begun || text !== '') post(text, true);
      line += 1;
      begun = false;
    },
    stop,
  };
}
