import { join } from 'node:path';
import { minutes, seconds } from '@videosportello/protocol/units.ts';
import { createChecker } from '../check/checker.ts';
import type { Checker } from '../check/checker.ts';
import { replayDecision } from '../check/replay.ts';
import type { Breach } from '../check/report.ts';
import type { HistoryLine } from '../history/line.ts';
import { momentOf } from '../history/service-stream.ts';
import type { StreamLine } from '../history/service-stream.ts';
import { runCity } from '../run/city.ts';
import type { CityOptions, CityWatch } from '../run/city.ts';

/** A city in which everything happens often: short talks, many faults. Everything is judged by simulated time. */
const small = { kiosks: 12, operators: 5, hours: 0.2, talkMs: seconds(40), seed: 1, nodes: 2, gridMs: 1_000, load: 1.2, world: 'city', isRealTime: false } as const;
const DRAIN_MS = minutes(5);

/** A checker of both accounts of a city that is still running. */
interface Judge {
  readonly watch: CityWatch;
  readonly found: () => Breach[];
}

function createJudge(onFound: () => void): Judge {
  let checker: Checker | undefined;
  let startsAt = 0;
  const lines: HistoryLine[] = [];
  const stream: StreamLine[] = [];
  const judge = () => {
    for (const line of lines.splice(0)) {
      for (let head = stream[0]; head && momentOf(head, startsAt) <= line.at; head = stream[0]) {
        checker?.takeStream(head);
        stream.shift();
      }
      checker?.take(line);
      if (line.line === 'end') checker?.finish();
    }
    onFound();
  };
  return {
    watch: {
      everyMs: seconds(20),
      history(line) {
        if (line.line === 'header') {
          ({ startsAt } = line);
          checker = createChecker(line, { hasStream: true, replay: replayDecision });
        } else lines.push(line);
        if (line.line === 'end') judge();
      },
      stream: (line) => void stream.push(line),
      caughtUp: judge,
    },
    found: () => Object.keys(checker?.found ?? {}) as Breach[],
  };
}

/**
 * Runs a small city on `program` and judges both accounts of it meanwhile; ends as soon as one of `wanted` is found.
 * @param folder where history and stream may be written.
 * @returns all names that were found.
 */
export async function huntIn(
  folder: string,
  options: Pick<CityOptions, 'program' | 'faults' | 'faultFactor'> & Partial<Pick<CityOptions, 'seed' | 'load' | 'kiosks'>>,
  wanted: readonly Breach[],
): Promise<Breach[]> {
  const isEnough = new AbortController();
  const judge = createJudge(() => {
    if (wanted.some((name) => judge.found().includes(name))) isEnough.abort();
  });
  const city = { ...small, ...options, drainMs: DRAIN_MS, history: join(folder, 'history.jsonl'), watch: judge.watch, signal: isEnough.signal };
  await runCity(city).catch((error: unknown) => {
    if (!isEnough.signal.aborted) throw error;
  });
  return judge.found();
}
