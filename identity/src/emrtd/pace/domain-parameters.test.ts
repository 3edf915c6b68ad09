import { expect } from 'chai';
import { fromBigInt } from '../../primitives/bytes.ts';
import { MODP_GROUPS } from '../../primitives/modp-group.ts';
import { keyAgreement } from './domain-parameters.ts';

const agreement = keyAgreement('DH-GM', 0) ?? expect.fail('group 0 is missing');
const { p, g, bytes } = MODP_GROUPS[0];
const privateKeyBytes = 20;

/** The smallest private key whose public key begins with a zero byte. */
function keyWithShortPublic(): bigint {
  let publicKey = g;
  let privateKey = 1n;
  while (fromBigInt(publicKey, bytes)[0] !== 0) {
    publicKey = (publicKey * g) % p;
    privateKey += 1n;
  }
  return privateKey;
}

describe('key pairs over MODP groups', () => {
  it('draws again where the public key would begin with a zero byte, which cards write in two ways', () => {
    const short = keyWithShortPublic();
    const drawn = [short, short, short + 1n].map((key) => fromBigInt(key, privateKeyBytes));
    const { privateKey, publicKey } = agreement.makeKeyPair(() => drawn.shift() ?? expect.fail('one draw too many'));
    expect(privateKey).to.deep.equal(fromBigInt(short + 1n, privateKeyBytes));
    expect(publicKey).to.have.length(bytes);
    expect(publicKey[0]).not.to.equal(0);
  });

  it('gives up on a source of random bytes that does not vary', () => {
    const short = keyWithShortPublic();
    expect(() => agreement.makeKeyPair(() => fromBigInt(short, privateKeyBytes))).to.throw(RangeError, 'does not vary');
  });
});
