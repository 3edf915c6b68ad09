import { expect } from 'chai';

import { judgeKey } from './key-period.ts';
import type { KeyState } from './key-period.ts';

/** One year and two months of key use, documents that live ten years. */
const certificate = { validFrom: '2026-01-01', keyUseEnds: '2027-03-01', validTo: '2037-03-01' };

describe('judgeKey', () => {
  const revoked = '2026-09-01';
  const table: readonly [
    what: string,
    dates: { claimed: string; proven?: string; at: string; revoked?: string },
    state: KeyState,
  ][] = [
    ['signed and checked in the same year', { claimed: '2026-06-01', at: '2026-06-02' }, 'good'],
    ['the first day', { claimed: '2026-01-01', at: '2026-01-01' }, 'good'],
    ['the day before the first', { claimed: '2025-12-31', at: '2026-06-01' }, 'outside-key-period'],
    ['the last day of key use', { claimed: '2027-03-01', at: '2027-03-01' }, 'good'],
    ['a day after key use, certificate still valid', { claimed: '2027-03-02', at: '2027-03-02' }, 'outside-key-period'],
    ['rolled over since, document still alive', { claimed: '2026-06-01', at: '2036-06-01' }, 'good'],
    ['the last day of the certificate', { claimed: '2026-06-01', at: '2037-03-01' }, 'good'],
    ['a day after the certificate', { claimed: '2026-06-01', at: '2037-03-02' }, 'expired'],
    ['a day after the certificate, time-stamped', { claimed: '2026-06-01', proven: '2026-06-01', at: '2037-03-02' }, 'good'],
    ['dated tomorrow: one of the clocks is wrong', { claimed: '2026-06-02', at: '2026-06-01' }, 'outside-key-period'],
    ['dated well, time-stamped after key use', { claimed: '2026-06-01', proven: '2027-03-02', at: '2027-04-01' }, 'outside-key-period'],
    ['dated before the revocation', { claimed: '2026-06-01', at: '2026-12-01', revoked }, 'revoked'],
    ['dated after the revocation', { claimed: '2026-10-01', at: '2026-12-01', revoked }, 'revoked'],
    ['revoked tomorrow', { claimed: '2026-06-01', at: '2026-08-31', revoked }, 'revoked'],
    ['time-stamped before the revocation', { claimed: '2026-06-01', proven: '2026-08-31', at: '2026-12-01', revoked }, 'good'],
    ['time-stamped on the day of the revocation', { claimed: '2026-06-01', proven: '2026-09-01', at: '2026-12-01', revoked }, 'revoked'],
    ['back-dated with a stolen key, time-stamped late', { claimed: '2026-06-01', proven: '2026-10-01', at: '2026-12-01', revoked }, 'revoked'],
    ['time-stamped before the revocation, certificate over', { claimed: '2026-06-01', proven: '2026-06-01', at: '2040-01-01', revoked }, 'good'],
  ];
  for (const [what, { claimed, proven, at, revoked: revokedOn }, state] of table) {
    it(`${what}: ${state}`, () => {
      const dates = { claimedOn: claimed, provenOn: proven ?? null, at, certificate, revokedOn: revokedOn ?? null };
      expect(judgeKey(dates)).to.equal(state);
    });
  }
});
