import { sql } from 'kysely';
import type { Transaction } from 'kysely';
import type { RegisterEngine } from './engine.ts';
import type { RegisterTables } from './schema.ts';

/** What the database refuses of one table, whoever asks. */
interface Guard {
  readonly table: keyof RegisterTables;
  /** Columns that keep what was written first; `all` of them where a row never changes. */
  readonly fixed: 'all' | readonly string[];
  /** Whether a row may be taken out. */
  readonly mayDelete: boolean;
}

const GUARDS: readonly Guard[] = [
  { table: 'audit_chain', fixed: 'all', mayDelete: false },
  // Erased, never changed.
  { table: 'audit_payloads', fixed: 'all', mayDelete: true },
  { table: 'kept_files', fixed: 'all', mayDelete: true },
  // Free again when its number is given up.
  { table: 'duty_marks', fixed: 'all', mayDelete: true },
  { table: 'print_outcomes', fixed: 'all', mayDelete: false },
  { table: 'stamp_leaves', fixed: 'all', mayDelete: false },
  { table: 'stamp_nodes', fixed: 'all', mayDelete: false },
  { table: 'checkpoints', fixed: 'all', mayDelete: false },
  { table: 'register_key', fixed: 'all', mayDelete: false },
  { table: 'number_sequences', fixed: ['name', 'year'], mayDelete: false },
  // All but `state`.
  {
    table: 'reservations',
    fixed: [
      ...['document_id', 'idempotency_key', 'request_fingerprint', 'certificate_type'],
      ...['certificate_number', 'protocol_number', 'reserved_at'],
    ],
    mayDelete: false,
  },
  // All but `print_state`.
  {
    table: 'issued_documents',
    fixed: [
      ...['document_id', 'visit_id', 'kiosk_id', 'operator_id', 'issued_at', 'rule_version', 'valid_to'],
      ...['original_digest', 'stamp_digest', 'paper_digest', 'pages', 'access_code_digest'],
    ],
    mayDelete: false,
  },
];

/** What a case was opened with stays. */
export const CASE_GUARDS: readonly Guard[] = [
  { table: 'case_sequences', fixed: ['year'], mayDelete: false },
  // All but where it stands and what is erased.
  {
    table: 'cases',
    fixed: [
      ...['case_number', 'request_fingerprint', 'certificate_type', 'title'],
      ...['answer_by', 'keep_days', 'collect_at', 'opened_at'],
    ],
    mayDelete: false,
  },
];

/** Free again when the case is refused. */
export const HELD_MARKS_GUARDS: readonly Guard[] = [{ table: 'held_duty_marks', fixed: 'all', mayDelete: true }];

/** The first row of the chain follows on this. */
export const GENESIS = '0'.repeat(64);

/**
 * Has the database itself refuse to change or take out what is on record, to add a row to the chain that does not
 * follow on its last, and to count numbers otherwise than by one. It stops mistakes and every program that speaks as this
 * service does; who owns the database can take the triggers away, and is found out by the chain and the checkpoints.
 */
export async function guardRows(tx: Transaction<RegisterTables>, engine: RegisterEngine['name']): Promise<void> {
  for (const statement of engine === 'sqlite' ? forSqlite() : forPostgres()) await sql.raw(statement).execute(tx);
}

/** The same for tables that came later; after {@link guardRows}, whose functions it uses. */
export async function guardTables(tx: Transaction<RegisterTables>, engine: RegisterEngine['name'], guards: readonly Guard[]): Promise<void> {
  const triggers = guards.flatMap(engine === 'sqlite' ? sqliteTriggers : postgresTriggers);
  for (const statement of triggers) await sql.raw(statement).execute(tx);
}

const sqliteRefusal = (words: string): string => `begin select raise(abort, 'register: ${words}'); end`;

function sqliteTriggers({ table, fixed, mayDelete }: Guard): string[] {
  const columns = fixed === 'all' ? '' : ` of ${fixed.join(', ')}`;
  const update = `create trigger ${table}_fixed before update${columns} on ${table} ${sqliteRefusal(`${table} keeps what was written`)}`;
  const remove = `create trigger ${table}_kept before delete on ${table} ${sqliteRefusal(`${table} keeps its rows`)}`;
  return mayDelete ? [update] : [update, remove];
}

function forSqlite(): string[] {
  return [
    ...GUARDS.flatMap(sqliteTriggers),
    `create trigger audit_chain_follows before insert on audit_chain
     when new.seq is not (select coalesce(max(seq), 0) + 1 from audit_chain)
       or new.previous is not coalesce((select hash from audit_chain order by seq desc limit 1), '${GENESIS}')
     ${sqliteRefusal('the row does not follow on the last')}`,
    `create trigger number_sequences_count before update on number_sequences when new.last is not old.last + 1
     ${sqliteRefusal('numbers are counted one by one')}`,
  ];
}

function postgresTriggers({ table, fixed, mayDelete }: Guard): string[] {
  const columns = fixed === 'all' ? '' : ` of ${fixed.join(', ')}`;
  const refuse = 'execute function register_refuse()';
  const update = `create trigger ${table}_fixed before update${columns} on ${table} for each row ${refuse}`;
  const remove = `create trigger ${table}_kept before delete on ${table} for each row ${refuse}`;
  const empty = `create trigger ${table}_whole before truncate on ${table} for each statement ${refuse}`;
  return mayDelete ? [update] : [update, remove, empty];
}

function forPostgres(): string[] {
  return [
    `create function register_refuse() returns trigger language plpgsql as $$
     begin raise exception 'register: % keeps what was written', tg_table_name using errcode = 'restrict_violation'; end $$`,
    `create function register_follows() returns trigger language plpgsql as $$
     declare head record;
     begin
       select seq, hash into head from audit_chain order by seq desc limit 1;
       if new.seq is distinct from coalesce(head.seq, 0) + 1 or new.previous is distinct from coalesce(head.hash, '${GENESIS}') then
         raise exception 'register: the row does not follow on the last' using errcode = 'restrict_violation';
       end if;
       return new;
     end $$`,
    `create function register_counts() returns trigger language plpgsql as $$
     begin
       if new.last is distinct from old.last + 1 then
         raise exception 'register: numbers are counted one by one' using errcode = 'restrict_violation';
       end if;
       return new;
     end $$`,
    ...GUARDS.flatMap(postgresTriggers),
    'create trigger audit_chain_follows before insert on audit_chain for each row execute function register_follows()',
    'create trigger number_sequences_count before update on number_sequences for each row execute function register_counts()',
  ];
}
