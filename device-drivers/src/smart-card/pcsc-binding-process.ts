/**
 * The process that holds the native PC/SC binding. It has no wisdom of its own: it hands on readers, states and bytes.
 * The binding can block its thread for as long as a card is silent, and has no time-out; so deadlines are the parent's,
 * and its means is to kill this process.
 */
import type pcsclite from 'pcsclite';
import { pcscCodeOf } from './pcsc-code.ts';
import { bindingCommand, RESPONSE_MAX } from './pcsc-messages.ts';
import type { BindingCommand, BindingMessage } from './pcsc-messages.ts';

type Pcsc = ReturnType<typeof pcsclite>;
type CardReader = Parameters<Parameters<Pcsc['on']>[1]>[0];

const readers = new Map<string, CardReader>();
/** The reader of the running connection, and its protocol in PC/SC's numbering. */
let connection: { reader: CardReader; protocol: number } | undefined;

function say(message: BindingMessage): void {
  process.send?.(message);
}

/** Says why and ends; without closing, since closing the binding's handles may block. */
function end(type: 'no-service' | 'no-binding'): void {
  if (process.send === undefined) {
    process.exit(1);
  }
  process.send({ type } satisfies BindingMessage, () => process.exit(0));
}

function fail(id: number, error: unknown): void {
  say({ type: 'failed', id, pcscCode: pcscCodeOf(error) ?? 0 });
}

function listReaders(): void {
  say({ type: 'readers', names: [...readers.keys()] });
}

function watch(reader: CardReader): void {
  readers.set(reader.name, reader);
  reader.on('error', () => end('no-service'));
  reader.on('end', () => {
    readers.delete(reader.name);
    listReaders();
  });
  reader.on('status', (status) => {
    const atr = status.atr === undefined ? new Uint8Array() : Uint8Array.from(status.atr);
    say({ type: 'status', reader: reader.name, bits: status.state, atr });
  });
  listReaders();
}

/** Lets go of the connection, also of one whose card has left; then calls back. */
function release(then: () => void): void {
  const reader = connection?.reader;
  connection = undefined;
  if (reader === undefined) {
    then();
    return;
  }
  reader.disconnect(reader.SCARD_UNPOWER_CARD, () => {
    // The binding keeps this flag set when the daemon refuses the handle of a card that left.
    reader.connected = false;
    then();
  });
}

function connect(id: number, reader: CardReader): void {
  const { SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_T0, SCARD_PROTOCOL_T1 } = reader;
  const options = { share_mode: SCARD_SHARE_EXCLUSIVE, protocol: SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1 };
  reader.connect(options, (error: unknown, protocol) => {
    if (error instanceof Error) {
      fail(id, error);
      return;
    }
    connection = { reader, protocol };
    say({ type: 'connected', id, protocol: protocol === SCARD_PROTOCOL_T0 ? 't0' : 't1' });
  });
}

function obey(command: BindingCommand): void {
  switch (command.type) {
    case 'ping':
      say({ type: 'done', id: command.id });
      return;
    case 'connect': {
      const reader = readers.get(command.reader);
      if (reader === undefined) {
        say({ type: 'failed', id: command.id, pcscCode: 0x8010_0009 });
        return;
      }
      release(() => connect(command.id, reader));
      return;
    }
    case 'transmit': {
      if (connection === undefined) {
        say({ type: 'failed', id: command.id, pcscCode: 0x8010_0003 });
        return;
      }
      const { reader, protocol } = connection;
      reader.transmit(Buffer.from(command.apdu), RESPONSE_MAX, protocol, (error: unknown, response) => {
        if (error instanceof Error) {
          fail(command.id, error);
          return;
        }
        say({ type: 'response', id: command.id, response: Uint8Array.from(response) });
      });
      return;
    }
    case 'power-off':
      release(() => say({ type: 'done', id: command.id }));
      return;
  }
}

async function open(): Promise<void> {
  let binding: typeof pcsclite;
  try {
    ({ default: binding } = await import('pcsclite'));
  } catch {
    end('no-binding');
    return;
  }
  try {
    const pcsc = binding();
    pcsc.on('error', () => end('no-service'));
    pcsc.on('reader', watch);
    listReaders();
  } catch {
    // The binding's constructor throws when the service is not there.
    end('no-service');
  }
}

process.on('message', (message: unknown) => obey(bindingCommand.parse(message)));
process.on('disconnect', () => process.exit(0));
await open();
