import { expect } from 'chai';
import { isOneMachine } from './one-machine.ts';
import { dateWords, spanWords } from './time-words.ts';

describe('one machine for kiosk and desk', () => {
  for (const name of ['localhost', 'console.localhost', '127.0.0.1', '[::1]'])
    it(`is ${name}`, () => expect(isOneMachine(name)).to.equal(true));
  for (const name of ['sportello.comune.example', 'localhost.example', '10.0.0.1'])
    it(`is not ${name}`, () => expect(isOneMachine(name)).to.equal(false));
});

describe('time in words', () => {
  it('is minutes and seconds, hours when there are some, never less than nothing', () => {
    expect([0, 5_999, 94_000, 3_600_000, -5].map(spanWords)).to.deep.equal(['0:00', '0:05', '1:34', '1:00:00', '0:00']);
  });
  it('is a date as people write it', () => expect(dateWords('1985-03-14')).to.equal('14/03/1985'));
});
