/** The bench as a process of its own: virtual devices of a demo kiosk until SIGTERM. */
import { once } from 'node:events';
import { pino } from 'pino';
import { readConfig } from './config.ts';
import { startBenchService } from './service.ts';

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
// Virtual devices are of no use to anybody once the town that started them is gone.
process.once('disconnect', () => stopping.abort());

try {
  const config = readConfig(process.env);
  const log = pino({ level: config.logLevel, base: { service: 'bench' } });
  await using bench = await startBenchService(config, { log, signal: stopping.signal });
  process.send?.({ ready: true, url: bench.url, ...bench.devices });
  if (!stopping.signal.aborted) await once(stopping.signal, 'abort');
} catch (error) {
  if (!stopping.signal.aborted) {
    console.error(`The bench could not start: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
// Everything that was started is closed; a start that was given up half-way may still hold a socket of its own.
process.exit();
