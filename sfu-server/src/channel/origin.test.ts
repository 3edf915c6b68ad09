import { expect } from 'chai';
import { isAllowedOrigin } from './origin.ts';

describe('the origin check', () => {
  const allowed = ['http://kiosk.localhost:*', 'https://console.example.org'];
  const table: [string | undefined, boolean][] = [
    ['http://kiosk.localhost:8080', true],
    ['http://kiosk.localhost', true],
    ['https://console.example.org', true],
    ['https://console.example.org:8443', false],
    ['https://kiosk.localhost:8080', false],
    ['http://kiosk.localhost.example.org:8080', false],
    ['http://evil.example.org', false],
    ['null', false],
    ['not an origin', false],
    [undefined, false],
  ];
  for (const [origin, expected] of table) {
    it(`${expected ? 'lets in' : 'refuses'} ${origin ?? 'no origin'}`, () => expect(isAllowedOrigin(origin, allowed)).to.equal(expected));
  }
});
