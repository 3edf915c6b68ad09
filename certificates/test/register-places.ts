import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, afterEach, before, beforeEach, describe } from 'mocha';
import { openRegister } from '../src/register/register.ts';
import type { Register } from '../src/register/register.ts';
import { startSmallPostgres } from './small-postgres.ts';
import type { SmallPostgres } from './small-postgres.ts';

/** A place for one register, on one of the engines. */
export interface RegisterPlace extends AsyncDisposable {
  /** What `openRegister` takes. */
  readonly database: string;
  readonly key: string;
  /** Folder of the key, and of the file where there is one. */
  readonly folder: string;
  /** Runs statements as somebody with the database in hand would. */
  intrude(sql: string): Promise<void>;
  /** The same with the guards of append-only rows taken away. */
  tamper(sql: string): Promise<void>;
}


async function folderFor(name: string): Promise<string> {
  return mkdtemp(join(tmpdir(), `register-${name}-`));
}

/** A place for a SQLite file. */
export async function sqlitePlace(): Promise<RegisterPlace> {
  const folder = await folderFor('sqlite');
  const database = join(folder, 'r.sqlite');
  const intrude = async (sql: string): Promise<void> => {
    const file = new DatabaseSync(database, { timeout: 5_000, enableForeignKeyConstraints: false });
    try {
      file.exec(sql);
    } finally {
      file.close();
    }
  };
  return {
    database,
    key: join(folder, 'r.key'),
    folder,
    intrude,
    async tamper(sql) {
      const file = new DatabaseSync(database);
      const names = file.prepare("select name from sqlite_master where type = 'trigger'").all();
      file.close();
      await intrude([...names.map(({ name }) => `drop trigger ${String(name)}`), sql].join(';'));
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

const postgres = (server: () => SmallPostgres) => ({
  name: 'PostgreSQL',
  async place(): Promise<RegisterPlace> {
    const folder = await folderFor('postgres');
    const database = await server().createDatabase();
    const intrude = (sql: string): Promise<void> => server().run(database, sql);
    return {
      database,
      key: join(folder, 'r.key'),
      folder,
      intrude,
      // The superuser's role for replication runs neither triggers nor foreign keys.
      tamper: (sql) => intrude(`set session_replication_role = replica; ${sql}`),
      [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
    };
  },
});

/**
 * The engines a suite runs on: call it inside a `describe`. PostgreSQL is started before its first test and ended after
 * its last.
 */
export function registerEngines(): readonly { readonly name: string; place(): Promise<RegisterPlace> }[] {
  let server: SmallPostgres | undefined;
  before(async function () {
    this.timeout(60_000);
    server = await startSmallPostgres();
  });
  after(() => server?.close());
  const started = (): SmallPostgres => {
    if (server === undefined) throw new Error('PostgreSQL was not started');
    return server;
  };
  return [{ name: 'SQLite', place: sqlitePlace }, postgres(started)];
}

/** The register of the running test. */
export interface RegisterAtHand {
  readonly register: Register;
  readonly place: RegisterPlace;
  /** The name of its engine. */
  readonly engine: string;
  /** Another empty place on the same engine. */
  newPlace(): Promise<RegisterPlace>;
  /** Closes the register, tampers with its rows and opens it again. */
  reopenedAfter(sql: string): Promise<void>;
}

/** Runs a suite on each engine, every test with an empty register of its own: call it inside a `describe`. */
export function onEachEngine(suite: (hand: RegisterAtHand) => void): void {
  for (const engine of registerEngines()) {
    describe(`on ${engine.name}`, () => {
      let place: RegisterPlace;
      let register: Register;
      beforeEach(async () => {
        place = await engine.place();
        register = await openRegister(place);
      });
      afterEach(async () => {
        await register.close();
        await place[Symbol.asyncDispose]();
      });
      suite({
        engine: engine.name,
        get register() {
          return register;
        },
        get place() {
          return place;
        },
        newPlace: () => engine.place(),
        async reopenedAfter(sql) {
          await register.close();
          await place.tamper(sql);
          register = await openRegister(place);
        },
      });
    });
  }
}
