import { readRtpCapabilities } from '../media/wire-parameters.ts';
import type { JoinedHandlers } from './joined.ts';

/** What the page can receive. Its consumers follow as soon as the room is open to it. */
export const consumerHandlers: JoinedHandlers<'media.ready'> = {
  'media.ready': async ({ room, peer }, { rtpCapabilities }) => {
    peer.setRtpCapabilities(readRtpCapabilities(rtpCapabilities));
    await room.openMedia();
    return {};
  },
};
