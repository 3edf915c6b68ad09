import { CardError } from '@videosportello/identity/card-error.ts';
import { expect } from 'chai';
import { chooseReader } from './reader-list.ts';
import type { ListedReader } from './reader-list.ts';

const empty = (name: string): ListedReader => ({ name, card: { state: 'none' } });
const full = (name: string): ListedReader => ({ name, card: { state: 'present', session: 1, atr: Uint8Array.of(0x3b) } });

describe('choosing a reader', () => {
  const table: [string, readonly ListedReader[], string | undefined, string][] = [
    ['the first with a card without a name', [empty('A'), full('B'), full('C')], undefined, 'B'],
    ['the one whose name is said', [full('A'), full('A 2')], 'A', 'A'],
    ['the one whose name contains what is said', [full('Vendor slot 0'), full('Vendor slot 1')], 'slot 1', 'Vendor slot 1'],
    ['of several that contain it the one with a card', [empty('Vendor 0'), full('Vendor 1')], 'Vendor', 'Vendor 1'],
    ['one whose card does not answer', [{ name: 'A', card: { state: 'mute' } }], undefined, 'A'],
  ];
  for (const [what, readers, name, chosen] of table) {
    it(`takes ${what}`, () => {
      expect(chooseReader(readers, name).name).to.equal(chosen);
    });
  }

  const refused: [string, readonly ListedReader[], string | undefined, string][] = [
    ['reader-unavailable without readers', [], undefined, 'reader-unavailable'],
    ['reader-unavailable without that reader', [full('A')], 'B', 'reader-unavailable'],
    ['card-removed with empty readers only', [empty('A'), empty('B')], undefined, 'card-removed'],
    ['card-removed when the one that is said is empty', [empty('A'), full('A 2')], 'A', 'card-removed'],
  ];
  for (const [what, readers, name, code] of refused) {
    it(`says ${what}`, () => {
      const choose = () => chooseReader(readers, name);
      expect(choose).to.throw(CardError).with.property('code', code);
    });
  }
});
