import type { Device } from 'mediasoup-client';
import type { Consumer, MediaKind, RtpParameters, Transport } from 'mediasoup-client/types';
import type { MediaSource } from '@videosportello/protocol/contract/peer-sfu.ts';

/** What plays a track that comes over the network. */
export type Receiver = Pick<Consumer, 'track' | 'rtpReceiver'>;

/**
 * Receivers made before there is anything to receive. A peer connection does ICE and DTLS only once it has a media section,
 * and each section costs an offer and an answer; so the pre-warm makes one for the camera of the other side, with the
 * node's payload types, a fixed MID (RFC 8843, 15) and no SSRC. The voice gets its section when it comes: Chromium 156 plays
 * no sound of packets whose SSRC was not signalled. Nothing is asked of the node: it has no
 * consumer and sends nothing. Once the room opens its packets carry these MIDs and play in the tracks that are there already.
 */
export interface ReceiveSlots {
  /** The receiver for packets of this MID and codec, if a slot was made for it. */
  receiver(mid: string | undefined, parameters: RtpParameters): Receiver | undefined;
}

/** What a node will send of one kind: the first codec both know, with retransmission, and the header extensions of that kind. */
export function slotParameters(capabilities: Device['recvRtpCapabilities'], kind: MediaKind, mid: string): RtpParameters | undefined {
  const codecs = (capabilities.codecs ?? []).filter((codec) => codec.kind === kind && codec.preferredPayloadType !== undefined);
  if (codecs.length === 0) return undefined;
  return {
    mid,
    codecs: codecs.map((codec) => ({
      mimeType: codec.mimeType,
      payloadType: codec.preferredPayloadType ?? 0,
      clockRate: codec.clockRate,
      ...(codec.channels === undefined ? {} : { channels: codec.channels }),
      parameters: codec.parameters ?? {},
      rtcpFeedback: codec.rtcpFeedback ?? [],
    })),
    headerExtensions: (capabilities.headerExtensions ?? [])
      .filter((extension) => extension.kind === kind)
      .map(({ uri, preferredId }) => ({ uri, id: preferredId, encrypt: false, parameters: {} })),
    encodings: [{}],
    rtcp: { cname: mid, reducedSize: true },
  };
}

/** Makes the slot; resolves when its media section is negotiated. The transport's ICE and DTLS go on from there. */
export async function createReceiveSlots(device: Device, transport: Transport): Promise<ReceiveSlots> {
  const source: MediaSource = 'camera';
  const rtpParameters = slotParameters(device.recvRtpCapabilities, 'video', source);
  const slot = rtpParameters
    ? await transport.consume({ id: `slot-${source}`, producerId: `slot-${source}`, kind: 'video', rtpParameters })
    : undefined;
  return {
    receiver(mid, parameters) {
      if (!slot || mid !== source) return undefined;
      const knows = (payloadType: number) => slot.rtpParameters.codecs.some((codec) => codec.payloadType === payloadType);
      return parameters.codecs.every((codec) => knows(codec.payloadType)) ? slot : undefined;
    },
  };
}
