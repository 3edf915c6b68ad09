import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { readConfig, readSecrets } from './config.ts';
import { createLog } from './events.ts';
import { openDemoIssuer } from './issue/demo-issuer.ts';
import { createPress } from './render/press.ts';
import { createCertificateService } from './service.ts';

const stopping = new AbortController();
// Also when whoever started this process is gone: nobody would be left to stop it.
for (const cause of ['SIGINT', 'SIGTERM', 'disconnect'] as const) process.once(cause, () => stopping.abort());
try {
  const config = readConfig(process.env);
  await mkdir(config.dataDirectory, { recursive: true, mode: 0o700 });
  if (!config.demo) throw new Error('Only a demo town can be served: connectors to real registries and seals are not part of this version.');
  const secrets = await readSecrets(config);
  await using press = createPress();
  await using issuer = await openDemoIssuer(
    { data: config.dataDirectory, town: config.townDirectory, citizens: config.demo.citizensFile, register: config.register },
    { now: () => new Date(), draw: press.draw },
  );
  await using service = await createCertificateService(config, {
    ...secrets,
    issuer: issuer.deps,
    cases: issuer.cases,
    trustFolder: issuer.trustFolder,
    log: createLog(config.logLevel),
    signal: stopping.signal,
  });
  process.send?.({ ready: true, url: service.url, trust: issuer.trustFolder });
  if (!stopping.signal.aborted) await once(stopping.signal, 'abort');
} catch (error) {
  // Told to stop while it was still starting: that is no failure.
  if (!stopping.signal.aborted) {
    console.error(`The certificate service could not start: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
if (process.connected) process.disconnect();
