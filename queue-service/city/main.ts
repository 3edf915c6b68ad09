import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { checkFiles } from './check/check-files.ts';
import type { CheckReport } from './check/checker.ts';
import { replayDecision } from './check/replay.ts';
import { HistoryError } from './history/history-error.ts';

const usage = `Judges the history of a simulated city: what kiosks and consoles sent and saw.

  npm run --silent city -- check FILE [--stream FILE] [--json]

  --stream FILE   the service's own account of the same run, compared with the history
  --json          one object: { ok, lines, visits, findings, counts }; { error: { code, message } } when it cannot be judged

Ends with 0 when nothing was found, with 1 when something was, with 2 when the files cannot be judged.
`;

const EXIT = { clean: 0, found: 1, unusable: 2 } as const;

/** A command line that asks for nothing that exists. */
class UsageError extends Error {}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { stream: { type: 'string' }, json: { type: 'boolean', default: false } },
    });
    const [command, file, ...rest] = positionals;
    if (command !== 'check' || file === undefined || rest.length > 0) throw new UsageError(usage);
    return { file, ...values };
  } catch (cause) {
    throw new UsageError(usage, { cause });
  }
}

/** npm runs scripts in the project's folder and says here where the user stood. */
const fromUser = (path: string) => resolve(process.env['INIT_CWD'] ?? '.', path);

function inWords({ ok, lines, visits, findings, counts }: CheckReport): string {
  const all = Object.entries(counts.findings).map(([name, count]) => `${name}: ${count}`);
  const told = findings.map(({ name, at, seqs, sentence }) => `${name} at ${at} ms (lines ${seqs.join(', ')}): ${sentence}`);
  const head = `${lines} lines, ${visits} visits: ${ok ? 'nothing found.' : all.join(', ')}`;
  return [head, ...told].join('\n');
}

async function main(): Promise<number> {
  const { file, stream, json } = readArguments();
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

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(error instanceof UsageError ? error.message : 'The check failed.\n');
  return EXIT.unusable;
});
