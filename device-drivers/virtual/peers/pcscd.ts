import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PeerError } from './peer-error.ts';
import { dyingWithParent, findProgram, startPeerProcess } from './peer-process.ts';
import type { PeerProcess } from './peer-process.ts';
import { findPrivateNamespace } from './private-namespace.ts';
import { answersAt, checkSocketPath } from './unix-socket.ts';

/** vpcd's own default; in the private network namespace nobody competes for it. The second reader is on the next. */
const VPCD_PORT = 35_963;

const READY_DEADLINE_MS = 10_000;

const RELAY = fileURLToPath(new URL('./vpcd-relay.ts', import.meta.url));

/**
 * Prepares the namespace ($1: the directory that becomes /run) and becomes the rest of the arguments. The loopback
 * route acknowledges at once, see vpcd-relay.ts.
 */
const ENTER_NAMESPACE = [
  'set -e',
  'ip link set lo up',
  'ip route change local 127.0.0.1 dev lo table local proto kernel scope host src 127.0.0.1 quickack 1',
  'mount --bind "$1" /run',
  'shift',
  'exec "$@"',
].join('\n');

/** A private PC/SC world with two virtual readers. */
export interface PcscdPeer extends AsyncDisposable {
  /** Value of `PCSCLITE_CSOCK_NAME` for every client of this daemon (libpcsclite reads it). */
  readonly socketName: string;
  /**
   * Ports on 127.0.0.1 of the readers `Virtual PCD 00 00` and `Virtual PCD 00 01`: a card that connects is inserted, one
   * that closes is removed. Frames: two bytes of length, big-endian, then the payload.
   */
  readonly ports: readonly [number, number];
  /** The daemon's pid, undefined while it is dead; to stop (SIGSTOP) and continue it in tests. */
  pid(): number | undefined;
  /** Kills the daemon as a crash would (SIGKILL); cards stay where they are until it is started again. */
  crash(): Promise<void>;
  /** Starts the daemon again after {@link PcscdPeer.crash}. */
  restart(): Promise<void>;
}

/**
 * Starts pcscd with the virtual reader driver vpcd in namespaces of its own, never touching the machine's pcscd.
 * Works as root and, where user namespaces are allowed, as an ordinary user; any number side by side.
 *
 * @param options.directory - short existing directory for configuration and sockets; the caller removes it.
 * @param options.signal - gives up starting.
 * @throws {PeerError} `program-missing`, `namespaces-forbidden`, `path-too-long`, `ended`, `not-ready`.
 */
export async function startPcscd(options: { directory: string; signal?: AbortSignal }): Promise<PcscdPeer> {
  const { directory, signal } = options;
  const run = join(directory, 'run');
  const configuration = join(directory, 'reader.conf.d');
  const socketName = join(run, 'pcscd', 'pcscd.comm');
  checkSocketPath(socketName);
  const pcscd = findProgram('pcscd', 'pcscd');
  const shell = findProgram('sh', 'dash');
  findProgram('ip', 'iproute2');
  const driver = await findDriver();
  const namespace = await findPrivateNamespace();
  await mkdir(join(run, 'pcscd'), { recursive: true });
  await mkdir(configuration, { recursive: true });
  await writeFile(join(configuration, 'vpcd'), readerConfiguration(driver));

  await using started = new AsyncDisposableStack();
  const relay = started.use(
    await startPeerProcess({
      name: 'the relay to vpcd',
      command: [...namespace.make, shell, '-c', ENTER_NAMESPACE, 'sh', run, process.execPath, RELAY],
      environment: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      channel: true,
    }),
  );
  const ports = [
    await handOver(relay, VPCD_PORT, signal),
    await handOver(relay, VPCD_PORT + 1, signal),
  ] as const;
  let daemon: PeerProcess | undefined;
  started.defer(async () => daemon?.stop());
  await startDaemon();
  const kept = started.move();

  return {
    socketName,
    ports,
    pid: () => (daemon?.running() === true ? daemon.pid : undefined),
    crash: async () => {
      const dying = daemon;
      daemon = undefined;
      dying?.signal('SIGKILL');
      await dying?.stop();
    },
    restart: async () => {
      await daemon?.stop();
      await startDaemon();
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };

  async function startDaemon(): Promise<void> {
    const next = await startPeerProcess({
      name: 'pcscd',
      command: [
        ...namespace.enter(relay.pid),
        ...dyingWithParent([pcscd, '--foreground', '--config', configuration]),
      ],
      environment: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    });
    daemon = next;
    const look = async (): Promise<boolean> => (await answersAt(socketName)) && (await listensInside(relay.pid));
    await next.readyWhen(look, { deadlineMs: READY_DEADLINE_MS, ...(signal === undefined ? {} : { signal }) });
  }
}

async function findDriver(): Promise<string> {
  const driver = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so';
  try {
    await readFile(driver);
  } catch (cause) {
    throw new PeerError(
      'program-missing',
      'the virtual reader is not installed; it comes with the Debian package vsmartcard-vpcd ' +
        '(apt-get install vsmartcard-vpcd)',
      { cause },
    );
  }
  return driver;
}

/** One entry of reader.conf(5); vpcd takes its port from DEVICENAME and CHANNELID. */
function readerConfiguration(driver: string): string {
  const port = `0x${VPCD_PORT.toString(16).toUpperCase()}`;
  return [
    'FRIENDLYNAME "Virtual PCD"',
    `DEVICENAME /dev/null:${port}`,
    `LIBPATH ${driver}`,
    `CHANNELID ${port}`,
    '',
  ].join('\n');
}

/** Makes a listening socket on the machine's loopback and gives it to the relay; returns its port. */
async function handOver(relay: PeerProcess, vpcdPort: number, signal: AbortSignal | undefined): Promise<number> {
  const server: Server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const address = server.address();
    if (address === null || typeof address === 'string') {
      throw new PeerError('not-ready', 'no port on the loopback address was free');
    }
    relay.child.send({ vpcdPort }, server);
    await relay.nextMessage({ deadlineMs: READY_DEADLINE_MS, ...(signal === undefined ? {} : { signal }) });
    return address.port;
  } finally {
    // The relay has a copy of its own; without one nobody would ever answer here.
    server.close();
    await once(server, 'close');
  }
}

/** Whether both readers listen in the namespace of `pid` (proc(5), /proc/PID/net/tcp: state 0A is LISTEN). */
async function listensInside(pid: number): Promise<boolean> {
  const table = await readFile(`/proc/${pid}/net/tcp`, 'latin1');
  return [VPCD_PORT, VPCD_PORT + 1].every((port) =>
    new RegExp(`:${port.toString(16).toUpperCase().padStart(4, '0')} [0-9A-F:]+ 0A `).test(table),
  );
}
