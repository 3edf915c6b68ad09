import { readConfig } from './config.ts';
import { createEvents, createLogger } from './events.ts';
import { createQueueService } from './service.ts';

try {
  const { config, logLevel } = await readConfig(process.env);
  const service = await createQueueService(config, { events: createEvents(createLogger(logLevel)) });
  process.send?.({
    ready: true,
    url: service.url,
    kioskSocketUrl: `${service.socketUrl}/kiosk`,
    nodeSocketUrl: `${service.socketUrl}/node`,
  });
  const stop = () => void service.close().then(() => process.connected && process.disconnect());
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // Whoever started this process is gone: nobody would be left to stop it.
  process.once('disconnect', stop);
} catch (error) {
  process.stderr.write(`queue-service: ${error instanceof Error ? error.message : 'it could not be started.'}\n`);
  process.exit(1);
}
