/**
 * The process that holds the native PC/SC binding. It has no wisdom of its own: it hands on readers, states and bytes.
 * The binding can block its thread for as long as a card is silent, and has no time-out; so deadlines are the parent's,
 * and its means is to kill this process.
 */
import type pcsclite from 'pcsclite';
import { INVALID_HANDLE, pcscCodeOf, UNKNOWN_READER } from './pcsc-code.ts';
import { bindingCommand, RESPONSE_MAX } from './pcsc-messages.ts';
import type { BindingCommand, BindingMessage } from './pcsc-messages.ts';

type Pcsc = ReturnType<typeof pcsclite>;
type CardReader = Parameters<Parameters<Pcsc['on']>[1]>[0];

const readers = new Map<string, CardReader>();
/** The reader of the running connection, and its protocol in PC/SC's numbering. */
let connection: { reader: CardReader; protocol: number } | undefined;
let ending = false;

function say(message: BindingMessage): void {
  if (!ending) {
    process.send?.(message);
  }
}

/** Says why and ends; without closing, since closing the binding's handles may block. */
function end(type: 'no-service' | 'no-binding'): void {
  if (process.send === undefined) {
    process.exit(1);
  }
  if (!ending) {
    // What the binding still reports, readers that vanish with the service, would only hide the reason.
    ending = true;
    process.send({ type } satisfies BindingMessage, () => process.exit(0));
  }
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

/** Lets go of the connection, also of one whose card has left. */
async function release(): Promise<void> {
  const reader = connection?.reader;
  connection = undefined;
  if (reader === undefined) {
    return;
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  reader.disconnect(reader.SCARD_UNPOWER_CARD, () => resolve());
  await promise;
  // The binding keeps this flag set when the daemon refuses the handle of a card that left.
  reader.connected = false;
}

async function connect(id: number, name: string): Promise<void> {
  await release();
  const reader = readers.get(name);
  if (reader === undefined) {
    say({ type: 'failed', id, pcscCode: UNKNOWN_READER });
    return;
  }
  const { SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_T0, SCARD_PROTOCOL_T1 } = reader;
  const options = { share_mode: SCARD_SHARE_EXCLUSIVE, protocol: SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1 };
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  reader.connect(options, (error: unknown, protocol) => (error instanceof Error ? reject(error) : resolve(protocol)));
  const protocol = await promise;
  connection = { reader, protocol };
  say({ type: 'connected', id, protocol: protocol === SCARD_PROTOCOL_T0 ? 't0' : 't1' });
}

async function transmit(id: number, apdu: Uint8Array): Promise<void> {
  if (connection === undefined) {
    say({ type: 'failed', id, pcscCode: INVALID_HANDLE });
    return;
  }
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const command = Buffer.from(apdu);
  try {
    connection.reader.transmit(command, RESPONSE_MAX, connection.protocol, (error: unknown, response) =>
      error instanceof Error ? reject(error) : resolve(response),
    );
    say({ type: 'response', id, response: Uint8Array.from(await promise) });
  } finally {
    // A command may hold a PIN.
    command.fill(0);
    apdu.fill(0);
  }
}

async function obey(command: BindingCommand): Promise<void> {
  switch (command.type) {
    case 'connect':
      return connect(command.id, command.reader);
    case 'transmit':
      return transmit(command.id, command.apdu);
    case 'power-off':
      await release();
      say({ type: 'done', id: command.id });
      return;
    case 'ping':
      say({ type: 'done', id: command.id });
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

// One command after another: the binding's handle of a reader knows only one state at a time.
let turn: Promise<void> = Promise.resolve();
process.on('message', (message: unknown) => {
  const command = bindingCommand.parse(message);
  turn = turn.then(() => obey(command)).catch((error: unknown) => fail(command.id, error));
});
process.on('disconnect', () => process.exit(0));
await open();
