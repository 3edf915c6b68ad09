import { expect } from 'chai';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { newId, visitId } from '@videosportello/protocol/ids.ts';
import type { MessageTransport, WebSocketLike } from '@videosportello/protocol/rpc/transport.ts';
import { codeOf } from '@videosportello/protocol/testing/code-of.ts';
import { connectDevice } from '../../client/device-client.ts';
import { servePage } from './page-channel.ts';
import type { CommandHandlers } from './page-channel.ts';

const token = 'a-token-of-this-start-1234';

/** A page's WebSocket and the service's transport, joined in memory. */
function line(): { socket: WebSocketLike; transport: MessageTransport; sent: string[] } {
  const listeners = new Map<string, ((event: never) => void)[]>();
  const emit = (type: string, event: unknown) => {
    for (const listener of listeners.get(type) ?? []) listener(event as never);
  };
  let toService: (text: string) => void = () => {};
  let onClose: (code: number) => void = () => {};
  let state = 1;
  const sent: string[] = [];
  const shut = (code: number) => {
    if (state === 3) return;
    state = 3;
    onClose(code);
    emit('close', { code });
  };
  queueMicrotask(() => emit('open', {}));
  return {
    sent,
    socket: {
      get readyState() {
        return state;
      },
      send: (data) => queueMicrotask(() => toService(data)),
      close: (code = 1000) => shut(code),
      addEventListener: (type: string, listener: (event: never) => void) => void listeners.set(type, [...(listeners.get(type) ?? []), listener]),
    },
    transport: {
      send: (text) => {
        sent.push(text);
        queueMicrotask(() => emit('message', { data: text }));
      },
      // As on a real socket, what was sent before the close arrives before it.
      close: (code = 1000) => queueMicrotask(() => shut(code)),
      onMessage: (handler) => void (toService = handler),
      onClose: (handler) => void (onClose = handler),
    },
  };
}

const unused = () => {
  throw new Error('a secret of the service');
};
const handlers: CommandHandlers = {
  'Videosportello.Hello': ({ token: shown }) => {
    if (shown !== token) throw new ProtocolError('not-authenticated');
    return { enrolled: false };
  },
  'Videosportello.ProveKiosk': unused,
  'Videosportello.OpenVisit': unused,
  'Videosportello.ReadCard': async (_payload, { event }) => {
    event('Videosportello.EvidenceProgressEvent', { phase: 'reading' });
    throw new ProtocolError('card-removed');
  },
  'Check.ReadImage': unused,
  'BarcodeReader.Read': unused,
  'Videosportello.PrintTicket': unused,
  'Videosportello.AnswerSignature': unused,
  'Videosportello.AnswerReview': unused,
  'Videosportello.PaperTaken': unused,
  'Videosportello.CloseVisit': () => ({ cardStillPresent: true, sheetStillInScanner: false }),
  'Common.Status': unused,
};

async function page() {
  const { socket, transport, sent } = line();
  const failures: string[] = [];
  const bad: (string | undefined)[] = [];
  const channel = servePage({ transport, handlers, onBadMessage: ({ name }) => bad.push(name), onFailure: ({ name }) => failures.push(name) });
  const heard: string[] = [];
  const client = await connectDevice({ make: () => socket, signal: new AbortController().signal, onUnsolicited: (name) => heard.push(name) });
  return { client, channel, sent, failures, bad, heard, socket };
}


describe('page channel', () => {
  it('takes nothing but hello before the token was shown', async () => {
    const { client } = await page();
    expect(await codeOf(client.command('Common.Status', {}))).to.equal('not-authenticated');
  });

  it('closes on a wrong token', async () => {
    const { client } = await page();
    expect(await codeOf(client.command('Videosportello.Hello', { token: 'another-token-0123456789' }))).to.equal('not-authenticated');
    await client.closed;
  });

  it('acknowledges, sends events, completes, and announces to an admitted page only', async () => {
    const { client, channel, sent, heard } = await page();
    channel.announce('CardReader.MediaInsertedEvent', { card: 'other' });
    await client.command('Videosportello.Hello', { token });
    channel.announce('CardReader.MediaRemovedEvent', {});
    const id = newId(visitId, 'v');
    const events: string[] = [];
    const failed = client.command('Videosportello.ReadCard', { visitId: id, card: { document: 'cie', can: '123456' } }, { onEvent: (_name, { phase }) => events.push(phase) });
    expect(await codeOf(failed)).to.equal('card-removed');
    expect(events).to.deep.equal(['reading']);
    expect(await client.command('Videosportello.CloseVisit', { visitId: id })).to.deep.equal({ cardStillPresent: true, sheetStillInScanner: false });
    expect(heard).to.deep.equal(['CardReader.MediaRemovedEvent']);
    const types = sent.map((text) => (JSON.parse(text) as { header: { type: string } }).header.type);
    expect(types).to.deep.equal(['acknowledge', 'completion', 'unsolicited', 'acknowledge', 'event', 'completion', 'acknowledge', 'completion']);
  });

  it('refuses what it does not know or cannot read, and goes on', async () => {
    const { client, bad, socket, sent } = await page();
    await client.command('Videosportello.Hello', { token });
    socket.send('{"header": {}}');
    socket.send('not json');
    socket.send(JSON.stringify({ header: { type: 'command', name: 'CardReader.EjectEverything', requestId: 77, version: '1.0' }, payload: {} }));
    expect(await codeOf(client.command('Videosportello.ReadCard', { visitId: newId(visitId, 'v'), card: { document: 'cie', can: '12' } }))).to.equal('internal');
    expect(bad).to.deep.equal([undefined, undefined, undefined, 'Videosportello.ReadCard']);
    expect(sent.some((text) => text.includes('unsupportedCommand'))).to.equal(true);
    await client.command('Videosportello.CloseVisit', { visitId: newId(visitId, 'v') });
  });

  it('keeps the words of an unexpected failure to itself', async () => {
    const { client, failures, sent } = await page();
    await client.command('Videosportello.Hello', { token });
    expect(await codeOf(client.command('Common.Status', {}))).to.equal('internal');
    expect(failures).to.deep.equal(['Common.Status']);
    expect(sent.join()).not.to.include('secret');
  });

  it('fails running commands at once when the socket is lost', async () => {
    const { client, socket } = await page();
    const running = codeOf(client.command('Videosportello.Hello', { token }));
    socket.close();
    expect(await running).to.equal('link-lost');
    expect(await codeOf(client.command('Common.Status', {}))).to.equal('link-lost');
  });
});
