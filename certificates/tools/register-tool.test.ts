import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { registerEngines } from '../test/register-places.ts';
import type { RegisterPlace } from '../test/register-places.ts';
import { at, issueDocuments } from '../test/register-rows.ts';
import { checkpointKeys, openCheckpointSigner, registerOrigin } from '../src/register/checkpoint/checkpoint-key.ts';
import { folderOutbox } from '../src/register/checkpoint/folder-outbox.ts';
import { openRegister } from '../src/register/register.ts';
import { createDemoAuthority } from '../src/trust/demo-authority.ts';

const run = promisify(execFile);
const tool = fileURLToPath(new URL('certificates.ts', import.meta.url));
const CHECKER = 'https://verifica.comune.valfiorita.example';

describe('register tool', function () {
  // Each command is a process of its own.
  this.timeout(60_000);
  for (const engine of registerEngines()) {
    describe(`on ${engine.name}`, () => {
      let place: RegisterPlace;
      beforeEach(async () => {
        const made = await engine.place();
        // Where the service puts its key.
        place = { ...made, key: join(made.folder, 'register.key') };
        await using register = await openRegister(place);
        await issueDocuments(register, 0, 3);
        const signer = await openCheckpointSigner(place.folder, registerOrigin(CHECKER), at);
        await register.checkpoints.make(signer, at, { rows: 1, everyMs: 0 });
        await folderOutbox(join(place.folder, 'checkpoints')).deliver(register.checkpoints, { signal: AbortSignal.timeout(60_000) });
      });
      afterEach(() => place[Symbol.asyncDispose]());
      const register = async (...args: string[]) => {
        const env = { ...process.env, DATA_DIR: place.folder, DATABASE_URL: place.database, REGISTER_KEY_DIR: place.folder };
        return run(process.execPath, [tool, 'register', ...args], { env }).then(
          ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
          (error: unknown) => error as { code: number; stdout: string; stderr: string },
        );
      };

      it('says that a whole register is whole, checkpoints from outside included', async () => {
        const { code, stdout } = await register('verify', '--json');
        expect(code).to.equal(0);
        expect(JSON.parse(stdout)).to.deep.include({ rows: 6, erased: 0, checkpoints: 2, faults: [] });
        const { stdout: key } = await register('keys');
        expect(key).to.match(/^verifica\.comune\.valfiorita\.example\/register\+[0-9a-f]{8}\+\S+\n$/);
        const words = await register('verify', '--key', key.trim());
        expect(words.stdout).to.contain('3 stamps').and.to.contain('The register is whole.');
      });

      it('names the first breach and ends with status 1', async () => {
        await place.tamper("update audit_chain set kind = 'visit-step' where seq = 3");
        const { code, stdout } = await register('verify');
        expect(code).to.equal(1);
        expect(stdout).to.contain('chain 3: hash').and.to.contain('The register is broken.');
      });

      it('refuses checkpoints that the key given has not signed', async () => {
        const stranger = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
        const { code, stdout } = await register('verify', '--key', stranger);
        expect(code).to.equal(1);
        expect(stdout).to.contain('checkpoint 1: signature');
      });

      it('takes the keys of checkpoints from the trust bundle, each in its year', async () => {
        const keys = await checkpointKeys(place.folder, registerOrigin(CHECKER));
        const year = at.getUTCFullYear();
        /** An authority whose newest bundle tells the key of the checkpoints as one of a year. */
        const told = async (name: string, ofYear: number): Promise<string> => {
          const deps = { now: at, registerKeys: keys.map(({ text }) => ({ text, year: ofYear })) };
          return (await createDemoAuthority(join(place.folder, name), deps)).trustFolder;
        };
        await told('authority', year);
        expect((await register('verify')).stdout).to.contain('The register is whole.');
        const later = await register('verify', '--trust', await told('later', year + 1));
        expect([later.code, later.stdout]).to.deep.include(1).and.to.have.property('1').that.contains('checkpoint 1: signature');
        const nobody = await register('verify', '--trust', place.folder);
        expect([nobody.code, nobody.stderr]).to.have.property('1').that.contains('no trust bundle with keys');
        const damaged = await told('damaged', year);
        await rm(join(damaged, 'bundle-1.sig'));
        const refused = await register('verify', '--trust', damaged);
        expect([refused.code, refused.stderr]).to.deep.include(1).and.to.have.property('1').that.contains('TRUST_MALFORMED');
      });

      it('prints the proof of a document', async () => {
        const { stdout } = await register('proof', 'd_1');
        expect(stdout).to.match(/^c2sp\.org\/tlog-proof@v1\nindex 1\n(\S{44}\n){2}\nverifica\.comune\.valfiorita\.example\/register\n3\n/);
        const unknown = await register('proof', 'd_9');
        expect(unknown.code).to.equal(1);
        expect(unknown.stderr).to.contain('This document is not in the tree.').and.not.to.contain('    at ');
      });

      if (engine.name === 'PostgreSQL') return;
      for (const [name, args] of [
        ['a command it does not have', ['erase']],
        ['no document', ['proof']],
        ['a folder of checkpoints that is not there', ['verify', '--checkpoints', '/no/such/folder']],
        ['a key that is none', ['verify', '--key', 'hello']],
      ] as const) {
        it(`answers ${name} with a sentence, the usage and status 2`, async () => {
          const { code, stderr } = await register(...args);
          expect(code).to.equal(2);
          expect(stderr).to.contain('certificates register verify').and.not.to.contain('    at ');
        });
      }
    });
  }
});
