import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { readConfig } from './config.ts';
import { openDevices } from './devices.ts';
import { createLog } from './events.ts';
import { createDeviceService } from './service.ts';

try {
  const config = readConfig(process.env);
  await mkdir(config.dataDirectory, { recursive: true, mode: 0o700 });
  const stopping = new AbortController();
  // Also when whoever started this process is gone: nobody would be left to stop it.
  for (const cause of ['SIGINT', 'SIGTERM', 'disconnect'] as const) process.once(cause, () => stopping.abort());
  const log = createLog(config.logLevel);
  await using devices = await openDevices(config, log);
  await using service = await createDeviceService(config, { devices, log });
  process.send?.({ ready: true, url: service.url });
  if (!stopping.signal.aborted) await once(stopping.signal, 'abort');
} catch (error) {
  console.error(`The device service could not start: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
if (process.connected) process.disconnect();
