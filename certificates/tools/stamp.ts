/** Checks printed stamps from a file, offline: see `usage` in stamp.it.ftl. */
import { open, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { FluentBundle, FluentResource } from '@fluent/bundle';
import type { FluentVariable } from '@fluent/bundle';

import { checkProof } from '../src/register/checkpoint/check-proof.ts';
import type { ProofCheck } from '../src/register/checkpoint/check-proof.ts';
import { verifiersIn } from '../src/register/checkpoint/open-checkpoint.ts';
import { claimsSeal } from '../src/signature/seal-in-pdf.ts';
import { verifySealedPdf } from '../src/signature/verify-sealed-pdf.ts';
import type { StampPayload } from '../src/stamp/address.ts';
import { checkPaper, trustLevel } from '../src/stamp/check-paper.ts';
import type { PaperCheck, PaperStatus } from '../src/stamp/check-paper.ts';
import type { PaperComparison } from '../src/stamp/compare-paper.ts';
import { decodeSeal } from '../src/stamp/decode-seal.ts';
import { isOfProfile, readSealContent } from '../src/stamp/profile-it.ts';
import type { SealContent, SealField } from '../src/stamp/profile-it.ts';
import { MAX_FILE_BYTES, readPaper } from '../src/stamp/read-stamps.ts';
import type { ReadPaper } from '../src/stamp/read-stamps.ts';
import { SealFormatError } from '../src/stamp/seal-error.ts';
import { StampReadError } from '../src/stamp/stamp-read-error.ts';
import { isDay, italianDay } from '../src/stamp/vds-date.ts';
import { trustAge } from '../src/stamp/verify-seal.ts';
import type { TrustAge } from '../src/stamp/verify-seal.ts';
import { refuseRollBack } from '../src/trust/sequence-memory.ts';
import { TrustError } from '../src/trust/trust-bundle.ts';
import type { TrustBundle } from '../src/trust/trust-bundle.ts';
import { loadTrustFolder } from '../src/trust/trust-folder.ts';

const EXIT = { valid: 0, notValid: 1, unusable: 2 } as const;
const PROJECT_ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A request that cannot be carried out; `key` is the sentence for the user. */
class UsageError extends Error {
  readonly key: string;

  constructor(key: string, options?: ErrorOptions) {
    super(key, options);
    this.key = key;
  }
}

/** A check with what only the file can tell. */
interface StampReport extends PaperCheck {
  /** What --proof shows of this stamp; null without it, and where there is no stamp to prove. */
  readonly proof: ProofCheck | null;
  readonly at: string;
  readonly address: string | null;
  /** Code of StampReadError; null unless READ_ERROR. */
  readonly readError: string | null;
}

const words = new FluentBundle('it', { useIsolating: false });
words.addResource(new FluentResource(await readFile(new URL('stamp.it.ftl', import.meta.url), 'utf8')));

function say(key: string, args?: Record<string, FluentVariable>): string {
  const pattern = words.getMessage(key)?.value;
  if (!pattern) throw new Error(`no words for ${key}`);
  return words.formatPattern(pattern, args);
}

async function main(): Promise<number> {
  const { command, file, options } = readArguments();
  const bytes = await readBounded(file);
  if (command === 'inspect') return inspect(bytes, options.json);
  const at = options.at ?? italianDay(new Date());
  if (!isDay(at)) throw new UsageError('error-at');
  const trust = await loadTrust(options.trust);
  // An electronic original brings a seal of its own, and no stamp.
  if (claimsSeal(bytes)) {
    if (options.proof.length > 0) throw new UsageError('error-proof-original');
    return checkOriginal(bytes, trust, at, options.json);
  }
  const { reports: checked, seals } = await check(bytes, trust, at);
  const proofs = options.proof.length === 0 ? [] : await checkInRegister(options.proof, seals, trust);
  const reports = checked.map((report, index) => ({ ...report, proof: proofs[index] ?? null }));
  const decisive = reports.find(({ status }) => status !== 'VALID') ?? reports.find((report) => !isGood(report)) ?? reports[0];
  if (decisive === undefined) throw new UsageError('error-unexpected');
  if (options.json) print(JSON.stringify({ ...withFields(decisive), stamps: reports.map(withFields) }, null, 2));
  else reports.forEach((report) => printReport(report, reports.length));
  return isGood(decisive) ? EXIT.valid : EXIT.notValid;
}

/** Whether a stamp is true and, where a proof was given, in the register. */
function isGood({ status, proof }: StampReport): boolean {
  return status === 'VALID' && (proof === null || proof.status === 'IN_REGISTER');
}

/** Compares each of the paper's stamps with proofs that they are in the register, by the keys of checkpoints in the bundle. */
async function checkInRegister(files: readonly string[], seals: readonly Uint8Array[], trust: TrustBundle): Promise<ProofCheck[]> {
  const [key, ...others] = verifiersIn(trust);
  if (key === undefined) throw new UsageError('error-proof-keys');
  const texts = await Promise.all(files.map((file) => readBounded(resolve(process.env['INIT_CWD'] ?? '.', file))));
  return checkProof(Buffer.concat(texts).toString('utf8'), seals, [key, ...others]);
}

async function checkOriginal(bytes: Uint8Array, trust: TrustBundle, at: string, json: boolean): Promise<number> {
  const { status, sealedAt, certificate } = await verifySealedPdf(bytes, trust, at);
  const age = trustAge(trust, at);
  if (json) print(JSON.stringify({ kind: 'original', status, sealedAt, certificate, at, trust: age }, null, 2));
  else {
    print(say(`original-${status}`));
    if (sealedAt !== null) {
      if (age.specimen) print(say('specimen'));
      print(say('sealed-claimed', { time: sealedAt.claimed.toISOString() }));
      if (sealedAt.proven !== null) print(say('sealed-proven', { time: sealedAt.proven.toISOString() }));
    }
    printTrustAge(age, at);
  }
  return status === 'VALID' ? EXIT.valid : EXIT.notValid;
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        trust: { type: 'string' },
        at: { type: 'string' },
        proof: { type: 'string', multiple: true, default: [] },
        json: { type: 'boolean', default: false },
      },
    });
    const [command, file, ...rest] = positionals;
    if ((command !== 'check' && command !== 'inspect') || file === undefined || rest.length > 0)
      throw new UsageError('usage');
    // npm runs scripts in the project's folder and says here where the user stood.
    return { command, file: resolve(process.env['INIT_CWD'] ?? '.', file), options: values };
  } catch (cause) {
    throw new UsageError('usage', { cause });
  }
}

async function readBounded(path: string): Promise<Uint8Array> {
  try {
    await using file = await open(path);
    // One byte more than allowed is enough to know that it is too much.
    const buffer = Buffer.alloc(Math.min((await file.stat()).size, MAX_FILE_BYTES + 1));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return new Uint8Array(buffer.subarray(0, bytesRead));
  } catch (cause) {
    throw new UsageError('error-no-file', { cause });
  }
}

async function loadTrust(folder: string | undefined): Promise<TrustBundle> {
  const data = process.env['VIDEOSPORTELLO_DATA'];
  const standard = data === undefined ? join(PROJECT_ROOT, 'data/demo/certificates/authority/trust') : join(data, 'trust');
  const chosen = folder === undefined ? standard : resolve(process.env['INIT_CWD'] ?? '.', folder);
  const bundle = await loadTrustFolder(chosen);
  await refuseRollBack(join(data ?? join(PROJECT_ROOT, 'data'), 'trust-seen.json'), bundle).catch((error: unknown) => {
    if (error instanceof TrustError) throw error;
    // A read-only machine can still check; it only cannot remember.
    process.stderr.write(`${say('error-memory')}\n`);
  });
  return bundle;
}

/** The check of every stamp in a file, and the stamps that were found. */
interface PaperReports {
  readonly reports: readonly Omit<StampReport, 'proof'>[];
  readonly seals: readonly Uint8Array[];
}

async function check(bytes: Uint8Array, trust: TrustBundle, at: string): Promise<PaperReports> {
  let paper: ReadPaper;
  try {
    paper = await readPaper(bytes);
  } catch (error) {
    const blank = { subStatus: null, header: null, content: null, documentValidity: null, comparison: null, address: null, at };
    const unread = { ...blank, trust: trustAge(trust, at), reason: null, readError: null };
    if (error instanceof StampReadError) return { reports: [{ status: 'READ_ERROR', ...unread, readError: error.code }], seals: [] };
    if (error instanceof SealFormatError) return { reports: [{ status: 'WRONG_FORMAT', ...unread, reason: error.reason }], seals: [] };
    throw error;
  }
  const { stamps, pages } = paper;
  const seals = stamps.map(({ seal }) => seal);
  const checks = await checkPaper(seals, pages, trust, at);
  return { reports: checks.map((done, index) => ({ ...done, at, address: stamps[index]?.address ?? null, readError: null })), seals };
}

/** The content's fields by name as well; persons, of whom there may be several, are in the content. */
function withFields(report: StampReport) {
  const named = report.content?.fields.filter((field) => field.name !== 'person').map(({ name, text }) => [name, text]);
  return { ...report, fields: named === undefined ? null : Object.fromEntries(named) };
}

function printReport(report: StampReport, count: number): void {
  const { at, content, proof, trust } = report;
  if (count > 1) print(say('several-stamps', { count }));
  print(say(statusKey(report.status)));
  print(say(`level-${trustLevel(report)}`));
  if (report.subStatus !== null) print(say('unknown-feature'));
  if (report.readError !== null) print(say('reason', { reason: say(`read-${report.readError}`) }));
  if (report.reason !== null) print(say('reason', { reason: report.reason }));
  if (content !== null) {
    if (trust.specimen) print(say('specimen'));
    if (report.documentValidity !== null) print(say(`validity-${report.documentValidity}`, { at }));
    print('', say(`compare-${report.comparison?.outcome ?? 'by-eye'}`), ...contentLines(content, report.comparison));
    print(...differences(report.comparison), '');
  }
  if (report.address !== null) print(say('address-seen', { address: report.address }));
  printTrustAge(trust, at);
  if (proof?.status === 'IN_REGISTER') print(say('proof-IN_REGISTER', { register: proof.origin, time: proof.at.toISOString() }));
  else if (proof !== null) print(say(`proof-${proof.status}`));
}

function printTrustAge(trust: TrustAge, at: string): void {
  const age = { sequence: trust.sequence, issued: trust.issuedOn, next: trust.nextUpdateOn };
  print(say('trust-age', age));
  if (trust.outdated) print(say('trust-outdated'));
  if (trust.early) print(say('trust-early', { at }));
}

function contentLines(content: SealContent, comparison: PaperComparison | null): string[] {
  const lines = content.fields.map((field, index) => {
    const isMissing = comparison?.lines[index]?.onPaper === 'missing';
    return `${isMissing ? '! ' : '  '}${field.label}: ${italianDays(field)}${isMissing ? ` ${say('not-on-paper')}` : ''}`;
  });
  const isOther = comparison?.kind === 'missing';
  const kind = `${isOther ? '! ' : '  '}${say('document-kind')}: ${content.profileLabel}${isOther ? ` ${say('not-on-paper')}` : ''}`;
  return [kind, ...lines.filter((_, index) => content.fields[index]?.name !== 'profile')];
}

/** What stands on the paper and not in the stamp. */
function differences(comparison: PaperComparison | null): string[] {
  if (comparison === null) return [];
  const foreign = comparison.foreign.map((text) => `! ${say('foreign', { text })}`);
  return comparison.pagesDiffer ? [...foreign, `! ${say('pages-differ')}`] : foreign;
}

/** Days as they stand on the paper; only in fields that are made of days and a person's parts. */
function italianDays({ name, text }: SealField): string {
  if (name !== 'validity' && name !== 'protocolDate' && name !== 'person') return text;
  return text.replaceAll(/\b(\d{4})-(\d\d)-(\d\d)\b/g, '$3/$2/$1');
}

function statusKey(status: PaperStatus): string {
  return `status-${status}`;
}

/** Shows what is in the stamps, without keys and without belief. */
async function inspect(bytes: Uint8Array, json: boolean): Promise<number> {
  try {
    const stamps = (await readPaper(bytes)).stamps.map(describe);
    if (json) print(JSON.stringify({ verified: false, stamps }, null, 2));
    else stamps.forEach(printDescription);
    return EXIT.valid;
  } catch (error) {
    if (!(error instanceof StampReadError) && !(error instanceof SealFormatError)) throw error;
    const status = error instanceof StampReadError ? 'READ_ERROR' : 'WRONG_FORMAT';
    const reason = error instanceof StampReadError ? error.code : error.reason;
    if (json) print(JSON.stringify({ verified: false, status, reason }, null, 2));
    else print(say(statusKey(status)), say('reason', { reason }));
    return EXIT.notValid;
  }
}

function describe({ seal, address }: StampPayload) {
  const decoded = decodeSeal(seal);
  const content = isOfProfile(decoded) ? readSealContent(decoded) : null;
  const hex = (value: Uint8Array) => Buffer.from(value).toString('hex');
  return {
    address,
    sizeBytes: seal.length,
    header: decoded.header,
    profile: content?.profile ?? null,
    messages: decoded.messages.map(({ tag, value }) => {
      const field = content?.fields.find((candidate) => candidate.tag === tag);
      return {
        tag,
        name: field?.name ?? null,
        label: field?.label ?? null,
        text: field?.text ?? null,
        length: value.length,
        hex: hex(value),
      };
    }),
    signature: hex(decoded.signature),
  };
}

function printDescription({ header, messages }: ReturnType<typeof describe>): void {
  print(say('unverified'));
  print(`  ${say('signer')}: ${header.signerCode} ${header.reference}`, `  ${say('issue-date')}: ${header.issueDate}`);
  for (const { tag, label, text, hex } of messages) print(`  ${label ?? say('tag', { tag })}: ${text ?? hex}`);
}

function print(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

function sentenceOf(error: unknown): string {
  if (error instanceof UsageError) return say(error.key);
  if (error instanceof TrustError) return say(`error-trust-${error.code}`);
  return say('error-unexpected');
}

// A reader that has seen enough (`| head`) closes the pipe: the outcome stays what it is.
process.stdout.on('error', () => undefined);
process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${sentenceOf(error)}\n`);
  return EXIT.unusable;
});
