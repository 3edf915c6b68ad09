import { expect } from 'chai';
import { mediaPathOf } from './media-path.ts';

describe('the path of media', () => {
  const rows: [string[], string][] = [
    [['new', 'new'], 'connecting'],
    [['new', 'connected'], 'connected'],
    [['connecting', 'connected'], 'connecting'],
    [['connected', 'connected'], 'connected'],
    [['connected', 'disconnected'], 'interrupted'],
    [['failed', 'disconnected'], 'failed'],
  ];
  for (const [states, path] of rows) {
    it(`is ${path} when transports are ${states.join(' and ')}`, () => {
      expect(mediaPathOf(states.map((connectionState) => ({ connectionState })))).to.equal(path);
    });
  }
});
