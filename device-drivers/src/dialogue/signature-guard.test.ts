import { expect } from 'chai';
import { kioskId, newId, visitId } from '@videosportello/protocol/ids.ts';
import type { CardConnection } from '../smart-card/card-connection.ts';
import { instructionOf } from './instruction-list.ts';
import { createPinTries } from './pin-tries.ts';
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
  const newGuard = (tries = createPinTries()) => createSignatureGuard(() => tries);

  it('overwrites the PIN and the command that carried it, whatever the card answers', async () => {
    for (const answer of ['9000', '63C2', '6983', '6F00']) {
      const guard = newGuard();
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
    const gone = newGuard();
    const pins = [newPin(), newPin(), newPin(), newPin()] as const;
    gone.agree({ challenge, pin: pins[0], lastTryConfirmed: false });
    const broken = { ...connection([]).card, transmit: () => Promise.reject(new Error('removed')) };
    expect(await gone.run([VERIFY], broken, {}).catch((error: unknown) => error)).to.be.instanceOf(Error);
    const last = newGuard();
    last.agree({ challenge, pin: pins[1], lastTryConfirmed: false });
    const refused: unknown = await last.run([VERIFY], connection(['63C1']).card, {}).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(PinRefused).and.to.include({ why: 'last-try' });
    const replaced = newGuard();
    replaced.agree({ challenge, pin: pins[2], lastTryConfirmed: false });
    replaced.agree({ challenge, pin: pins[3], lastTryConfirmed: false });
    replaced.wipe();
    expect(pins.every((pin) => pin.every((byte) => byte === 0))).to.equal(true);
  });

  it('never sends an empty block: of two requests at once one has the PIN, the other none', async () => {
    const guard = newGuard();
    guard.agree({ challenge, pin: newPin(), lastTryConfirmed: false });
    const { card, seen } = connection(['63C3', '9000']);
    expect(guard.accepts([VERIFY]) && guard.accepts([VERIFY])).to.equal(true);
    const [first, second] = await Promise.allSettled([guard.run([VERIFY], card, {}), guard.run([VERIFY], card, {})]);
    expect(first.status).to.equal('fulfilled');
    expect(second).to.deep.include({ status: 'rejected' });
    expect(seen.filter((command) => command.length > 8)).to.deep.equal(['00200010083733313934FFFFFF']);
  });

  /** VERIFYs of one insertion, each in a dialogue of its own; what the card saw. */
  const verifyInTurn = async (answers: string[], confirmed: readonly boolean[]) => {
    const tries = createPinTries();
    const { card, seen } = connection([...answers]);
    const outcomes: string[] = [];
    for (const lastTryConfirmed of confirmed) {
      const guard = newGuard(tries);
      guard.agree({ challenge, pin: newPin(), lastTryConfirmed });
      outcomes.push(
        await guard.run([VERIFY], card, {}).then(
          (responses) => Buffer.from(responses[0] ?? []).toString('hex'),
          (error: unknown) => (error instanceof PinRefused ? error.why : String(error)),
        ),
      );
    }
    return { outcomes, pins: seen.filter((command) => command.length > 8).length };
  };

  it('knows of a last try by the card’s answer to the last VERIFY, where it does not say when asked', async () => {
    expect(await verifyInTurn(['6D00', '63C1', '6D00'], [false, false])).to.deep.equal({ outcomes: ['63c1', 'last-try'], pins: 1 });
    expect(await verifyInTurn(['6D00', '63C2', '6D00', '63C1', '6D00'], [false, false, false])).to.deep.equal({ outcomes: ['63c2', '63c1', 'last-try'], pins: 2 });
    expect(await verifyInTurn(['6D00', '63C1', '6D00', '63C0', '6D00'], [false, true, true])).to.deep.equal({ outcomes: ['63c1', '63c0', '63c0'], pins: 2 });
  });

  it('takes the next try for the last one after a wrong PIN of which nothing is known', async () => {
    expect(await verifyInTurn(['6D00', '6300', '6D00'], [false, false])).to.deep.equal({ outcomes: ['6300', 'last-try'], pins: 1 });
    expect(await verifyInTurn(['6D00', '6300', '63C2', '9000'], [false, false]), 'unless the card says').to.deep.equal({ outcomes: ['6300', '9000'], pins: 2 });
    expect(await verifyInTurn(['6D00', '9000', '6D00', '9000'], [false, false]), 'nor after a right one').to.deep.equal({ outcomes: ['9000', '9000'], pins: 2 });
  });

  it('counts a VERIFY whose answer never came as a wrong PIN', async () => {
    const tries = createPinTries();
    const guard = newGuard(tries);
    guard.agree({ challenge, pin: newPin(), lastTryConfirmed: false });
    const { card } = connection(['6D00']);
    const broken: CardConnection = { ...card, transmit: (command) => (command.length > 4 ? Promise.reject(new Error('lost')) : card.transmit(command)) };
    expect(await guard.run([VERIFY], broken, {}).catch((error: Error) => error.message)).to.equal('lost');
    const next = newGuard(tries);
    next.agree({ challenge, pin: newPin(), lastTryConfirmed: false });
    expect(await next.run([VERIFY], connection(['6D00']).card, {}).catch((error: unknown) => error)).to.include({ why: 'last-try' });
  });

  it('does not take one reference’s silence for the other’s', async () => {
    const guard = newGuard();
    guard.agree({ challenge, pin: newPin(), lastTryConfirmed: false });
    const { card, seen } = connection(['6A88', '63C1']);
    await guard.run([step('00200090')], card, {});
    expect(await guard.run([VERIFY], card, {}).catch((error: unknown) => error)).to.include({ why: 'last-try' });
    expect(seen).to.deep.equal(['00200090', '00200010']);
  });

  it('lets an exchange without PIN and signature through in one piece, and stops where the card refuses', async () => {
    const guard = newGuard();
    const { card, seen } = connection(['9000', '9000', '6A82']);
    const steps = [step('00A408000411001102'), step('00B0000000'), step('00200010'), step('00B0000000')];
    expect(guard.accepts(steps)).to.equal(true);
    expect((await guard.run(steps, card, {})).map((answer) => Buffer.from(answer).toString('hex'))).to.deep.equal(['9000', '9000', '6a82']);
    expect(seen).to.have.length(3);
  });
});
