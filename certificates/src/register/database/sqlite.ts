import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { CompiledQuery, SqliteDialect, SqliteDriver } from 'kysely';
import type { DatabaseConnection, Driver, SqliteDatabase } from 'kysely';
import type { RegisterEngine } from './engine.ts';

/** How long a transaction waits for another node that is writing, and how often it asks, in milliseconds. */
const BUSY_MS = 5_000;
const BUSY_STEP_MS = 5;
/** sqlite.org/rescode.html; the low byte of an extended code. */
const SQLITE_BUSY = 5;
const UNAVAILABLE = new Set([SQLITE_BUSY, 6 /* locked */, 8 /* read-only */, 10 /* i/o */, 13 /* full */, 14 /* cannot open */]);

/**
 * SQLite, for a register on one machine.
 *
 * @param file path of the database
 */
export function sqliteEngine(file: string): RegisterEngine {
  return {
    name: 'sqlite',
    dialect: new NodeSqliteDialect(file),
    // Every transaction of this dialect begins with the write lock.
    lockWrites: async () => undefined,
    isUnavailable: (error) => UNAVAILABLE.has(resultCode(error)),
  };
}

/**
 * Kysely over Node's own SQLite. Write-ahead log and `synchronous=FULL`: a committed transaction survives a power cut
 * (sqlite.org/pragma.html#pragma_synchronous). Every transaction takes the write lock when it begins, so two processes
 * append to the audit chain one after the other and none fails half-way. What is deleted is overwritten with zeros.
 */
class NodeSqliteDialect extends SqliteDialect {
  readonly #file: string;

  constructor(file: string) {
    super({ database: async () => openDatabase(file) });
    this.#file = file;
  }

  override createDriver(): Driver {
    return new ImmediateDriver({ database: async () => openDatabase(this.#file) });
  }
}

class ImmediateDriver extends SqliteDriver {
  /**
   * SQLite's own waiting would block the event loop, and with it a transaction of the same process that is about to
   * end.
   */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const deadline = performance.now() + BUSY_MS;
    for (;;) {
      try {
        await connection.executeQuery(CompiledQuery.raw('begin immediate'));
        return;
      } catch (error) {
        if (resultCode(error) !== SQLITE_BUSY || performance.now() > deadline) throw error;
        await wait(BUSY_STEP_MS);
      }
    }
  }
}

/** The low byte of SQLite's result code, 0 for any other error. */
function resultCode(error: unknown): number {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
}

function openDatabase(file: string): SqliteDatabase {
  const database = new DatabaseSync(file, { timeout: BUSY_MS, enableForeignKeyConstraints: true });
  // With recursive triggers also the row that `insert or replace` would take away is guarded.
  database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 0;');
  database.exec('pragma secure_delete = on; pragma recursive_triggers = on;');
  return {
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql);
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...parameters.map(inputValue)),
        run: (parameters) => statement.run(...parameters.map(inputValue)),
        iterate: (parameters) => statement.iterate(...parameters.map(inputValue)),
      };
    },
  };
}

function inputValue(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
    return value;
  if (value instanceof Uint8Array) return value;
  throw new TypeError('The register stores texts, whole numbers and bytes only.');
}
