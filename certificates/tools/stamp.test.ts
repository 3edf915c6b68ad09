import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text as textOf } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { expect } from 'chai';
import PDFDocument from 'pdfkit';
import { z } from 'zod';

import { checkpointKeys, openCheckpointSigner } from '../src/register/checkpoint/checkpoint-key.ts';
import { proofText } from '../src/register/checkpoint/stored-checkpoints.ts';
import { openRegister } from '../src/register/register.ts';
import { stampSymbol } from '../src/stamp/symbol.ts';
import { symbolPng } from '../src/stamp/symbol-png.ts';
import { createDemoAuthority } from '../src/trust/demo-authority.ts';
import { at, document, issueDocuments, reservation } from '../test/register-rows.ts';
import { stampedResidence } from '../test/stamped-residence.ts';

const TOOL = fileURLToPath(new URL('stamp.ts', import.meta.url));
const CERTIFICATES = fileURLToPath(new URL('certificates.ts', import.meta.url));
const run = promisify(execFile);
const VECTORS = new URL('../test/vectors/vds-it-profile.json', import.meta.url);
const TODAY = new Date().toISOString().slice(0, 10);

const reportSchema = z.looseObject({
  status: z.string(),
  subStatus: z.string().nullable(),
  documentValidity: z.string().nullable(),
  fields: z.record(z.string(), z.string()).nullable(),
  stamps: z.array(z.looseObject({ status: z.string(), proof: z.looseObject({ status: z.string() }).nullable() })),
});

describe('stamp command', function () {
  this.timeout(60_000);
  let directory = '';
  let trust = '';
  let seal: Uint8Array;
  let address = '';

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'stamp-tool-'));
    const authority = await createDemoAuthority(directory, { now: new Date() });
    trust = authority.trustFolder;
    ({ seal, address } = await stampedResidence(authority, 'HTTPS://COMUNE.EXAMPLE.IT/T'));
  });
  after(async () => {
    await rm(directory, { recursive: true });
  });

  async function stamp(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    // Its data folder is the authority's, so that the standard trust folder is found and nothing else is touched.
    const env = { ...process.env, VIDEOSPORTELLO_DATA: directory, INIT_CWD: directory };
    return new Promise((done) => {
      execFile(process.execPath, [TOOL, ...args], { env, timeout: 60_000 }, (error, stdout, stderr) => {
        done({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr });
      });
    });
  }
  async function file(name: string, content: Uint8Array | string): Promise<string> {
    await writeFile(join(directory, name), content);
    return name;
  }
  const reportOf = (stdout: string) => reportSchema.parse(JSON.parse(stdout));

  it('says VALID for the symbol as a picture and prints the lines to compare', async () => {
    const png = await file('stamp.png', symbolPng(stampSymbol(address), 6));
    const { code, stdout } = await stamp('check', png);
    expect(code).to.equal(0);
    expect(stdout)
      .to.match(/^VALID – /)
      .and.contain('SPECIMEN')
      .and.contain('Intestatario: BIANCHI NICOLÒ');
    expect(stdout).to.contain('BIANCHI, NICOLÒ, BNCNCL90T04F205V, 04/12/1990, MILANO (MI)');
  });

  it('says with a proof whether the stamp is in the register, by the keys of the trust bundle', async () => {
    const folder = join(directory, 'with-register');
    const origin = 'verifica.valfiorita.example/register';
    const signer = await openCheckpointSigner(folder, origin, at);
    const keys = await checkpointKeys(folder, origin);
    const authority = await createDemoAuthority(join(folder, 'authority'), { now: new Date(), registerKeys: keys });
    const known = await stampedResidence(authority, 'HTTPS://COMUNE.EXAMPLE.IT/T');
    const second = await stampedResidence(authority, 'HTTPS://COMUNE.EXAMPLE.IT/T');
    const other = await stampedResidence(authority, 'HTTPS://COMUNE.EXAMPLE.IT/T');
    await using register = await openRegister({ database: join(folder, 'r.sqlite'), key: join(folder, 'register.key') });
    await issueDocuments(register, 0, 1);
    await register.reserve(reservation({ documentId: 'd_7', idempotencyKey: 'key-7' }));
    await register.commit(document({ documentId: 'd_7', stamps: [known.seal, second.seal], accessCode: 'CODE7' }));
    await register.checkpoints.make(signer, at, { rows: 1, everyMs: 0 });
    const [ofFirst = '', ofSecond = ''] = (await register.checkpoints.proveInclusion('d_7')).map(proofText);
    const proof = await file('d_7.proof', ofFirst + ofSecond);
    const check = async (text: string, ...words: string[]) =>
      stamp('check', await file('known.txt', text), '--trust', authority.trustFolder, '--proof', ...words);

    const found = await check(known.address, proof);
    expect([found.code, found.stdout]).to.deep.include(0).and.to.have.property('1').that.contains(`IN_REGISTER – Il timbro è nel registro ${origin}`);
    const json: unknown = JSON.parse((await check(known.address, proof, '--json')).stdout);
    expect(json).to.deep.include({ status: 'VALID', proof: { status: 'IN_REGISTER', origin, at: at.toISOString() } });
    const [first, last] = [await file('1.proof', ofFirst), await file('2.proof', ofSecond)];
    const page = await pageOf(known.address, second.address);
    const proved = async (...proofs: string[]) => {
      const options = proofs.flatMap((each) => ['--proof', each]);
      const { code, stdout } = await stamp('check', page, '--json', '--trust', authority.trustFolder, ...options);
      return [code, ...reportOf(stdout).stamps.map(({ proof: said }) => said?.status)];
    };
    expect(await proved(proof)).to.have.members([0, 'IN_REGISTER', 'IN_REGISTER']);
    expect(await proved(last, first)).to.have.members([0, 'IN_REGISTER', 'IN_REGISTER']);
    expect(await proved(last)).to.have.members([1, 'IN_REGISTER', 'NOT_IN_REGISTER']);
    const missing = await check(other.address, proof);
    expect([missing.code, missing.stdout]).to.deep.include(1).and.to.have.property('1').that.contains('VALID – ').and.contains('NOT_IN_REGISTER – ');
    const nonsense = await check(known.address, await file('none.proof', 'x'));
    expect([nonsense.code, nonsense.stdout]).to.deep.include(1).and.to.have.property('1').that.contains('PROOF_MALFORMED – ');
    const keyless = await stamp('check', await file('known.txt', address), '--trust', trust, '--proof', proof);
    expect([keyless.code, keyless.stderr]).to.deep.include(2).and.to.have.property('1').that.contains('non ci sono quelle del registro');
  });

  it('gives the same as JSON, from text and from bytes', async () => {
    for (const name of [await file('stamp.txt', `${address}\n`), await file('stamp.bin', seal)]) {
      const { code, stdout } = await stamp('check', name, '--json', '--trust', trust);
      const report = reportOf(stdout);
      expect([code, report.status, report.documentValidity]).to.deep.equal([0, 'VALID', 'current']);
      expect(report.fields).to.deep.include({ certificateNumber: '2026/0000001', protocolDate: TODAY });
      expect(report.stamps).to.have.length(1);
    }
  });

  it('says from --at that the certificate is over and the seal still true', async () => {
    const { code, stdout } = await stamp(
      'check',
      await file('stamp.bin', seal),
      '--json',
      '--at',
      `${new Date().getUTCFullYear() + 2}-01-01`,
    );
    const report = reportOf(stdout);
    expect([code, report.status, report.documentValidity]).to.deep.equal([0, 'VALID', 'over']);
  });

  it('says by its exit status what it found also when nobody reads to the end', async () => {
    const env = { ...process.env, VIDEOSPORTELLO_DATA: directory, INIT_CWD: directory };
    const child = spawn(process.execPath, [TOOL, 'check', await file('stamp.bin', seal)], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    const [said, [code]] = await Promise.all([textOf(child.stderr), once(child, 'close')]);
    expect([code, said]).to.deep.equal([0, '']);
  });

  it('shows no content of a changed stamp and ends with 1', async () => {
    const changed = seal.slice();
    changed[200] = (changed[200] ?? 0) ^ 1;
    const { code, stdout } = await stamp('check', await file('changed.bin', changed));
    expect(code).to.equal(1);
    expect(stdout)
      .to.match(/^INVALID_SIGNATURE – /)
      .and.not.contain('BIANCHI');
  });

  it('gives the named status for the wrong seals of the vectors that need no key', async () => {
    const vectors: { invalid: readonly { name: string; seal_hex: string }[] } = JSON.parse(
      await readFile(VECTORS, 'utf8'),
    );
    for (const [name, status] of [
      ['wrong-magic', 'WRONG_FORMAT'],
      ['truncated-signature', 'WRONG_FORMAT'],
      ['flip-bit-in-name', 'UNKNOWN_CERTIFICATE'],
    ] as const) {
      const hex = vectors.invalid.find((vector) => vector.name === name)?.seal_hex ?? '';
      const { code, stdout } = await stamp('check', await file(`${name}.bin`, Buffer.from(hex, 'hex')), '--json');
      expect([code, reportOf(stdout).status], name).to.deep.equal([1, status]);
    }
  });

  it('says READ_ERROR where nothing can be read', async () => {
    const { code, stdout } = await stamp(
      'check',
      await file('cut.png', symbolPng(stampSymbol(address), 4).slice(0, 60)),
    );
    expect(code).to.equal(1);
    expect(stdout)
      .to.match(/^READ_ERROR – /)
      .and.contain("l'immagine è danneggiata");
  });

  it('inspects without keys and says that nothing is verified', async () => {
    const { code, stdout } = await stamp('inspect', await file('stamp.bin', seal), '--json', '--trust', '/nowhere');
    expect(code).to.equal(0);
    const shown = z
      .looseObject({ verified: z.literal(false), stamps: z.array(z.looseObject({ sizeBytes: z.number() })) })
      .parse(JSON.parse(stdout));
    expect(shown.stamps[0]?.sizeBytes).to.equal(seal.length);
  });

  it('refuses a trust folder that was put back', async () => {
    const name = await file('stamp.bin', seal);
    expect((await stamp('check', name)).code).to.equal(0);
    await createDemoAuthority(directory, { now: new Date(Date.now() + 100 * 86_400_000) });
    expect((await stamp('check', name)).code).to.equal(0);
    for (const kind of ['json', 'sig']) await rm(join(trust, `bundle-2.${kind}`));
    const { code, stderr } = await stamp('check', name);
    expect([code, stderr]).to.deep.equal([
      2,
      'Le chiavi per la verifica sono più vecchie di quelle già viste: non vengono usate.\n',
    ]);
  });

  describe('a certificate’s two papers', () => {
    let samples = '';
    before(async () => {
      samples = join(directory, 'samples');
      await run(process.execPath, [CERTIFICATES, 'sample', '--type', 'residence', '--out', samples], { timeout: 60_000 });
    });
    const checked = async (name: string) => {
      const { code, stdout } = await stamp('check', `samples/${name}`, '--trust', 'samples/trust', '--json');
      return [code, z.looseObject({ status: z.string() }).parse(JSON.parse(stdout)).status];
    };

    it('are VALID, printed copy and sealed original', async () => {
      expect(await checked('residence.paper.pdf')).to.deep.equal([0, 'VALID']);
      expect(await checked('residence.original.pdf')).to.deep.equal([0, 'VALID']);
    });

    it('says what is wrong with an original that was changed or added to', async () => {
      const original = await readFile(join(samples, 'residence.original.pdf'));
      await writeFile(join(samples, 'longer.pdf'), Buffer.concat([original, Buffer.from('\n% and more\n')]));
      const changed = Buffer.from(original);
      changed[400] = (changed[400] ?? 0) ^ 1;
      await writeFile(join(samples, 'changed.pdf'), changed);
      expect(await checked('longer.pdf')).to.deep.equal([1, 'BYTES_APPENDED']);
      expect(await checked('changed.pdf')).to.deep.equal([1, 'CONTENT_CHANGED']);
    });

    it('says CONTENT_DIFFERS for a true stamp on another paper, and names what is missing and what is foreign', async () => {
      const { address: carried } = z
        .looseObject({ stamps: z.array(z.looseObject({ address: z.string() })).min(1) })
        .parse(JSON.parse((await stamp('check', 'samples/residence.paper.pdf', '--trust', 'samples/trust', '--json')).stdout)).stamps[0] ?? { address: '' };
      const { stdout: symbol } = await run('zbarimg', ['--raw', '-q', '-Sdisable', '-Sqrcode.enable', await drawn('samples/residence.paper.pdf')]);
      expect(symbol.startsWith(`${carried}#`)).to.equal(true);
      const document = new PDFDocument({ size: 'A4' });
      const content = buffer(document);
      document.fontSize(16).text('CERTIFICATO DI RESIDENZA').text('VERDI MARIO').text('Codice fiscale VRDMRA80A01X000X');
      document.image(Buffer.from(symbolPng(stampSymbol(symbol.trim()), 6)), 60, 500, { width: 170 });
      document.end();
      await writeFile(join(samples, 'foreign.pdf'), await content);
      const { code, stdout } = await stamp('check', 'samples/foreign.pdf', '--trust', 'samples/trust');
      expect(code).to.equal(1);
      expect(stdout)
        .to.match(/^CONTENT_DIFFERS – /)
        .and.match(/^! Intestatario: .*\[non si legge sul foglio\]$/m)
        .and.contain('VRDMRA80A01X000X');
    });
  });

  /** A picture of a page with two symbols side by side. */
  async function pageOf(left: string, right: string): Promise<string> {
    const document = new PDFDocument({ size: 'A4' });
    const content = buffer(document);
    for (const [index, symbol] of [left, right].entries())
      document.image(Buffer.from(symbolPng(stampSymbol(symbol), 6)), 60 + 250 * index, 500, { width: 200 });
    document.end();
    return drawn(await file('page.pdf', await content));
  }

  /** A page as a picture, for the second reader of QR codes. */
  async function drawn(name: string): Promise<string> {
    const picture = join(directory, 'drawn');
    await run('pdftoppm', ['-q', '-png', '-gray', '-r', '200', '-singlefile', join(directory, name), picture]);
    return `${picture}.png`;
  }

  const unusable = [
    [['check', 'nowhere.png'], 'Il file non si può leggere.'],
    [
      ['check', 'stamp.bin', '--trust', 'nowhere'],
      'Le chiavi per la verifica non si trovano: indichi la cartella con --trust.',
    ],
    [['check', 'stamp.bin', '--at', '2026-02-30'], 'La data dopo --at deve essere un giorno, per esempio 2026-11-22.'],
    [['check'], 'Uso:'],
    [['check', 'stamp.bin', '--unknown'], 'Uso:'],
    [['judge', 'stamp.bin'], 'Uso:'],
  ] as const;
  for (const [args, sentence] of unusable) {
    it(`answers "${args.join(' ')}" with a sentence and no stack`, async () => {
      await file('stamp.bin', seal);
      const { code, stdout, stderr } = await stamp(...args);
      expect([code, stdout]).to.deep.equal([2, '']);
      expect(stderr)
        .to.contain(sentence)
        .and.not.match(/\n\s+at /);
    });
  }
});
