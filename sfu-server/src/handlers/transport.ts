import { readDtlsParameters } from '../media/wire-parameters.ts';
import type { JoinedHandlers } from './joined.ts';

/** Connecting and restarting the page's two transports. */
export const transportHandlers: JoinedHandlers<'transport.connect' | 'transport.restart-ice'> = {
  'transport.connect': async ({ peer }, { transportId, dtlsParameters }) => {
    await peer.connectTransport(transportId, readDtlsParameters(dtlsParameters));
    return {};
  },
  'transport.restart-ice': async ({ peer }, { transportId }) => ({ iceParameters: { ...(await peer.restartIce(transportId)) } }),
};
