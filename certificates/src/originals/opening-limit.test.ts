import { expect } from 'chai';
import { clientOf, createOpeningLimit } from './opening-limit.ts';

const allowances = { perClient: { burst: 3, everyMs: 1_000 }, altogether: { burst: 8, everyMs: 100 } };

describe('limit of openings', () => {
  let now: number;
  beforeEach(() => {
    now = 5_000_000;
  });
  const limit = () => createOpeningLimit({ now: () => now }, allowances);

  it('lets one client try three times at once, then once a second', () => {
    const { take } = limit();
    expect([take('a'), take('a'), take('a'), take('a')]).to.deep.equal([0, 0, 0, 1_000]);
    now += 999;
    expect(take('a')).to.equal(1);
    now += 1;
    expect([take('a'), take('a')]).to.deep.equal([0, 1_000]);
    now += 60_000;
    expect([take('a'), take('a'), take('a'), take('a') > 0]).to.deep.equal([0, 0, 0, true]);
  });

  it('counts each client for itself, and does not count what it refused', () => {
    const { take } = limit();
    for (let times = 0; times < 6; times += 1) take('a');
    expect(take('b')).to.equal(0);
    now += 1_000;
    expect(take('a')).to.equal(0);
  });

  it('keeps all clients together within their own limit', () => {
    const { take } = limit();
    for (let client = 0; client < 8; client += 1) expect(take(`client ${client}`)).to.equal(0);
    expect(take('another')).to.equal(100);
    now += 100;
    expect([take('another'), take('one more')]).to.deep.equal([0, 100]);
  });

  it('forgets who asked longest ago when more ask than it remembers', () => {
    const strict = { perClient: { burst: 1, everyMs: 1e9 }, altogether: { burst: 1e6, everyMs: 0 } };
    const { take } = createOpeningLimit({ now: () => now }, strict);
    for (let client = 0; client < 10_001; client += 1) take(`client ${client}`);
    expect([take('client 0'), take('client 10000') > 0]).to.deep.equal([0, true]);
  });

  for (const [what, remote, forwarded, client] of [
    ['the address of the connection', '203.0.113.5', undefined, '203.0.113.5'],
    ['IPv4 as IPv6 says it', '::ffff:203.0.113.5', undefined, '203.0.113.5'],
    ['the first half of IPv6', '2001:db8:1:2:3:4:5:6', undefined, '2001:db8:1:2'],
    ['the same, shortened', '2001:0db8:1:2::9', undefined, '2001:db8:1:2'],
    ['zeros in the first half', '2001:db8::9', undefined, '2001:db8:0:0'],
    ['loopback', '::1', undefined, '0:0:0:0'],
    ['what our own proxy added, not what the client wrote before it', '127.0.0.1', '198.51.100.1, 203.0.113.7', '203.0.113.7'],
    ['the proxy where it adds nothing', '127.0.0.1', '', '127.0.0.1'],
    ['the connection where the header holds no address', '127.0.0.1', 'unknown', '127.0.0.1'],
    ['nobody', undefined, undefined, ''],
  ] as const) {
    it(`counts for ${what}`, () => expect(clientOf(remote, forwarded)).to.equal(client));
  }
});
