import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { documentId, newId, visitId } from '@videosportello/protocol/ids.ts';
import { certificateType } from '@videosportello/protocol/messages/document.ts';
import type { CertificateType } from '@videosportello/protocol/messages/document.ts';
import { openDemoIssuer } from '../src/issue/demo-issuer.ts';
import type { DemoIssuer } from '../src/issue/demo-issuer.ts';
import { issueCertificate, lookAhead } from '../src/issue/issue-certificate.ts';
import { certificateRequest } from '../src/issue/request.ts';
import type { CertificateRequest } from '../src/issue/request.ts';
import { paperEdition, paperLanguage } from '../src/rules/vocabulary.ts';
import type { PaperEdition, PaperLanguage } from '../src/rules/vocabulary.ts';
import type { Paper } from '../src/templates/paper.ts';
import { UsageError } from './usage-error.ts';

export const SAMPLE_USAGE = `  certificates sample --type TYPE|all --out DIR [--language ${paperLanguage.options.join('|')}]
                      [--edition ${paperEdition.options.join('|')}] [--json]
      issues a certificate of each type for an invented person; writes TYPE.original.pdf (sealed), TYPE.paper.pdf (with
      stamp) and trust/ (what checks them)`;

const TOWN = fileURLToPath(new URL('../../deploy/town', import.meta.url));
const CITIZENS = fileURLToPath(new URL('../../deploy/demo/citizens.json', import.meta.url));

/** What a type is asked for with, beside a person and a duty, to be worth looking at. */
interface Asked {
  /** Years ago that a historical one speaks of. */
  readonly yearsAgo?: number;
  readonly reason?: string;
  readonly sections?: CertificateRequest['sections'];
  /** Whether the paper of this person shows what the type is about. */
  readonly shows?: (paper: Paper) => boolean;
  /** Of somebody who cannot ask himself. */
  readonly isOfDead?: true;
}

const REASON = 'pratica di successione';
const severalPeople = ({ stamp }: Paper): boolean => stamp.people.length >= 3;

const ASKED: Partial<Record<CertificateType, Asked>> = {
  'residence-on-date': { yearsAgo: 4, reason: REASON },
  household: { shows: severalPeople },
  'household-on-date': { yearsAgo: 4, reason: REASON, shows: severalPeople },
  'household-at-death': { reason: REASON, isOfDead: true },
  'household-cumulative': { shows: severalPeople },
  combined: { sections: ['residence', 'citizenship', 'marital-status', 'household'], shows: severalPeople },
  'residence-with-origin': {
    reason: REASON,
    shows: ({ stamp }) => stamp.statements.some(({ label, value }) => label === 'Provenienza' && value.startsWith('da ')),
  },
  death: { isOfDead: true },
};

/** `certificates sample …`: answers the exit status. */
export async function sampleTool(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      type: { type: 'string', default: 'all' },
      out: { type: 'string' },
      language: { type: 'string', default: 'it' },
      edition: { type: 'string', default: 'standard' },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.out === undefined) throw new UsageError('sample needs --out DIR.');
  const types = values.type === 'all' ? certificateType.options : [oneOf(certificateType.options, values.type, 'certificate type')];
  const language = oneOf(paperLanguage.options, values.language, 'language');
  const edition = oneOf(paperEdition.options, values.edition, 'edition');
  const out = resolve(values.out);
  const written = await writeSamples(types, { language, edition }, out);
  const trust = join(out, 'trust');
  if (values.json) console.log(JSON.stringify({ certificates: written, trust }));
  else for (const { type, number, original, paper } of written) console.log(`${type} ${number}\n  ${original}\n  ${paper}\n  checked by ${trust}`);
  return 0;
}

function oneOf<Option extends string>(options: readonly Option[], given: string, what: string): Option {
  const found = options.find((option) => option === given);
  if (found === undefined) throw new UsageError(`There is no ${what} "${given}".`);
  return found;
}

/** Issues with a register and an authority of its own, which are gone afterwards; what they made stays in `out`. */
async function writeSamples(
  types: readonly CertificateType[],
  form: { readonly language: PaperLanguage; readonly edition: PaperEdition },
  out: string,
) {
  const now = new Date();
  const folder = await mkdtemp(join(tmpdir(), 'videosportello-sample-'));
  try {
    await mkdir(out, { recursive: true });
    await using issuer = await openDemoIssuer({ data: folder, town: TOWN, citizens: CITIZENS }, { now: () => now });
    const { deps } = issuer;
    const written = [];
    for (const type of types) {
      const signal = AbortSignal.timeout(60_000);
      const request = await requestFor({ ...form, type }, issuer, signal);
      const { number, documentId: id, digest, pages, pdf } = await issueCertificate(request, deps, { signal });
      const files = { original: join(out, `${type}.original.pdf`), paper: join(out, `${type}.paper.pdf`) };
      await writeFile(files.paper, pdf);
      await writeFile(files.original, await deps.register.readOriginal(id));
      written.push({ type, number, documentId: id, digest, pages, ...files });
    }
    const trust = join(out, 'trust');
    await rm(trust, { recursive: true, force: true });
    await cp(issuer.trustFolder, trust, { recursive: true });
    return written;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A request that the rules and the facts of the first suitable person allow. */
async function requestFor(
  wish: Pick<CertificateRequest, 'type' | 'language' | 'edition'>,
  { deps }: DemoIssuer,
  signal: AbortSignal,
): Promise<CertificateRequest> {
  const { yearsAgo, reason, sections = [], shows = () => true, isOfDead } = ASKED[wish.type] ?? {};
  const now = deps.now();
  const isDutyFree = deps.rules.types.some(({ type, versions }) => type === wish.type && versions.at(-1)?.dutyFree !== null);
  for (const { taxCode, status } of deps.source.people) {
    if ((status === 'deceased') !== (isOfDead ?? false)) continue;
    const requester = isOfDead ? deps.source.people[0]?.taxCode : taxCode;
    const request = certificateRequest.parse({
      ...wish,
      idempotencyKey: randomBytes(16).toString('hex'),
      documentId: newId(documentId, 'd'),
      visitId: newId(visitId, 'v'),
      kioskId: null,
      operatorId: null,
      use: 'private',
      ...(yearsAgo === undefined ? {} : { onDay: `${now.getUTCFullYear() - yearsAgo}-03-08` }),
      ...(reason === undefined ? {} : { reason, approvedCase: `${now.getUTCFullYear()}-000001` }),
      sections,
      requester: { taxCode: requester, identity: 'holder-proved' },
      subjectTaxCode: taxCode,
      ...(isDutyFree ? {} : { duty: { kind: 'mark', code: randomMark(), date: now.toISOString().slice(0, 10) } }),
    });
    try {
      const { paper } = await lookAhead(request, deps, { signal });
      if (shows(paper)) return request;
    } catch (error) {
      // This person's facts do not allow it; the next one's may.
      if (!(error instanceof ProtocolError)) throw error;
    }
  }
  throw new Error(`Nobody in the demo town can be given a certificate of type "${wish.type}".`);
}

/** Fourteen digits, as on a duty mark. */
function randomMark(): string {
  return String(randomBytes(8).readBigUInt64BE() % 10n ** 14n).padStart(14, '0');
}
