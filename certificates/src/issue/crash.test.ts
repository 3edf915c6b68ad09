import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { registerEngines } from '../../test/register-places.ts';
import { openRegister } from '../register/register.ts';

const run = promisify(execFile);
const fixture = fileURLToPath(new URL('crash.fixture.ts', import.meta.url));

/** Where the process is killed, and how many rows of the chain are on record then. */
const steps = [
  ['before-number', 0],
  ['within-number', 0],
  ['before-seal', 1],
  ['before-stamp', 1],
  ['before-row', 1],
  ['within-row', 1],
  ['before-release', 2],
] as const;

describe('a power cut while a certificate is issued', function () {
  // Each step is two processes of their own that draw and seal.
  this.timeout(120_000);
  for (const engine of registerEngines()) {
    for (const [step, rows] of steps) {
      it(`${step.replace('-', ' its ')}, on ${engine.name}: one number, one document, an unbroken chain`, async () => {
        await using place = await engine.place();
        const issue = (at: string) => run(process.execPath, [fixture, place.folder, at, place.database, place.key]);
        const killed: unknown = await issue(step).catch((error: unknown) => error);
        expect(killed).to.have.property('signal', 'SIGKILL');
        await using register = await openRegister(place);
        const left = await register.verify();
        expect({ rows: left.rows, stamps: left.tree.size, faults: left.faults }).to.deep.equal({ rows, stamps: rows === 2 ? 1 : 0, faults: [] });
        const { stdout } = await issue('none');
        expect(JSON.parse(stdout)).to.deep.include({ number: '2026/0000001', rows: 2, faults: [] });
        expect((await register.verify()).tree.size).to.equal(1);
      });
    }
  }
});
