import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { checkFiles } from './check/check-files.ts';
import type { CheckReport } from './check/checker.ts';
import { replayDecision } from './check/replay.ts';
import { erlangInWords, studyErlang } from './compare/erlang.ts';
import { rulesInWords, studyRules } from './compare/rules.ts';
import { HistoryError } from './history/history-error.ts';
import { runCity } from './run/city.ts';
import { faultKinds } from './run/faults.ts';
import type { CitySummary } from './run/summary.ts';

const usage = `Runs a simulated city on real processes of queue-service, and judges what its kiosks and consoles saw.

  npm run --silent city -- run --history FILE [--kiosks N] [--operators M] [--hours H] [--seed S] [--load L]
                               [--faults ${faultKinds.join('|')}] [--nodes K] [--world city|plain] [--grid MS] [--real-time] [--json]
  npm run --silent city -- check FILE [--stream FILE] [--json]
  npm run --silent city -- compare erlang|rules [--runs N] [--seed S] [--kiosks N] [--operators M] [--hours H] [--load L] [--json]

run
  --history FILE  what was sent and seen goes there, the service's own account to FILE.stream
  --kiosks, --operators, --hours, --seed, --nodes   default: 20, 8, 1, 1, 2
  --load L        of what the operators can do; default: two hours at 0.95, one at 1.1
  --faults KIND   what is broken: crashes (nodes, pages, Redis), cuts of lines, late words (replaced pages), amnesia of Redis; all
  --world plain   without all that makes people different, as Erlang C assumes
  --grid MS       length of a step of simulated time, at most 2000; default 250, from 200 kiosks on 1000, from 500 on 2000
  --real-time     by the clocks of this machine
  --json          one object: waits, service level, occupancy, fairness, longest queue, faults, Erlang C, speed

check
  --stream FILE   the service's own account of the same run, compared with the history
  --json          one object: { ok, lines, visits, findings, counts }; { error: { code, message } } when it cannot be judged

compare
  erlang          the plain world beside Erlang C: the mean of the runs, its 95 % interval, and whether the formula is inside
  rules           the same people and desks under this service's rules, in one line for all, and in a line for each skill
  --runs N        that many seeds, from --seed S on; default 30
  --kiosks, --operators, --hours, --load            default: 40, 6, 1.5, 0.7; for rules 100, 12, 2, 0.95

check and compare
  Ends with 0 when nothing was found, with 1 when something was, with 2 when it could not be judged.
`;

const EXIT = { clean: 0, found: 1, unusable: 2 } as const;

/** A command line that asks for nothing that exists. */
class UsageError extends Error {}

/** npm runs scripts in the project's folder and says here where the user stood. */
const fromUser = (path: string) => resolve(process.env['INIT_CWD'] ?? '.', path);

/** How long a step may be, ms: a line that is silent for three seconds is given up. */
const MOST_GRID_MS = 2_000;
/** Steps of larger cities are longer: shorter ones cost more than they show. */
const gridOf = (kiosks: number) => (kiosks < 200 ? 250 : kiosks < 500 ? 1_000 : MOST_GRID_MS);

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
const runSettings = z.object({
  kiosks: whole(4, 2_000).default(20),
  operators: whole(1, 1_000).default(8),
  hours: z.coerce.number().gt(0).max(48).default(1),
  seed: whole(0, 2 ** 32 - 1).default(1),
  load: z.coerce.number().gt(0).max(3).optional(),
  faults: z.enum(faultKinds).default('none'),
  nodes: whole(1, 16).default(2),
  world: z.enum(['city', 'plain']).default('city'),
  grid: whole(1, MOST_GRID_MS).optional(),
  history: z.string().min(1).transform(fromUser),
  'real-time': z.boolean().default(false),
});

const compareSettings = {
  runs: whole(6, 1_000).default(30),
  seed: runSettings.shape.seed,
};
const erlangSettings = z.object({
  ...compareSettings,
  kiosks: whole(4, 2_000).default(40),
  operators: whole(1, 1_000).default(6),
  hours: z.coerce.number().gt(0.6).max(48).default(1.5),
  load: z.coerce.number().gt(0).lt(1).default(0.7),
});
const rulesSettings = z.object({
  ...compareSettings,
  kiosks: whole(4, 2_000).default(100),
  operators: whole(1, 1_000).default(12),
  hours: z.coerce.number().gt(0).max(48).default(2),
  load: z.coerce.number().gt(0).max(3).default(0.95),
});

function readArguments() {
  try {
    const text = { type: 'string' } as const;
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        ...{ stream: text, kiosks: text, operators: text, hours: text, seed: text, load: text, faults: text, nodes: text, world: text },
        ...{ grid: text, history: text, runs: text, 'real-time': { type: 'boolean' }, json: { type: 'boolean', default: false } },
      },
    });
    const [command, file, ...rest] = positionals;
    const { json, stream } = values;
    if (command === 'run' && file === undefined) return { command, json, settings: runSettings.parse(values) } as const;
    if (command === 'check' && file !== undefined && rest.length === 0) return { command, json, file, stream } as const;
    if (command === 'compare' && file === 'erlang' && rest.length === 0) return { command, json, with: file, settings: erlangSettings.parse(values) } as const;
    if (command === 'compare' && file === 'rules' && rest.length === 0) return { command, json, with: file, settings: rulesSettings.parse(values) } as const;
    throw new UsageError(usage);
  } catch (cause) {
    throw new UsageError(usage, { cause });
  }
}

function inWords({ ok, lines, visits, findings, counts }: CheckReport): string {
  const all = Object.entries(counts.findings).map(([name, count]) => `${name}: ${count}`);
  const told = findings.map(({ name, at, seqs, sentence }) => `${name} at ${at} ms (lines ${seqs.join(', ')}): ${sentence}`);
  const head = `${lines} lines, ${visits} visits: ${ok ? 'nothing found.' : all.join(', ')}`;
  return [head, ...told].join('\n');
}

const seconds = (spanMs: number) => `${(spanMs / 1_000).toFixed(1)} s`;
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

function runInWords({ tickets, waits, serviceLevel, occupancy, abandonment, longestQueue, faults, wallMs, speed, drained }: CitySummary): string {
  const broken = Object.entries(faults).map(([kind, count]) => `${kind} ${count}`);
  return [
    `${tickets} tickets, waits: mean ${seconds(waits.meanMs)}, half within ${seconds(waits.p50Ms)}, 95 % within ${seconds(waits.p95Ms)}`,
    `${percent(serviceLevel.share)} within ${seconds(serviceLevel.withinMs)}; operators busy ${percent(occupancy)}; gave up ${percent(abandonment)}; longest queue ${longestQueue}`,
    `broken: ${broken.length === 0 ? 'nothing' : broken.join(', ')}; ${drained ? 'all were helped or left' : 'some were still waiting at the end'}`,
    `${seconds(wallMs)}, ${speed} times as fast as life`,
  ].join('\n');
}

async function run(json: boolean, { grid, 'real-time': isRealTime, ...settings }: z.output<typeof runSettings>): Promise<number> {
  const summary = await runCity({ ...settings, gridMs: grid ?? gridOf(settings.kiosks), isRealTime });
  process.stdout.write(`${json ? JSON.stringify(summary) : runInWords(summary)}\n`);
  return EXIT.clean;
}

async function check(json: boolean, file: string, stream: string | undefined): Promise<number> {
  try {
    const streamPath = stream === undefined ? undefined : fromUser(stream);
    const report = await checkFiles(fromUser(file), { streamPath, replay: replayDecision });
    process.stdout.write(`${json ? JSON.stringify(report) : inWords(report)}\n`);
    return report.ok ? EXIT.clean : EXIT.found;
  } catch (error) {
    if (!(error instanceof HistoryError)) throw error;
    const { code, message } = error;
    if (json) process.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`);
    process.stderr.write(`${message} (${code})\n`);
    return EXIT.unusable;
  }
}

async function compare({ json, with: what, settings }: Extract<ReturnType<typeof readArguments>, { command: 'compare' }>): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'vs-compare-'));
  const { runs, seed, ...city } = settings;
  const options = { ...city, seeds: Array.from({ length: runs }, (_, index) => seed + index) };
  const onRun = (done: CitySummary) => process.stderr.write(`seed ${done.seed}: ${seconds(done.waits.meanMs)}, ${seconds(done.wallMs)} of work\n`);
  try {
    if (what === 'rules') {
      const study = await studyRules(options, folder, onRun);
      process.stdout.write(`${json ? JSON.stringify(study) : rulesInWords(study)}\n`);
      return EXIT.clean;
    }
    const study = await studyErlang(options, folder, onRun);
    process.stdout.write(`${json ? JSON.stringify(study) : erlangInWords(study)}\n`);
    return study.meanWaitMs.isInside && study.serviceLevel.isInside ? EXIT.clean : EXIT.found;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<number> {
  const asked = readArguments();
  if (asked.command === 'compare') return compare(asked);
  return asked.command === 'run' ? run(asked.json, asked.settings) : check(asked.json, asked.file, asked.stream);
}

process.exitCode = await main().catch((error: unknown) => {
  const told = error instanceof UsageError ? error.message : `The city could not be run or judged: ${error instanceof Error ? error.message : 'no reason known'}\n`;
  process.stderr.write(told);
  return EXIT.unusable;
});
