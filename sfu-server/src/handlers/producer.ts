import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { readRtpParameters } from '../media/wire-parameters.ts';
import type { JoinedHandlers } from './joined.ts';

const kindOf = { camera: 'video', microphone: 'audio' } as const;

/** What the page sends: made once per source, paused and resumed by its owner. */
export const producerHandlers: JoinedHandlers<'producer.create' | 'producer.pause' | 'producer.resume' | 'producer.close'> = {
  'producer.create': async ({ room, peer }, { kind, source, rtpParameters, paused }) => {
    if (kindOf[source] !== kind) throw new ProtocolError('bad-params', { detail: 'kind-of-source' });
    const parameters = readRtpParameters(rtpParameters);
    const producer = await peer.produce(source, { kind, rtpParameters: parameters, paused }).catch((cause: unknown) => {
      // What the router's codecs do not cover, or the worker would not have.
      throw new ProtocolError('bad-params', { detail: 'not-produced', cause });
    });
    await room.openMedia();
    return { producerId: producer.id };
  },
  'producer.pause': async ({ peer }, { producerId }) => {
    await peer.setPaused(await peer.producer(producerId), true);
    return {};
  },
  'producer.resume': async ({ peer }, { producerId }) => {
    await peer.setPaused(await peer.producer(producerId), false);
    return {};
  },
  'producer.close': async ({ peer }, { producerId }) => {
    (await peer.producer(producerId)).close();
    return {};
  },
};
