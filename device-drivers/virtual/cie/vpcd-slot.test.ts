/** The slot against a plain TCP server that speaks vpcd's side of the protocol. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { expect } from 'chai';
import { FILE } from './card-image.ts';
import { CHIP_FAMILIES } from './chip-family.ts';
import { CIE_PACE, efCardAccess } from './pace-profile.ts';
import { CardGoneError } from './virtual-card.ts';
import type { VirtualCard } from './virtual-card.ts';
import { createVirtualCie } from './virtual-cie.ts';
import type { CardBehaviour } from './virtual-cie.ts';
import { createFrameReader, encodeFrame } from './vpcd-frames.ts';
import { createVpcdSlot, SlotError } from './vpcd-slot.ts';
import type { VpcdSlot } from './vpcd-slot.ts';
import { hex, toHex } from './test/terminal.ts';

function newCard(behaviour: CardBehaviour = {}): VirtualCard {
  const masterFile = [{ ...FILE.cardAccess, access: 'free' as const, content: efCardAccess([CIE_PACE]) }];
  const files = { masterFile, application: [] };
  const passwords = { can: '123456', mrzInformation: '', pace: [CIE_PACE], basicAccessControl: true };
  const image = { family: CHIP_FAMILIES.gemalto, ...passwords, ...files };
  return createVirtualCie(image, { random: randomBytes, behaviour });
}

/** vpcd's side of one connection. */
function readerSide(socket: Socket) {
  const frames = createFrameReader();
  const queue: string[] = [];
  const waiting: ((frame: string) => void)[] = [];
  socket.on('data', (chunk: Buffer) => {
    for (const payload of frames.push(chunk)) {
      const next = waiting.shift();
      if (next === undefined) queue.push(toHex(payload));
      else next(toHex(payload));
    }
  });
  // A card that leaves in the middle of a command resets the connection.
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const receive = (): Promise<string> => {
    const ready = queue.shift();
    return ready === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(ready);
  };
  return {
    socket,
    closed,
    receive,
    send: (payload: string) => socket.write(encodeFrame(hex(payload))),
    async ask(payload: string): Promise<string> {
      socket.write(encodeFrame(hex(payload)));
      return receive();
    },
  };
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof SlotError || error instanceof CardGoneError ? error.code : String(error)),
  );
}

describe('vpcd slot', () => {
  let server: Server;
  let slot: VpcdSlot;

  beforeEach(async () => {
    server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    slot = createVpcdSlot({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  });

  afterEach(async () => {
    await slot.close();
    if (server.listening) {
      server.close();
      await once(server, 'close');
    }
  });

  async function inserted(card = newCard()) {
    const connection = once(server, 'connection') as Promise<[Socket]>;
    await slot.insert(card);
    const [socket] = await connection;
    return readerSide(socket);
  }

  it('connects when a card is inserted and disconnects when it is taken out', async () => {
    const seen: string[] = [];
    slot.events.on('inserted', () => seen.push('inserted'));
    slot.events.on('removed', (reason) => seen.push(reason));
    const reader = await inserted();
    expect(slot.card?.present).to.equal(true);
    await slot.remove();
    await reader.closed;
    expect(slot.card).to.equal(undefined);
    expect(seen).to.deep.equal(['inserted', 'taken-out']);
  });

  it('answers the ATR, keeps silent on power and reset, and answers commands', async () => {
    const counts: number[] = [];
    slot.events.on('apdu', (count) => counts.push(count));
    const reader = await inserted();
    expect(await reader.ask('04')).to.equal(toHex(CHIP_FAMILIES.gemalto.atr));
    reader.send('01');
    expect(await reader.ask('00A4020C02011C')).to.equal('9000');
    expect(await reader.ask('00B0000016')).to.equal(`${toHex(efCardAccess([CIE_PACE]))}9000`);
    reader.send('02');
    expect(await reader.ask('00B0000016')).to.equal('6986');
    await reader.ask('00A4020C02011C');
    reader.send('00');
    reader.send('01');
    expect(await reader.ask('00B0000016')).to.equal('6986');
    expect(counts).to.deep.equal([1, 2, 3, 4, 5]);
  });

  it('reads frames that come byte by byte, and several at once', async () => {
    const reader = await inserted();
    reader.socket.setNoDelay(true);
    for (const byte of encodeFrame(hex('00A4020C02011C'))) {
      reader.socket.write(Uint8Array.of(byte));
      await new Promise(setImmediate);
    }
    expect(await reader.receive()).to.equal('9000');
    reader.socket.write(Buffer.concat(['04', '00B0000002', '04'].map((payload) => encodeFrame(hex(payload)))));
    expect([await reader.receive(), await reader.receive(), await reader.receive()]).to.deep.equal([
      toHex(CHIP_FAMILIES.gemalto.atr),
      '31149000',
      toHex(CHIP_FAMILIES.gemalto.atr),
    ]);
  });

  it('takes the same card twice as one insertion, refuses another one, and an empty slot stays empty', async () => {
    await slot.remove();
    const card = newCard();
    const reader = await inserted(card);
    await slot.insert(card);
    expect(await codeOf(slot.insert(newCard()))).to.equal('slot-occupied');
    expect(await reader.ask('04')).to.equal(toHex(card.atr));
    await slot.remove();
    await slot.remove();
  });

  it('takes a card again after it was taken out, without its session', async () => {
    const card = newCard();
    const first = await inserted(card);
    await first.ask('00A4020C02011C');
    await slot.remove();
    const second = await inserted(card);
    expect(await second.ask('00B0000016')).to.equal('6986');
  });

  it('lets the card leave after its last answer', async () => {
    const left = once(slot.events, 'removed');
    const card = newCard({ removeAfterApdu: 2 });
    const reader = await inserted(card);
    expect(await reader.ask('00A4020C02011C')).to.equal('9000');
    expect(await reader.ask('00B0000002')).to.equal('31149000');
    await reader.closed;
    expect(await left).to.deep.equal(['card-left']);
    expect(await codeOf(slot.insert(card))).to.equal('card-gone');
  });

  it('waits as long as the chip takes, and a card that is taken out meanwhile does not answer', async () => {
    const reader = await inserted(newCard({ delayMs: 3_600_000 }));
    const answers: string[] = [];
    void reader.receive().then((answer) => answers.push(answer));
    reader.send('00A4020C02011C');
    await slot.remove();
    await reader.closed;
    expect(answers).to.deep.equal([]);
  });

  it('tells when the reader goes away', async () => {
    const removed = once(slot.events, 'removed');
    const reader = await inserted();
    reader.socket.destroy();
    expect(await removed).to.deep.equal(['reader-closed']);
    expect(slot.card).to.equal(undefined);
  });

  it('tells when the card could not work out an answer', async () => {
    const removed = once(slot.events, 'removed');
    const broken: VirtualCard = {
      ...newCard(),
      process: () => {
        throw new RangeError('no answer');
      },
    };
    const reader = await inserted(broken);
    reader.send('00A40000');
    expect(await removed).to.deep.equal(['card-failed']);
  });

  it('leaves on a control code that vpcd does not have', async () => {
    const removed = once(slot.events, 'removed');
    const reader = await inserted();
    reader.send('03');
    expect(await removed).to.deep.equal(['reader-closed']);
  });

  it('says that the reader cannot be reached, and is empty after it', async () => {
    server.close();
    await once(server, 'close');
    expect(await codeOf(slot.insert(newCard()))).to.equal('reader-unreachable');
    expect(slot.card).to.equal(undefined);
  });

  it('gives up an insertion that is taken back', async () => {
    const insertion = codeOf(slot.insert(newCard()));
    const removal = slot.remove();
    expect(await insertion).to.equal('removed-while-inserting');
    await removal;
    expect(slot.card).to.equal(undefined);
  });

  it('is closed for good, twice if need be', async () => {
    await inserted();
    await slot.close();
    await slot.close();
    expect(await codeOf(slot.insert(newCard()))).to.equal('slot-closed');
  });
});
