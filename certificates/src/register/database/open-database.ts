import { chmod, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Kysely } from 'kysely';
import type { Transaction } from 'kysely';
import { RegisterError } from '../register-error.ts';
import { openVault } from '../vault.ts';
import type { Vault } from '../vault.ts';
import type { RegisterEngine } from './engine.ts';
import { isMigrated, migrate } from './migrations.ts';
import { postgresEngine } from './postgres.ts';
import type { RegisterTables } from './schema.ts';
import { sqliteEngine } from './sqlite.ts';

/** Where a register lies. */
export interface DatabasePlace {
  /** Path of a SQLite file, made readable by this user only, or a `postgres://` address. */
  readonly database: string;
  /** Path of the key file; all nodes of one register have the same. */
  readonly key: string;
}

/** The register's database, its tables of this program's version, and the key of what is encrypted in it. */
export interface RegisterDatabase extends AsyncDisposable {
  readonly db: Kysely<RegisterTables>;
  readonly vault: Vault;
  /** Tells a database that does not serve from one that refuses. @throws {RegisterError} `register-unavailable` */
  served<Value>(work: () => Promise<Value>): Promise<Value>;
  /** One transaction after the other, on all nodes. @throws {RegisterError} `register-unavailable` */
  inOrder<Value>(work: (tx: Transaction<RegisterTables>) => Promise<Value>): Promise<Value>;
  close(): Promise<void>;
}

/** Whether a register's place is a PostgreSQL address and not a path. */
export function isDatabaseUrl(place: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(place);
}

/**
 * Opens the database, and makes it at first. Once its tables are of this version, an account that may not change them is enough.
 *
 * @throws {RegisterError} `register-unavailable`, `register-newer`, `register-key`; the file system's error, or `VaultError`
 *   when the key file holds no key
 */
export async function openDatabase(place: DatabasePlace): Promise<RegisterDatabase> {
  const vault = await openVault(place.key);
  if (isDatabaseUrl(place.database)) return databaseOver(postgresEngine(place.database), vault);
  await mkdir(dirname(place.database), { recursive: true, mode: 0o700 });
  const database = await databaseOver(sqliteEngine(place.database), vault);
  await chmod(place.database, 0o600);
  return database;
}

/** The same over an engine. @throws {RegisterError} as {@link openDatabase} */
export async function databaseOver(engine: RegisterEngine, vault: Vault): Promise<RegisterDatabase> {
  const db = new Kysely<RegisterTables>({ dialect: engine.dialect });
  const served = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    try {
      return await work();
    } catch (cause) {
      if (!engine.isUnavailable(cause)) throw cause;
      throw new RegisterError('register-unavailable', 'The register’s database does not serve at the moment.', { cause });
    }
  };
  const inOrder = <Value>(work: (tx: Transaction<RegisterTables>) => Promise<Value>): Promise<Value> =>
    served(() =>
      db.transaction().execute(async (tx) => {
        await engine.lockWrites(tx);
        return work(tx);
      }),
    );
  try {
    if (!(await served(() => isMigrated(db, engine)))) await inOrder((tx) => migrate(tx, engine));
    await inOrder((tx) => checkKey(tx, vault));
  } catch (error) {
    await db.destroy();
    throw error;
  }
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => (closing ??= db.destroy());
  return { db, vault, served, inOrder, close, [Symbol.asyncDispose]: close };
}

/** The first key that opens a register is written down; with another one nothing in it could be read. */
async function checkKey(tx: Transaction<RegisterTables>, vault: Vault): Promise<void> {
  const fingerprint = vault.fingerprint('');
  const known = await tx.selectFrom('register_key').select('fingerprint').executeTakeFirst();
  if (known === undefined) await tx.insertInto('register_key').values({ fingerprint }).execute();
  else if (known.fingerprint !== fingerprint)
    throw new RegisterError('register-key', 'The register was written with another key file.');
}
