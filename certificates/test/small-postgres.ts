import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';

const run = promisify(execFile);
/** Where Debian and Ubuntu put the programs of each version. */
const VERSIONS = '/usr/lib/postgresql';
const LEAST_VERSION = 15;
const START_MS = 30_000;
const STEP_MS = 20;

/** A PostgreSQL of this test alone. */
export interface SmallPostgres extends AsyncDisposable {
  /** Folder of its unix socket, `.s.PGSQL.5432`. */
  readonly folder: string;
  /** Makes an empty database and gives its address. */
  createDatabase(): Promise<string>;
  /** Runs statements in a database as the superuser. */
  run(url: string, sql: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts Debian's PostgreSQL in a temporary folder, on a unix socket only, as a user without rights; any number side by
 * side. It ends with the process that started it, however that ends.
 */
export async function startSmallPostgres(): Promise<SmallPostgres> {
  const programs = await programFolder();
  const folder = await mkdtemp(join(tmpdir(), 'pg-'));
  const user = await ordinaryUser();
  await chmod(folder, 0o700);
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  const as = user === undefined ? [] : [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  const data = join(folder, 'data');
  const options = ['--username', 'register', '--auth', 'trust', '--no-sync', '--encoding', 'UTF8', '--locale', 'C'];
  await run('setpriv', [...as, `${programs}/initdb`, '--pgdata', data, ...options], { cwd: folder });
  // Nothing here outlives the test, not even a power cut.
  const settings = { fsync: 'off', listen_addresses: '', unix_socket_directories: folder, shared_buffers: '16MB', max_connections: '40' };
  await writeFile(join(data, 'postgresql.auto.conf'), Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`));
  const server = spawn('setpriv', ['--pdeathsig', 'INT', ...as, `${programs}/postgres`, '-D', data], { cwd: folder, stdio: 'ignore' });
  const exit = once(server, 'exit');
  const url = (database: string) => `postgres://register@localhost/${database}?host=${encodeURIComponent(folder)}`;
  await untilItAnswers(url('postgres'), () => server.exitCode);

  let databases = 0;
  const runIn = async (address: string, sql: string): Promise<void> => {
    const client = new Client({ connectionString: address });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  const close = async (): Promise<void> => {
    // Immediate: what is in the folder is deleted next.
    server.kill('SIGQUIT');
    await exit;
    await rm(folder, { recursive: true, force: true });
  };
  return {
    folder,
    async createDatabase() {
      databases += 1;
      await runIn(url('postgres'), `create database register_${databases}`);
      return url(`register_${databases}`);
    },
    run: runIn,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function programFolder(): Promise<string> {
  const versions = (await readdir(VERSIONS)).map(Number).filter((version) => version >= LEAST_VERSION);
  if (versions.length === 0) throw new Error(`PostgreSQL ${LEAST_VERSION} or later is not installed.`);
  return join(VERSIONS, String(Math.max(...versions)), 'bin');
}

/** PostgreSQL does not start as root: then Debian's `nobody`. */
async function ordinaryUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [, uid, gid] = /^nobody:[^:]*:(\d+):(\d+):/m.exec(await readFile('/etc/passwd', 'utf8')) ?? [];
  if (uid === undefined) throw new Error('This system has no user "nobody".');
  return { uid: Number(uid), gid: Number(gid) };
}

async function untilItAnswers(address: string, exitCode: () => number | null): Promise<void> {
  const deadline = performance.now() + START_MS;
  for (;;) {
    const client = new Client({ connectionString: address });
    try {
      await client.connect();
      return;
    } catch (error) {
      if (exitCode() !== null || performance.now() > deadline) throw error;
      await wait(STEP_MS);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
