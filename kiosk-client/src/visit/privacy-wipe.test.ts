import { expect } from 'chai';
import { wipePage } from './privacy-wipe.ts';

describe('the wipe', () => {
  it('asks the device service to clear the site data, then replaces the page', async () => {
    const done: string[] = [];
    await wipePage({ fetch: async (address, { method }) => done.push(`${method} ${address}`), replace: (address) => done.push(`replace ${address}`) });
    expect(done).to.deep.equal(['POST /wipe', 'replace /']);
  });
  it('replaces the page even when the service does not answer', async () => {
    const done: string[] = [];
    await wipePage({ fetch: () => Promise.reject(new TypeError('no line')), replace: (address) => done.push(address) });
    expect(done).to.deep.equal(['/']);
  });
});
