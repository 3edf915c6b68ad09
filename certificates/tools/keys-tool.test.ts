import { execFile } from 'node:child_process';
import { copyFile, cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { makeSoftToken } from '../test/soft-token.ts';
import { startTimeStampAuthority } from '../test/openssl-authority.ts';
import { unsealedOriginal } from '../test/unsealed-original.ts';
import { sealPdf } from '../src/signature/pades.ts';
import { verifySealedPdf } from '../src/signature/verify-sealed-pdf.ts';
import { openTownKeys } from '../src/trust/town-keys.ts';
import { TrustError } from '../src/trust/trust-bundle.ts';
import type { TrustErrorCode } from '../src/trust/trust-bundle.ts';
import { loadTrustFolder } from '../src/trust/trust-folder.ts';
import { keysTool } from './keys-tool.ts';

const run = promisify(execFile);
const TOOL = fileURLToPath(new URL('certificates.ts', import.meta.url));
const today = () => new Date().toISOString().slice(0, 10);

interface Listed {
  readonly bundle: number | null;
  readonly keys: readonly { name: string; where: string; revokedOn: string | null }[];
}

describe('certificates keys and certificates trust', function () {
  // RSA keys, SoftHSM2, and two processes of the tool.
  this.timeout(120_000);
  let folder: string;
  let keys: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ceremony-'));
    keys = join(folder, 'keys');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const tool = (group: 'keys' | 'trust', ...args: string[]): Promise<string> => keysTool(group, [...args, '--keys', keys]);
  const listed = async (): Promise<Listed> => JSON.parse(await tool('keys', 'list', '--json')) as Listed;

  /** Seals an invented original with the keys of the folder and checks it with what was exported for checkers. */
  async function sealAndCheck(trust: string): Promise<string> {
    await using town = await openTownKeys(keys, { now: () => new Date() });
    const signal = AbortSignal.timeout(60_000);
    const { seal, timeStamping } = await town.signers({ signal, onMissed: (error) => expect.fail(error.code) });
    const stamping = timeStamping === null ? {} : { timeStamping };
    const sealed = await sealPdf(await unsealedOriginal(new Date()), seal, { signal, ...stamping });
    const check = await verifySealedPdf(sealed, await loadTrustFolder(trust), today());
    return check.sealedAt?.proven instanceof Date ? `${check.status} time-stamped` : check.status;
  }

  it('sets up a town with keys in files, rolls over, revokes, and exports what checks it', async () => {
    await tool('keys', 'init', '--organization', 'Comune di Valfiorita', '--specimen');
    for (const purpose of ['stamp-root', 'stamp-signer', 'seal-root', 'seal']) await tool('keys', 'generate', purpose);
    expect(await tool('trust', 'publish')).to.contain('Bundle 1');
    const year = today().slice(0, 4);
    const names = ['seal-root', `seal-${year}`, 'stamp-root', `stamp-signer-${year}`];
    expect((await listed()).keys.map(({ name }) => name)).to.have.members(names);
    expect((await stat(keys)).mode & 0o777).to.equal(0o700);
    const out = join(folder, 'trust');
    await tool('trust', 'export', '--out', out);
    expect(await readdir(out)).to.have.members(['root.pem', 'bundle-1.json', 'bundle-1.sig']);
    expect(await sealAndCheck(out)).to.equal('VALID');

    expect(await tool('trust', 'roll-over')).to.contain(`seal-${year}-2`);
    expect(await sealAndCheck(out), 'by a checker with the bundle of before').to.equal('UNKNOWN_CERTIFICATE');
    expect(await tool('trust', 'revoke', `seal-${year}-2`, '--on', today())).to.contain('bundle 3');
    expect((await listed()).keys.filter(({ revokedOn }) => revokedOn === today()).map(({ name }) => name)).to.deep.equal([`seal-${year}-2`]);
    await tool('trust', 'export', '--out', out);
    expect(await sealAndCheck(out), 'with the key of before').to.equal('VALID');
  });

  it('sets up a town with keys in a PKCS#11 token and a time-stamp authority', async () => {
    const soft = await makeSoftToken(folder);
    await using tsa = await startTimeStampAuthority(join(folder, 'tsa'));
    const token = ['--module', soft.module, '--token', soft.token, '--pin-file', soft.pinFile];
    const environment = Object.entries(soft.environment).flatMap(([name, value]) => ['--module-env', `${name}=${value}`]);
    await tool('keys', 'init', '--organization', 'Comune di Valfiorita', '--time-stamp', tsa.url, ...token, ...environment);
    for (const purpose of ['stamp-root', 'stamp-signer', 'seal-root']) await tool('keys', 'generate', purpose);
    await tool('keys', 'generate', 'seal', '--kind', 'RSA 3072');
    await writeFile(join(keys, 'time-stamp-invented.pem'), await readFile(tsa.rootFile));
    await tool('trust', 'publish');
    expect((await listed()).keys.map(({ where }) => where)).to.deep.equal(['token', 'token', 'token', 'token']);
    for (const name of await readdir(keys)) {
      if (name.endsWith('.pem')) expect(await readFile(join(keys, name), 'utf8'), name).not.to.contain('PRIVATE KEY');
    }
    await tool('trust', 'export', '--out', join(folder, 'trust'));
    expect(await sealAndCheck(join(folder, 'trust'))).to.equal('VALID time-stamped');
  });

  const damages: readonly [what: string, damage: (trust: string) => Promise<void>, code: TrustErrorCode][] = [
    ['a bundle without its signature', (trust) => rm(join(trust, 'bundle-2.sig')), 'TRUST_MALFORMED'],
    ['a bundle that is no text', (trust) => writeFile(join(trust, 'bundle-2.json'), '{'), 'TRUST_WRONG_SIGNATURE'],
    ['the signature of the bundle before', (trust) => copyFile(join(trust, 'bundle-1.sig'), join(trust, 'bundle-2.sig')), 'TRUST_WRONG_SIGNATURE'],
    ['no anchor', (trust) => rm(join(trust, 'root.pem')), 'TRUST_MALFORMED'],
  ];
  it('never lists a revoked key as good because the bundle that says so is damaged, nor publishes one without it', async () => {
    await tool('keys', 'init', '--organization', 'Comune di Valfiorita', '--specimen');
    for (const purpose of ['stamp-root', 'stamp-signer', 'seal-root', 'seal']) await tool('keys', 'generate', purpose);
    expect(await tool('keys', 'list')).to.contain('No bundle is published yet.');
    await tool('trust', 'publish');
    const seal = `seal-${today().slice(0, 4)}`;
    await tool('trust', 'revoke', seal);
    for (const [what, damage, code] of damages) {
      const damaged = join(folder, code + what.length);
      await cp(keys, damaged, { recursive: true });
      await damage(join(damaged, 'trust'));
      for (const command of [['keys', 'list'], ['keys', 'list', '--json'], ['trust', 'publish'], ['trust', 'roll-over']] as const) {
        const [group, ...args] = command;
        const ended: unknown = await keysTool(group, [...args, '--keys', damaged]).catch((error: unknown) => error);
        expect(ended, `${what}: ${command.join(' ')}`).to.be.instanceOf(TrustError).and.to.include({ code });
      }
      const { code: status, stderr } = (await run(process.execPath, [TOOL, 'keys', 'list', '--keys', damaged]).catch((error: unknown) => error)) as {
        code: number;
        stderr: string;
      };
      expect(status).to.equal(1);
      expect(stderr).to.match(/^It did not work: .*(trust).*\(TRUST_[A-Z_]+\)\n$/);
    }
  });

  const misuses: readonly [name: string, args: readonly ['keys' | 'trust', ...string[]], said: string][] = [
    ['a command that is not there', ['keys', 'melt'], 'There is no command "keys melt"'],
    ['a purpose that is not there', ['keys', 'generate', 'door'], 'There is no purpose "door"'],
    ['half a token', ['keys', 'init', '--organization', 'X', '--module', 'x.so'], 'A token needs'],
    ['a signer name of three signs', ['keys', 'init', '--organization', 'X', '--signer', 'VSX'], 'signerName'],
    ['a day that is none', ['trust', 'revoke', 'seal-2026', '--on', 'tomorrow'], '--on is a day'],
    ['an option that is not there', ['keys', 'list', '--colour'], '--colour'],
    ['a folder that was begun already', ['keys', 'init', '--organization', 'X'], 'keys.json already'],
    ['a key of another name', ['trust', 'revoke', 'seal-1999'], 'no stamp-root'],
    ['nothing to export', ['trust', 'export', '--out', 'x'], 'trust folder'],
  ];
  for (const [name, args, said] of misuses) {
    it(`answers ${name} with a sentence`, async () => {
      await tool('keys', 'init', '--organization', 'Comune di Valfiorita');
      expect(await tool(...args).catch((error: unknown) => error)).to.be.instanceOf(Error).and.to.have.property('message').that.contains(said);
    });
  }

  it('ends its process with status 2 and the usage, or 1 and a sentence, and no stack', async () => {
    const misused: unknown = await run(process.execPath, [TOOL, 'keys', 'melt']).catch((error: unknown) => error);
    expect(misused).to.include({ code: 2 }).and.to.have.property('stderr').that.contains('keys init').and.does.not.contain('    at ');
    const nowhere: unknown = await run(process.execPath, [TOOL, 'keys', 'list', '--keys', keys]).catch((error: unknown) => error);
    expect(nowhere).to.include({ code: 1 }).and.to.have.property('stderr').that.contains('keys.json').and.does.not.contain('    at ');
  });
});
