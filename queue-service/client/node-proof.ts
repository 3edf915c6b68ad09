import { createHmac, timingSafeEqual } from 'node:crypto';

/** HMAC-SHA-256 of the server's nonce under the pool's node secret (hex), in lower-case hex. */
export const nodeProof = (secretHex: string, nonce: string): string =>
  createHmac('sha256', Buffer.from(secretHex, 'hex')).update(nonce).digest('hex');

/** Whether `proof` is the proof of this nonce; takes the same time whatever differs. */
export const isNodeProof = (secretHex: string, nonce: string, proof: string): boolean => {
  const expected = Buffer.from(nodeProof(secretHex, nonce));
  const given = Buffer.from(proof);
  return expected.length === given.length && timingSafeEqual(expected, given);
};
