import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { readPageFiles } from '../../src/http/page-files.ts';
import { startBench } from './bench.ts';
import type { BenchDevices } from './bench.ts';
import type { BenchConfig } from './config.ts';
import { createBenchApp } from './http.ts';
import { createPrintedPictures } from './printed-picture.ts';
import { openRunDirectory } from './run-directory.ts';

const PAGE = fileURLToPath(new URL('./page', import.meta.url));

/** A running bench with its page. */
export interface BenchService extends AsyncDisposable {
  /** Address of the page. */
  readonly url: string;
  readonly devices: BenchDevices;
}

/**
 * Starts the virtual devices and serves the bench's page on loopback.
 * @throws Error with a plain sentence when a program is missing, a file is unreadable or the port is taken.
 */
export async function startBenchService(
  config: BenchConfig,
  deps: { readonly log: Logger; readonly signal?: AbortSignal },
): Promise<BenchService> {
  const { log, signal } = deps;
  await using started = new AsyncDisposableStack();
  const runDirectory = started.use(await openRunDirectory(config.dataDirectory));
  const bench = started.use(
    await startBench(
      {
        dataDirectory: config.dataDirectory,
        citizensFile: config.citizensFile,
        runDirectory: runDirectory.path,
        ...(signal === undefined ? {} : { signal }),
      },
      { now: new Date(), random: randomBytes },
    ),
  );
  let port = config.port;
  const app = createBenchApp({
    bench,
    files: await readPageFiles(PAGE),
    pictures: createPrintedPictures(),
    token: randomBytes(32).toString('base64url'),
    port: () => port,
    log,
  });
  const server = createServer(app.callback());
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  started.defer(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });
  const address = server.address();
  if (address !== null && typeof address !== 'string') port = address.port;
  const url = `http://127.0.0.1:${port}/`;
  log.info({ url }, 'bench started');
  const kept = started.move();
  return {
    url,
    devices: bench.devices,
    [Symbol.asyncDispose]: async () => {
      await kept.disposeAsync();
      log.info('bench stopped');
    },
  };
}
