import { expect } from 'chai';
import { serviceCondition } from './service-condition.ts';
import type { ConditionInput, ServiceCondition } from './service-condition.ts';

const well: ConditionInput = { deviceLink: 'open', enrolled: true, queue: 'open', queueSeen: true, queueEnded: undefined, inVisit: false };
describe('whether the kiosk can serve', () => {
  const table: [Partial<ConditionInput>, ServiceCondition][] = [
    [{}, 'ready'],
    [{ deviceLink: 'connecting', enrolled: undefined, queue: 'connecting', queueSeen: false }, 'starting'],
    [{ deviceLink: 'refused' }, 'starting'],
    [{ queue: 'connecting', queueSeen: false }, 'starting'],
    [{ queue: 'lost' }, 'no-network'],
    [{ queue: 'connecting' }, 'no-network'],
    [{ queue: 'lost', inVisit: true }, 'ready'],
    [{ deviceLink: 'lost' }, 'no-devices'],
    [{ deviceLink: 'lost', inVisit: true }, 'ready'],
    [{ deviceLink: 'replaced', inVisit: true }, 'replaced'],
    [{ enrolled: false }, 'not-enrolled'],
    [{ queueEnded: 'kiosk-unknown' }, 'not-enrolled'],
    [{ queueEnded: 'kiosk-revoked', inVisit: true }, 'revoked'],
    [{ queueEnded: 'proof-invalid' }, 'out-of-order'],
  ];
  for (const [change, condition] of table) {
    it(`${JSON.stringify(change)}: ${condition}`, () => expect(serviceCondition({ ...well, ...change })).to.equal(condition));
  }
});
