import { expect } from 'chai';
import { kioskId, newId, visitId } from '@videosportello/protocol/ids.ts';
import type { CardConnection } from '../smart-card/card-connection.ts';
import { instructionOf } from './instruction-list.ts';
import { createSignatureGuard, PinRefused } from './signature-guard.ts';
import type { GuardedStep } from './signature-guard.ts';

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
const step = (text: string): GuardedStep => {
  const command = bytes(text);
  const instruction = instructionOf('cns-sign', command);
  if (!instruction) throw new Error('not on the list');
  return { command, instruction };
};
const VERIFY = step('0020001008FFFFFFFFFFFFFFFF');
const challenge = { product: 'Videosportello', kioskId: kioskId.parse('kiosk-1'), visitId: newId(visitId, 'v'), at: 0, nonce: 'ab'.repeat(32) } as const;

/** A card that keeps the very arrays it was given, and answers when it is let. */
function connection(answers: string[]) {
  const given: Uint8Array[] = [];
  const seen: string[] = [];
  const transmit: CardConnection['transmit'] = async (command) => {
    given.push(command);
    seen.push(Buffer.from(command).toString('hex').toUpperCase());
    return bytes(answers.shift() ?? '9000');
  };
  const powerOff = async () => undefined;
  const card: CardConnection = {
    session: 1,
    atr: bytes('3B00'),
    protocol: 't1',
    transmit,
    exchange: (commands) => Promise.all(commands.map((command) => transmit(command))),
    powerOff,
    [Symbol.asyncDispose]: powerOff,
  };
  return { card, given, seen };
}

describe('guard over PIN and signature', () => {
  const newPin = () => Uint8Array.from(Buffer.from('73194'));

  it('overwrites the PIN and the command that carried it, whatever the card answers', async () => {
    for (const answer of ['9000', '63C2', '6983', '6F00']) {
      const guard = createSignatureGuard();
      const pin = newPin();
      guard.agree({ challenge, pin, lastTryConfirmed: false });
      const { card, given, seen } = connection(['63C3', answer]);
      await guard.run([VERIFY], card, {});
      expect(seen).to.deep.equal(['00200010', '00200010083733313934FFFFFF']);
      expect(pin).to.deep.equal(new Uint8Array(5));
      expect(given[1]).to.deep.equal(new Uint8Array(13));
      expect(guard.accepts([VERIFY])).to.equal(false);
    }
  });

  it('overwrites it when the card is gone, when the last try is refused, and when it is replaced or wiped', async () => {
    const gone = createSignatureGuard();
    const pins = [newPin(), newPin(), newPin(), newPin()] as const;
    gone.agree({ challenge, pin: pins[0], lastTryConfirmed: false });
    const broken = { ...connection([]).card, transmit: () => Promise.reject(new Error('removed')) };
    expect(await gone.run([VERIFY], broken, {}).catch((error: unknown) => error)).to.be.instanceOf(Error);
    const last = createSignatureGuard();
    last.agree({ challenge, pin: pins[1], lastTryConfirmed: false });
    const refused: unknown = await last.run([VERIFY], connection(['63C1']).card, {}).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(PinRefused).and.to.include({ why: 'last-try' });
    const replaced = createSignatureGuard();
    replaced.agree({ challenge, pin: pins[2], lastTryConfirmed: false });
    replaced.agree({ challenge, pin: pins[3], lastTryConfirmed: false });
    replaced.wipe();
    expect(pins.every((pin) => pin.every((byte) => byte === 0))).to.equal(true);
  });

  it('never sends an empty block: of two requests at once one has the PIN, the other none', async () => {
    const guard = createSignatureGuard();
    guard.agree({ challenge, pin: newPin(), lastTryConfirmed: false });
    const { card, seen } = connection(['63C3', '9000']);
    expect(guard.accepts([VERIFY]) && guard.accepts([VERIFY])).to.equal(true);
    const [first, second] = await Promise.allSettled([guard.run([VERIFY], card, {}), guard.run([VERIFY], card, {})]);
    expect(first.status).to.equal('fulfilled');
    expect(second).to.deep.include({ status: 'rejected' });
    expect(seen.filter((command) => command.length > 8)).to.deep.equal(['00200010083733313934FFFFFF']);
  });

  it('lets an exchange without PIN and signature through in one piece, and stops where the card refuses', async () => {
    const guard = createSignatureGuard();
    const { card, seen } = connection(['9000', '9000', '6A82']);
    const steps = [step('00A408000411001102'), step('00B0000000'), step('00200010'), step('00B0000000')];
    expect(guard.accepts(steps)).to.equal(true);
    expect((await guard.run(steps, card, {})).map((answer) => Buffer.from(answer).toString('hex'))).to.deep.equal(['9000', '9000', '6a82']);
    expect(seen).to.have.length(3);
  });
});
