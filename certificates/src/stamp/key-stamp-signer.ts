import { sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

import type { StampSigner } from './encode-seal.ts';

const signAsync = promisify<string, NodeJS.ArrayBufferView, { key: KeyObject; dsaEncoding: 'ieee-p1363' }, Buffer>(
  sign,
);

/** A private key in memory with the name under which the seal's header refers to it. */
export interface NamedStampKey {
  /** ECDSA P-256. */
  readonly privateKey: KeyObject;
  readonly signerCode: string;
  readonly reference: string;
}

/** A stamp signer over a key in memory; `createDemoAuthority(…).stampSigner` fits as it is. */
export function createKeyStampSigner({ privateKey, signerCode, reference }: NamedStampKey): StampSigner {
  return {
    signerCode,
    reference,
    sign: async (bytes) =>
      new Uint8Array(await signAsync('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' })),
  };
}
