import { once } from 'node:events';
import { WebSocket } from 'ws';
import { createNodeClient } from '@videosportello/queue-service/client/node-client.ts';
import { ConfigError, readSettings } from './config.ts';
import { createLogger } from './events.ts';
import { createSfuServer } from './service.ts';

try {
  const { config, queueUrl, secret } = readSettings(process.env);
  const server = await createSfuServer(config, {
    connectQueue: ({ url, ...handlers }) =>
      createNodeClient(
        { nodeId: config.nodeId, kind: 'media', url, secret },
        { makeSocket: () => new WebSocket(queueUrl), ...handlers },
      ),
    log: createLogger(config.logLevel),
    now: Date.now,
    random: globalThis.crypto,
  });
  process.send?.({ ready: true, url: server.url });
  // Also when whoever started this process is gone: nobody would be left to stop it.
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT'), once(process, 'disconnect')]);
  await server.close();
  if (process.connected) process.disconnect();
} catch (error) {
  const sentence = error instanceof ConfigError || error instanceof Error ? error.message : String(error);
  process.stderr.write(`The media server could not start. ${sentence}\n`);
  process.exit(1);
}
