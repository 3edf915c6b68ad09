import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { startPcscd } from './pcscd.ts';

describe('a private pcscd', function () {
  this.timeout(30_000);
  this.slow(3_000);
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pcscd-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const listening = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;

  it('leaves no socket listening when its start is interrupted', async () => {
    const before = listening();
    const failure: unknown = await startPcscd({ directory, signal: AbortSignal.abort() }).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).to.be.instanceOf(Error);
    expect(listening()).to.equal(before);
  });

  it('keeps its readers’ ports to the relay, and gives them up at its end', async () => {
    const before = listening();
    const peer = await startPcscd({ directory });
    expect(listening()).to.equal(before);
    const card = connect(peer.ports[0], '127.0.0.1');
    await once(card, 'connect');
    card.destroy();
    await peer[Symbol.asyncDispose]();
    const late = connect(peer.ports[0], '127.0.0.1');
    const [refused] = (await once(late, 'error')) as [unknown];
    expect(refused).to.have.property('code', 'ECONNREFUSED');
  });
});
