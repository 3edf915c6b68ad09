import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { documentId, newId, visitId } from '@videosportello/protocol/ids.ts';
import { certificateType } from '@videosportello/protocol/messages/document.ts';
import type { CertificateType } from '@videosportello/protocol/messages/document.ts';
import { openDemoIssuer } from '../src/issue/demo-issuer.ts';
import { issueCertificate } from '../src/issue/issue-certificate.ts';
import { KEYS_USAGE, keysTool } from './keys-tool.ts';
import { REGISTER_USAGE, registerTool } from './register-tool.ts';
import { UsageError } from './usage-error.ts';

const USAGE = `Certificates of the demo town, the register, and the keys of a town.

  certificates sample --type TYPE|all --out DIR [--json]
      issues a certificate of each type for an invented person; writes TYPE.original.pdf (sealed), TYPE.paper.pdf (with
      stamp) and trust/ (what checks them)
${REGISTER_USAGE}
${KEYS_USAGE}

TYPE: ${certificateType.options.join(', ')}`;

const TOWN = fileURLToPath(new URL('../../deploy/town', import.meta.url));
const CITIZENS = fileURLToPath(new URL('../../deploy/demo/citizens.json', import.meta.url));

async function main(): Promise<number> {
  const [group, ...args] = process.argv.slice(2);
  if (group === 'register') return registerTool(args);
  if (group === 'keys' || group === 'trust') {
    console.log(await keysTool(group, args));
    return 0;
  }
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      type: { type: 'string', default: 'all' },
      out: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const command = positionals.join(' ');
  if (values.help || command === '') {
    console.log(USAGE);
    return 0;
  }
  if (command === 'sample') {
    if (values.out === undefined) throw new UsageError('sample needs --out DIR.');
    return sample(typesNamed(values.type), resolve(values.out), values.json);
  }
  throw new UsageError(`There is no command "${command}".`);
}

function typesNamed(name: string): readonly CertificateType[] {
  if (name === 'all') return certificateType.options;
  const read = certificateType.safeParse(name);
  if (!read.success) throw new UsageError(`There is no certificate type "${name}".`);
  return [read.data];
}

/** Issues with a register and an authority of its own, which are gone afterwards; what they made stays in `out`. */
async function sample(types: readonly CertificateType[], out: string, json: boolean): Promise<number> {
  const now = new Date();
  const folder = await mkdtemp(join(tmpdir(), 'videosportello-sample-'));
  try {
    await mkdir(out, { recursive: true });
    await using issuer = await openDemoIssuer({ data: folder, town: TOWN, citizens: CITIZENS }, { now: () => now });
    const { deps } = issuer;
    const citizen = deps.source.people[0];
    if (citizen === undefined) throw new UsageError('The demo town has no people.');
    const written = [];
    for (const type of types) {
      const released = await issueCertificate(
        {
          idempotencyKey: randomBytes(16).toString('hex'),
          documentId: newId(documentId, 'd'),
          visitId: newId(visitId, 'v'),
          kioskId: null,
          operatorId: null,
          type,
          use: 'private',
          language: 'it',
          edition: 'standard',
          sections: [],
          requester: { taxCode: citizen.taxCode, identity: 'officer-checked' },
          subjectTaxCode: citizen.taxCode,
          duty: { kind: 'mark', code: '01234567890123', date: now.toISOString().slice(0, 10) },
        },
        deps,
        { signal: AbortSignal.timeout(60_000) },
      );
      const files = { original: join(out, `${type}.original.pdf`), paper: join(out, `${type}.paper.pdf`) };
      await writeFile(files.paper, released.pdf);
      await writeFile(files.original, await deps.register.readOriginal(released.documentId));
      written.push({
        type,
        number: released.number,
        documentId: released.documentId,
        digest: released.digest,
        pages: released.pages,
        ...files,
      });
    }
    const trust = join(out, 'trust');
    await rm(trust, { recursive: true, force: true });
    await cp(issuer.trustFolder, trust, { recursive: true });
    if (json) console.log(JSON.stringify({ certificates: written, trust }));
    else
      for (const { type, number, original, paper } of written)
        console.log(`${type} ${number}\n  ${original}\n  ${paper}\n  checked by ${trust}`);
    return 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  const misused =
    error instanceof UsageError ||
    (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  console.error(
    misused
      ? `${error.message}\n\n${USAGE}`
      : `It did not work: ${error instanceof Error ? error.message : 'unknown failure'}`,
  );
  process.exitCode = misused ? 2 : 1;
}
