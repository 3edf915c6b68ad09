import { randomBytes, randomInt } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { enrolmentCode } from './enrol-demo-kiosk.ts';
import { startServiceProcess } from './service-process.ts';
import type { ReadyMessage, ServiceProcess } from './service-process.ts';

const root = resolve(import.meta.dirname, '../..');

/** Where people go, and where a technician or a test looks. */
export interface Town extends AsyncDisposable {
  readonly addresses: { readonly kiosk: string; readonly console: string; readonly bench: string };
  readonly services: ReadonlyMap<ServiceName, ServiceProcess>;
  /** Resolves with a sentence when a service ends by itself. */
  readonly died: Promise<string>;
  /** Stops one service and starts it again with the same settings. */
  restart(name: ServiceName): Promise<void>;
  close(): Promise<void>;
}

export const serviceNames = ['bench', 'sign-in', 'queue', 'sfu', 'certificates', 'devices'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** Preferred ports of the three addresses, the sign-in and the services behind them; one that is taken is replaced by a free one. */
export const demoPorts = { console: 8080, kiosk: 8081, bench: 8082, 'sign-in': 8083, sfu: 8084, certificates: 8085 } as const;
type PortName = keyof typeof demoPorts;

const benchReady = z.looseObject({
  url: z.string(),
  pcscSocket: z.string(),
  printerUri: z.string(),
  scannerDevice: z.string(),
  saneConfigDirectory: z.string(),
  cardTrustDirectory: z.string(),
});

/**
 * Runs a whole demo town on this machine: the bench with its virtual devices, sign-in, queue, media, certificates and one
 * kiosk's device service, each a process of its own.
 * @throws Error with a sentence when a service does not start; what was started is stopped again.
 */
export async function startTown(options: {
  readonly dataDirectory: string;
  /** 'preferred': {@link demoPorts} where free; 'free': any. */
  readonly ports: 'preferred' | 'free';
  readonly logLevel?: string;
  /** Options of Node's command line for every service. Default: none. */
  readonly nodeOptions?: readonly string[];
  readonly onLog: (service: ServiceName, line: string) => void;
  readonly onProgress?: (what: string) => void;
}): Promise<Town> {
  const { dataDirectory, onLog, onProgress = () => {} } = options;
  const data = (...parts: string[]) => join(dataDirectory, ...parts);
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  const nodeSecretFile = await secretFile(data('node-secret'));
  const clientSecretFile = await secretFile(data('oidc-client-secret'));
  const ports = await takePorts(options.ports);
  const origin = (host: string, port: number) => `http://${host}:${port}`;
  const consoleOrigin = origin('console.localhost', ports.console);
  const kioskOrigin = origin('kiosk.localhost', ports.kiosk);
  const services = new Map<ServiceName, ServiceProcess>();
  const settings = new Map<ServiceName, { script: string; env: Record<string, string> }>();
  const common = { DEMO: '1', LOG_LEVEL: options.logLevel ?? 'info', NODE_SECRET_FILE: nodeSecretFile, TOWN_DIR: join(root, 'deploy/town') };
  const deaths = Promise.withResolvers<string>();

  const run = async (name: ServiceName, script: string, env: Record<string, string>): Promise<ReadyMessage> => {
    onProgress(name);
    settings.set(name, { script, env });
    const process = await startServiceProcess({
      name,
      script: join(root, script),
      env: { ...common, DATA_DIR: data(name), ...env },
      nodeOptions: options.nodeOptions,
      onLog: (line) => onLog(name, line),
    });
    services.set(name, process);
    void process.died.then(deaths.resolve);
    return process.ready;
  };
  const close = async () => {
    // The kiosk first, the stores last; one that fails to stop does not keep the others.
    for (const name of serviceNames.toReversed()) await services.get(name)?.close().catch(() => undefined);
  };

  try {
    const signInUrl = origin('127.0.0.1', ports['sign-in']);
    const [bench] = await Promise.all([
      run('bench', 'device-drivers/virtual/bench/main.ts', {
        LISTEN: `127.0.0.1:${ports.bench}`,
        CITIZENS_FILE: join(root, 'deploy/demo/citizens.json'),
      }).then((message) => benchReady.parse(message)),
      run('sign-in', 'deploy/demo-sign-in/main.ts', {
        LISTEN: `127.0.0.1:${ports['sign-in']}`,
        OIDC_CLIENT_ID: 'videosportello',
        OIDC_CLIENT_SECRET_FILE: clientSecretFile,
        OIDC_REDIRECT_URI: `${consoleOrigin}/callback`,
      }),
    ]);
    await run('queue', 'queue-service/src/main.ts', {
      LISTEN: `127.0.0.1:${ports.console}`,
      PUBLIC_URL: consoleOrigin,
      CONSOLE_DIST: join(root, 'operator-console/dist'),
      KIOSK_ORIGIN_ALLOW: kioskOrigin,
      OIDC_ISSUER: signInUrl,
      OIDC_CLIENT_ID: 'videosportello',
      OIDC_CLIENT_SECRET_FILE: clientSecretFile,
    });
    const queueSocket = `ws://127.0.0.1:${ports.console}`;
    await Promise.all([
      run('sfu', 'sfu-server/src/main.ts', {
        LISTEN: `127.0.0.1:${ports.sfu}`,
        QUEUE_URL: `${queueSocket}/node`,
        NODE_ID: 'media-1',
        ORIGIN_ALLOW: `${kioskOrigin},${consoleOrigin}`,
      }),
      run('certificates', 'certificates/src/main.ts', {
        LISTEN: `127.0.0.1:${ports.certificates}`,
        QUEUE_URL: `${queueSocket}/node`,
        NODE_ID: 'certificates-1',
        CONSOLE_ORIGINS: consoleOrigin,
        CARD_TRUST_DIR: bench.cardTrustDirectory,
        DEMO_CITIZENS: join(root, 'deploy/demo/citizens.json'),
      }),
    ]);
    const code = await enrolmentCode(data('queue'), data('devices', 'kiosk-identity.json'));
    await run('devices', 'device-drivers/src/main.ts', {
      LISTEN: `127.0.0.1:${ports.kiosk}`,
      QUEUE_URL: `${queueSocket}/kiosk`,
      ENROL_URL: `${origin('127.0.0.1', ports.console)}/enrol`,
      CONNECT_TO: `${queueSocket} ws://127.0.0.1:${ports.sfu}`,
      KIOSK_DIST: join(root, 'kiosk-client/dist'),
      PCSCLITE_CSOCK_NAME: bench.pcscSocket,
      PRINTER_URI: bench.printerUri,
      SCANNER_DEVICE: bench.scannerDevice,
      SANE_CONFIG_DIR: bench.saneConfigDirectory,
      ...(code === undefined ? {} : { ENROLMENT_CODE: code }),
    });
    return {
      addresses: { kiosk: `${kioskOrigin}/`, console: `${consoleOrigin}/`, bench: bench.url },
      services,
      died: deaths.promise,
      async restart(name) {
        const known = settings.get(name);
        if (!known) throw new Error(`There is no service ${name}.`);
        await services.get(name)?.close();
        await run(name, known.script, known.env);
      },
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A secret of 32 random bytes in hex, made once (mode 0600). */
async function secretFile(path: string): Promise<string> {
  await writeFile(path, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return path;
}

/** Holds all ports at once while choosing, so that no two are the same. */
async function takePorts(how: 'preferred' | 'free'): Promise<Record<PortName, number>> {
  const holders = await Promise.all(
    (Object.keys(demoPorts) as PortName[]).map(async (name) => {
      const server = (how === 'preferred' && (await hold(demoPorts[name]))) || (await holdFree());
      if (!server) throw new Error('No free port on loopback.');
      return { name, server, port: (server.address() as AddressInfo).port };
    }),
  );
  await Promise.all(holders.map(({ server }) => new Promise((done) => server.close(done))));
  return Object.fromEntries(holders.map(({ name, port }) => [name, port])) as Record<PortName, number>;
}

/**
 * A free port below those the system gives to outgoing connections (Linux: 32768 and above): a service that starts some seconds
 * later must still find it free.
 */
async function holdFree(): Promise<ReturnType<typeof createServer> | undefined> {
  for (let tries = 0; tries < 50; tries += 1) {
    const held = await hold(randomInt(20_000, 32_000));
    if (held) return held;
  }
  return undefined;
}

const hold = (port: number) =>
  new Promise<ReturnType<typeof createServer> | undefined>((done) => {
    const server = createServer();
    server.once('error', () => done(undefined));
    server.listen(port, '127.0.0.1', () => done(server));
  });
