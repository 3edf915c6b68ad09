import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { startTimeStampAuthority } from '../../../test/openssl-authority.ts';
import type { TestTimeStampAuthority } from '../../../test/openssl-authority.ts';
import { createTimeStampClient, TimeStampError } from './time-stamp-client.ts';
import type { TimeStampConfig } from './time-stamp-client.ts';
import { verifyTimeStamp } from './verify-time-stamp.ts';

const never = new AbortController().signal;
const DATA = new TextEncoder().encode('a signature’s value');

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => 'none',
    (error: unknown) => (error instanceof TimeStampError ? error.code : 'unexpected'),
  );
}

describe('createTimeStampClient', function () {
  // OpenSSL makes keys and tokens.
  this.timeout(60_000);
  let folder: string;
  let waits: number[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tsa-'));
    waits = [];
  });
  afterEach(() => rm(folder, { recursive: true }));

  const clientOf = (tsa: TestTimeStampAuthority, config: Partial<TimeStampConfig> = {}, now = () => new Date()) =>
    createTimeStampClient(
      { url: tsa.url, authorities: [tsa.root], ...config },
      {
        now,
        random: randomBytes,
        wait: (milliseconds) => {
          waits.push(milliseconds);
          return Promise.resolve();
        },
      },
    );

  it('brings a token whose time, policy and nonce it has checked', async () => {
    await using tsa = await startTimeStampAuthority(folder);
    const before = Date.now();
    const token = await clientOf(tsa, { policy: '1.2.3.4.5' }).stamp(DATA, { signal: never });
    const check = await verifyTimeStamp(token, DATA, [tsa.root]);
    if (!('info' in check)) throw new TypeError(check.fault);
    expect(check.info.policy).to.equal('1.2.3.4.5');
    // The authority writes whole seconds.
    expect(check.info.at.getTime()).to.be.within(before - 1_000, Date.now());
    expect(tsa.count()).to.equal(1);
  });

  it('takes the token of a P-256 authority with SHA-512 too', async () => {
    const newKey = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
    await using tsa = await startTimeStampAuthority(folder, { newKey, digest: 'sha512' });
    expect(await codeOf(clientOf(tsa).stamp(DATA, { signal: never }))).to.equal('none');
  });

  it('refuses a replayed answer: it has another nonce', async () => {
    let first: Uint8Array | undefined;
    await using tsa = await startTimeStampAuthority(folder, {
      change: (reply) => ({ ...reply, body: (first ??= reply.body) }),
    });
    const client = clientOf(tsa);
    await client.stamp(DATA, { signal: never });
    const again: unknown = await client.stamp(DATA, { signal: never }).catch((error: unknown) => error);
    expect(again).to.include({ code: 'time-stamp-invalid', retryable: false }).and.to.have.property('message').that.contains('nonce');
    expect(await codeOf(client.stamp(new Uint8Array(3), { signal: never }))).to.equal('time-stamp-invalid');
    expect(waits).to.deep.equal([]);
  });

  it('refuses a token of an authority nobody vouches for', async () => {
    await using tsa = await startTimeStampAuthority(join(folder, 'a'));
    await using other = await startTimeStampAuthority(join(folder, 'b'));
    expect(await codeOf(clientOf(tsa, { authorities: [other.root] }).stamp(DATA, { signal: never }))).to.equal('time-stamp-invalid');
  });

  it('refuses a time that is not ours, and takes it where the tolerance allows', async () => {
    await using tsa = await startTimeStampAuthority(folder);
    const late = () => new Date(Date.now() + 120_000);
    expect(await codeOf(clientOf(tsa, {}, late).stamp(DATA, { signal: never }))).to.equal('time-stamp-invalid');
    expect(await codeOf(clientOf(tsa, { clockTolerance: 180_000 }, late).stamp(DATA, { signal: never }))).to.equal('none');
  });

  it('says that the authority refuses a policy it does not have', async () => {
    await using tsa = await startTimeStampAuthority(folder);
    expect(await codeOf(clientOf(tsa, { policy: '1.2.3.4.6' }).stamp(DATA, { signal: never }))).to.equal('time-stamp-refused');
    expect(tsa.count()).to.equal(1);
  });

  it('tries again after 503 and after rubbish of a proxy, three times in all', async () => {
    await using tsa = await startTimeStampAuthority(folder, {
      change: (reply, count) => (count === 1 ? { ...reply, status: 503 } : count === 2 ? { ...reply, type: 'text/html' } : reply),
    });
    expect(await codeOf(clientOf(tsa).stamp(DATA, { signal: never }))).to.equal('none');
    expect(waits).to.deep.equal([250, 1_000]);
    await using down = await startTimeStampAuthority(join(folder, 'down'), { change: (reply) => ({ ...reply, status: 500 }) });
    expect(await codeOf(clientOf(down).stamp(DATA, { signal: never }))).to.equal('time-stamp-unreachable');
    expect(down.count()).to.equal(3);
  });

  const answers: readonly [string, Uint8Array][] = [
    ['an empty answer', new Uint8Array()],
    ['no DER', new TextEncoder().encode('<html>')],
    ['a granted status without a token', Uint8Array.of(0x30, 5, 0x30, 3, 2, 1, 0)],
    ['a token that is no CMS', Uint8Array.of(0x30, 7, 0x30, 3, 2, 1, 0, 5, 0)],
    ['values nested without end', Uint8Array.from({ length: 60_000 }, (_, at) => (at % 2 === 0 ? 0x30 : 0x80))],
    ['more than an answer can be', new Uint8Array(70_000)],
  ];
  for (const [what, body] of answers) {
    it(`refuses ${what}`, async () => {
      await using tsa = await startTimeStampAuthority(folder, { change: (reply) => ({ ...reply, body }) });
      expect(await codeOf(clientOf(tsa).stamp(DATA, { signal: never }))).to.equal('time-stamp-invalid');
    });
  }

  it('gives up an authority that is silent, and ends at once with who waits', async () => {
    await using tsa = await startTimeStampAuthority(folder, { change: () => null });
    expect(await codeOf(clientOf(tsa, { timeout: 100 }).stamp(DATA, { signal: never }))).to.equal('time-stamp-unreachable');
    const stopping = new AbortController();
    const reason = new Error('given up');
    const waiting = clientOf(tsa).stamp(DATA, { signal: stopping.signal });
    stopping.abort(reason);
    expect(await waiting.catch((error: unknown) => error)).to.equal(reason);
  });

  it('says that nobody listens there', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    taken.close();
    await once(taken, 'close');
    const client = createTimeStampClient(
      { url: `http://127.0.0.1:${port}/`, authorities: [] },
      { now: () => new Date(), random: randomBytes, wait: () => Promise.resolve() },
    );
    expect(await client.stamp(DATA, { signal: never }).catch((error: unknown) => error)).to.include({
      code: 'time-stamp-unreachable',
      retryable: true,
    });
  });
});
