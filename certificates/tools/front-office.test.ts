import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const tool = fileURLToPath(new URL('front-office.ts', import.meta.url));

describe('front-office tool', function () {
  this.timeout(60_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'front-office-'));
    await writeFile(join(folder, 'token'), 'a-token\n');
  });
  after(() => rm(folder, { recursive: true }));

  it('serves the invented town to who has the token, until it is stopped', async () => {
    const child = spawn(process.execPath, [tool, '--token-file', join(folder, 'token')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exit = once(child, 'exit');
    try {
      const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
      const ask = (authorization: string, path: string, body: string): Promise<Response> =>
        fetch(url + path, { method: 'POST', headers: { authorization }, body });
      const question = JSON.stringify({ taxCode: 'CNTGLI85C54X000O', onDay: null });
      const answer = await ask('Bearer a-token', '/v1/facts/citizenship', question);
      expect(answer.status).to.equal(200);
      expect(await answer.json()).to.deep.include({ kind: 'citizenship', specimen: true, fact: { citizenships: ['ITA'] } });
      expect((await ask('Bearer b-token', '/v1/facts/citizenship', question)).status).to.equal(401);
      expect((await ask('Bearer a-token', '/v1/facts/secrets', question)).status).to.equal(404);
      expect((await ask('Bearer a-token', '/v1/facts/person', '{"taxCode":"x","onDay":null}')).status).to.equal(400);
      expect(
        (await ask('Bearer a-token', '/v1/facts/person', JSON.stringify({ taxCode: 'CNTGLI85C54X000O', onDay: '2020-02-30' })))
          .status,
      ).to.equal(400);
      expect((await ask('Bearer a-token', '/v1/facts/person', question.padEnd(5_000))).status).to.equal(400);
    } finally {
      child.kill('SIGTERM');
    }
    expect(await exit).to.deep.equal([0, null]);
  });

  it('says how it is used when it is not told which token it wants', async () => {
    const child = spawn(process.execPath, [tool], { stdio: ['ignore', 'pipe', 'pipe'] });
    const [said, [status]] = await Promise.all([child.stderr.toArray(), once(child, 'exit') as Promise<[number]>]);
    expect(Buffer.concat(said as Buffer[]).toString()).to.contain('--token-file FILE');
    expect(status).to.equal(2);
  });
});
