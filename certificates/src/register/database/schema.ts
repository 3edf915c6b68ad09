/**
 * The tables of the register. Texts, whole numbers and bytes only, moments in milliseconds since 1970 (UTC), so the
 * same schema fits SQLite and PostgreSQL. Personal data stand encrypted in `audit_payloads`, `kept_files` and the content of
 * `cases` and nowhere else: all can be erased without touching a row of the chain. What may change in a row says
 * `append-only.ts`, and the database itself refuses the rest.
 */
export interface RegisterTables {
  /** Last number given out, per kind and year. */
  number_sequences: { name: string; year: number; last: number };
  reservations: {
    document_id: string;
    idempotency_key: string;
    /** Keyed digest of the request: the same key with another request is refused. */
    request_fingerprint: string;
    certificate_type: string;
    certificate_number: string;
    protocol_number: string;
    reserved_at: number;
    state: 'reserved' | 'issued' | 'void';
  };
  /** A mark stands on one certificate only. */
  duty_marks: { code: string; document_id: string };
  /** Marks given with a case that is not issued yet: no other certificate may use them meanwhile. */
  held_duty_marks: { code: string; case_number: string };
  issued_documents: {
    document_id: string;
    visit_id: string;
    kiosk_id: string | null;
    operator_id: string | null;
    issued_at: number;
    rule_version: string;
    valid_to: string | null;
    /** SHA-256 of the sealed original, and of the stamp's bytes, hex. */
    original_digest: string;
    stamp_digest: string;
    paper_digest: string;
    pages: number;
    access_code_digest: string;
    print_state: string;
  };
  print_outcomes: {
    outcome_id: string;
    document_id: string;
    at: number;
    outcome: string;
    sheets: number;
    actor: string;
  };
  kept_files: { document_id: string; edition: string; content: Uint8Array; delete_after: number };
  audit_chain: {
    seq: number;
    at: number;
    kind: string;
    document_id: string | null;
    digest: string;
    previous: string;
    hash: string;
  };
  audit_payloads: { seq: number; content: Uint8Array };
  /** Leaves of the tree of stamps, in the order of the chain; `position` counts from 0, `seq` is the row of the issue. */
  stamp_leaves: { position: number; document_id: string; seq: number };
  /** Every node of the tree above whole subtrees: at `level` 0 the leaves' hashes, `position` counts from 0 in each. */
  stamp_nodes: { level: number; position: number; hash: Uint8Array };
  /** What was signed of chain and tree, as it left the machine; see `../checkpoint/`. */
  checkpoints: { number: number; at: number; chain_rows: number; tree_size: number; note: string };
  /** One row: the keyed digest of nothing, by which a node with another key finds out before it writes. */
  register_key: { fingerprint: string };
  /** The last migration that ran. */
  register_schema: { version: number };
  /** How far each stream of another service was taken in. */
  stream_positions: { stream: string; last_id: string };
  /** Last number given to a case of the back office, per year; see `../../cases/`. */
  case_sequences: { year: number; last: number };
  cases: {
    case_number: string;
    /** Keyed digest of visit and request: the same wish of the same visit is the same case. */
    request_fingerprint: string;
    state: string;
    certificate_type: string;
    title: string;
    /** `YYYY-MM-DD`. */
    answer_by: string;
    keep_days: number;
    collect_at: string;
    opened_at: number;
    decided_at: number | null;
    /** From when `content` is erased; null while the case is not decided. */
    erase_after: number | null;
    /** Who asked, for what and why, encrypted; null once erased. */
    content: Uint8Array | null;
    /** The document that it is about, once issued; null of a case that was opened before its steps were chained. */
    document_id: string | null;
  };
}
