import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { readConfig, readSecrets } from './config.ts';
import { createEvents, createLog } from './events.ts';
import { openTownIssuer } from './issue/town-issuer.ts';
import { processTimers } from './register/rounds.ts';
import { createPress } from './render/press.ts';
import { createCertificateService } from './service.ts';

const stopping = new AbortController();
// Also when whoever started this process is gone: nobody would be left to stop it.
for (const cause of ['SIGINT', 'SIGTERM', 'disconnect'] as const) process.once(cause, () => stopping.abort());
try {
  const config = readConfig(process.env);
  await mkdir(config.dataDirectory, { recursive: true, mode: 0o700 });
  const secrets = await readSecrets(config);
  await using press = createPress();
  const log = createLog(config.logLevel);
  const { signal } = stopping;
  await using issuer = await openTownIssuer(config, {
    now: () => new Date(),
    timers: processTimers,
    events: createEvents(log),
    draw: press.draw,
    signal,
  });
  await using service = await createCertificateService(config, {
    ...secrets,
    issuer: issuer.deps,
    cases: issuer.cases,
    trustFolder: issuer.trustFolder,
    log,
    signal,
  });
  process.send?.({ ready: true, url: service.url, trust: issuer.trustFolder });
  if (!signal.aborted) await once(signal, 'abort');
} catch (error) {
  // Told to stop while it was still starting: that is no failure.
  if (!stopping.signal.aborted) {
    console.error(`The certificate service could not start: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
if (process.connected) process.disconnect();
