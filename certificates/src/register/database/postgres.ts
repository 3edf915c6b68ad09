import { PostgresDialect, sql } from 'kysely';
import type { PostgresPool } from 'kysely';
import { Pool, types } from 'pg';
import type { RegisterEngine } from './engine.ts';

/** Connections of one node: writers stand in one line anyway, the rest read. */
const CONNECTIONS = 8;
/** Time limits, ms. */
export interface PostgresLimits {
  readonly connectMs: number;
  /** Waiting for the writer before. */
  readonly lockMs: number;
  /** One statement, and a transaction that says nothing; kept by the server. */
  readonly statementMs: number;
  /** One statement, kept here; longer than the server's own, for a server that no longer says anything. */
  readonly silenceMs: number;
}
const LIMITS: PostgresLimits = { connectMs: 5_000, lockMs: 5_000, statementMs: 10_000, silenceMs: 12_000 };
/** Names the register's writers among the advisory locks of the database; any number that nobody else uses there. */
const WRITERS = 0x76735f72;

/** Class 08 connection, 53 resources, 57P0x shut down, and single codes: postgresql.org/docs/15/errcodes-appendix.html */
const UNAVAILABLE = new RegExp(
  `^(?:${[
    '08...|53...|57P0[1-5]',
    '57014', // statement time-out
    '55P03', // lock time-out
    '25P03', // idle in transaction
    '25006', // read-only: a replica that was not promoted
    '40001|40P01', // serialisation failure, deadlock
    'ECONN[A-Z]+|ENOENT|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ENOTFOUND',
  ].join('|')})$`,
);
/** Of these the connection lives on, and the transaction can be rolled back. */
const CONNECTION_LIVES = /^(?:57014|55P03|40001|40P01|25006)$/;
/** What pg and Kysely say without a code. */
const CONNECTION_GONE =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|not queryable|has been discarded/;

/**
 * PostgreSQL, 15 or later, of its own or a cluster. Every statement has a time limit, at the server and here; a
 * connection that failed is given up and the next request opens another. The server's `synchronous_commit` must not be
 * `off` (it is `on` by default), or a power cut there loses what was released here.
 *
 * @param url `postgres://user:password@host:port/database`, with `?sslmode=verify-full` beyond this machine or
 *   `?host=/folder` for a unix socket
 */
export function postgresEngine(url: string, limits: PostgresLimits = LIMITS): RegisterEngine {
  return {
    name: 'postgres',
    dialect: new PostgresDialect({ pool: async () => poolOf(url, limits) }),
    async lockWrites(tx) {
      await sql`select pg_advisory_xact_lock(${WRITERS})`.execute(tx);
    },
    isUnavailable,
  };
}

function poolOf(url: string, limits: PostgresLimits): PostgresPool {
  const pool = new Pool({
    connectionString: url,
    application_name: 'videosportello-certificates',
    max: CONNECTIONS,
    connectionTimeoutMillis: limits.connectMs,
    lock_timeout: limits.lockMs,
    statement_timeout: limits.statementMs,
    idle_in_transaction_session_timeout: limits.statementMs,
    query_timeout: limits.silenceMs,
    keepAlive: true,
    types: {
      // Counters and milliseconds fit a number; pg would give texts.
      getTypeParser: (oid, format) => (oid === types.builtins.INT8 ? Number : types.getTypeParser(oid, format)),
    },
  });
  // A connection that ends leaves the pool when idle, and fails its query when busy; but without listeners here it would
  // also end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return {
    options: pool.options,
    connect: async () => withoutSecondChance(await pool.connect()),
    end: () => pool.end(),
  };
}

type PoolClient = Awaited<ReturnType<PostgresPool['connect']>>;

/** After a lost or silent connection the pool would hand it out again; here it takes no other word and is closed. */
function withoutSecondChance(client: {
  query: (text: string, values: unknown[]) => Promise<unknown>;
  release: (destroy?: boolean) => void;
}): PoolClient {
  let gone = false;
  const query = async (text: string, values: readonly unknown[]): Promise<unknown> => {
    if (gone) throw new Error('Connection terminated');
    try {
      return await client.query(text, [...values]);
    } catch (error) {
      gone = isConnectionGone(error);
      throw error;
    }
  };
  return { query: query as PoolClient['query'], release: (destroy) => client.release(destroy === true || gone) };
}

function isConnectionGone(error: unknown): boolean {
  return isUnavailable(error) && !CONNECTION_LIVES.test(codeOf(error) ?? '');
}

function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // A host name with several addresses fails with one error for each.
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.every(isUnavailable);
  const code = codeOf(error);
  if (code === undefined) return CONNECTION_GONE.test(error.message);
  return UNAVAILABLE.test(code);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
