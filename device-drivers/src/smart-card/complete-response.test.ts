import { expect } from 'chai';
import { completeResponse, statusWordOf } from './complete-response.ts';
import { ReaderError } from './reader-error.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Plays a dialogue of fixed answers and notes what was sent. */
function card(...answers: string[]): { sent: string[]; send(command: Uint8Array): Promise<Uint8Array> } {
  const sent: string[] = [];
  return {
    sent,
    send: async (command) => {
      sent.push(toHex(command));
      const answer = answers.shift();
      if (answer === undefined) {
        throw new Error(`unexpected command ${toHex(command)}`);
      }
      return hex(answer);
    },
  };
}

describe('completing a response', () => {
  it('hands on an answer that is complete', async () => {
    const { sent, send } = card('01029000');
    expect(toHex(await completeResponse(hex('00b0000000'), send))).to.equal('01029000');
    expect(sent).to.deep.equal(['00b0000000']);
  });

  it('fetches what the card holds back and joins it', async () => {
    const { sent, send } = card('aa6102', 'bb6101', 'cc9000');
    expect(toHex(await completeResponse(hex('0088000004010203ff00'), send))).to.equal('aabbcc9000');
    expect(sent).to.deep.equal(['0088000004010203ff00', '00c0000002', '00c0000001']);
  });

  it('fetches without secure messaging, on the same logical channel', async () => {
    const { sent, send } = card('6100', '9000');
    await completeResponse(hex('0db000000d970100 8e080102030405060708 00'.replaceAll(' ', '')), send);
    expect(sent[1]).to.equal('01c0000000');
  });

  it('repeats a plain reading command with the length the card names', async () => {
    const { sent, send } = card('6c08', '01020304050607089000');
    expect(toHex(await completeResponse(hex('00b0000000'), send))).to.equal('01020304050607089000');
    expect(sent).to.deep.equal(['00b0000000', '00b0000008']);
  });

  it('never repeats a protected command or one with data', async () => {
    for (const command of ['0cb0000000', '00a4020c02011e00']) {
      const { sent, send } = card('6c08');
      expect(toHex(await completeResponse(hex(command), send))).to.equal('6c08');
      expect(sent).to.have.length(1);
    }
  });

  it('gives up on a card that always promises more', async () => {
    const failure = await completeResponse(hex('00b0000000'), async () => hex('006110')).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(ReaderError).with.property('code', 'comm');
  });

  it('reads the status word off the end', () => {
    expect(statusWordOf(hex('01026a82'))).to.equal(0x6a82);
  });
});
