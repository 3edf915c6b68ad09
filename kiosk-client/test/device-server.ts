import { deviceCommands, unsolicitedEvents } from '@videosportello/protocol/device/commands.ts';
import type { DeviceCommand, DeviceStatus, UnsolicitedEvent } from '@videosportello/protocol/device/commands.ts';
import { commandMessage } from '@videosportello/protocol/device/xfs.ts';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import { webSocketTransport } from '@videosportello/protocol/rpc/transport.ts';
import type { MessageTransport, WebSocketLike } from '@videosportello/protocol/rpc/transport.ts';
import type { z } from 'zod';

type Completion<C extends DeviceCommand> = z.input<(typeof deviceCommands)[C]['completion']>;

export const readyStatus: DeviceStatus = {
  cardReader: { device: 'online', media: 'notPresent' },
  printer: { device: 'online', reasons: [] },
  scanner: { device: 'online', media: 'notPresent' },
  certificates: 'none',
};

/** A device service for tests: reads every command by its schema, answers with what the test has laid ready. */
export class DeviceServer {
  readonly received: { name: DeviceCommand; payload: unknown }[] = [];
  readonly answers: { [C in DeviceCommand]?: (payload: unknown) => Completion<C> | Promise<Completion<C>> } = {};
  /** Sent before the completion of ReadCard. */
  phases: string[] = [];
  #page: MessageTransport | undefined;

  accept(socket: WebSocketLike): void {
    const transport = webSocketTransport(socket);
    this.#page = transport;
    transport.onMessage((text) => void this.#serve(transport, text));
  }

  announce<E extends UnsolicitedEvent>(name: E, payload: z.input<(typeof unsolicitedEvents)[E]>): void {
    this.#page?.send(JSON.stringify({ header: { type: 'unsolicited', name, version: '1.0' }, payload: unsolicitedEvents[name].parse(payload) }));
  }

  close(code: number): void {
    this.#page?.close(code);
  }

  async #serve(transport: MessageTransport, text: string): Promise<void> {
    const { header, payload } = commandMessage.parse(JSON.parse(text));
    const name = header.name as DeviceCommand;
    const read = deviceCommands[name].payload.parse(payload);
    this.received.push({ name, payload: read });
    const post = (type: string, content: unknown, more: object = {}) =>
      transport.send(JSON.stringify({ header: { type, name, requestId: header.requestId, version: '1.0', ...more }, payload: content }));
    post('acknowledge', {});
    if (name === 'Videosportello.ReadCard') {
      for (const phase of this.phases) {
        transport.send(
          JSON.stringify({
            header: { type: 'event', name: 'Videosportello.EvidenceProgressEvent', requestId: header.requestId, version: '1.0' },
            payload: { phase },
          }),
        );
      }
    }
    const made: { errorCode?: ErrorCode | undefined } = (await this.answers[name]?.(read)) ?? {};
    if (made.errorCode === 'not-authenticated') post('completion', made, { completionCode: 'invalidToken' });
    else post('completion', deviceCommands[name].completion.parse(made), { completionCode: made.errorCode ? 'commandErrorCode' : 'success' });
  }
}
