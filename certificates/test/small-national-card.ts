/** A card with two applications for tests: a travel document, and a national application that answers a challenge. */
import { constants, privateEncrypt } from 'node:crypto';
import type { TownCard } from './town-device.ts';
import type { SmallCard } from './small-card.ts';
import type { NationalFiles } from './specimen-document.ts';

const SELECT_IAS = '00a4040c0da0000000308000000009816001';
const answer = (statusWord: string, data: Uint8Array = new Uint8Array()) => Buffer.concat([data, Buffer.from(statusWord, 'hex')]);

/** Joins the two; until IAS is selected the document answers, afterwards, until the next reset, the national application. */
export function withNationalApplication(document: SmallCard, files: NationalFiles): TownCard {
  let isNational = false;
  let selected: Buffer | undefined;
  const process = (command: Buffer): Buffer => {
    const text = command.toString('hex');
    if (/^00a4040[4c]/.test(text) || text.startsWith('002241a4')) return answer('9000');
    if (text.startsWith('00b08100')) return answer('9000', files.nis);
    if (text.startsWith('00a4020c02')) {
      selected = { '1005': files.serviceKey, '1006': files.securityObject }[text.slice(10, 14)];
      return answer(selected ? '9000' : '6a82');
    }
    if (text.startsWith('00b0')) {
      const offset = command.readUInt16BE(2);
      return answer('9000', (selected ?? Buffer.alloc(0)).subarray(offset, offset + (command[4] || 256)));
    }
    if (text.startsWith('00880000')) {
      return answer('9000', privateEncrypt({ key: files.key, padding: constants.RSA_PKCS1_PADDING }, command.subarray(5, 5 + (command[4] ?? 0))));
    }
    return answer('6d00');
  };
  return {
    reset() {
      isNational = false;
      selected = undefined;
      document.reset();
    },
    exchange(commands) {
      const responses: Uint8Array[] = [];
      for (const command of commands) {
        const bytes = Buffer.from(command);
        isNational ||= bytes.toString('hex').startsWith(SELECT_IAS);
        const [response = answer('6f00')] = isNational ? [process(bytes)] : document.exchange([command]);
        responses.push(response);
        if (Buffer.from(response).subarray(-2).toString('hex') !== '9000') break;
      }
      return responses;
    },
  };
}
