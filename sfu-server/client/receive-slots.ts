import type { Device } from 'mediasoup-client';
import type { Consumer, MediaKind, RtpParameters, Transport } from 'mediasoup-client/types';
import type { MediaSource } from '@videosportello/protocol/contract/peer-sfu.ts';

/**
 * Receivers made before there is anything to receive. A peer connection does ICE and DTLS only once it has a media section,
 * and each section costs an offer and an answer; so the pre-warm makes one for the camera and one for the microphone of the
 * other side, with the node's payload types, a fixed MID (RFC 8843, 15) and no SSRC. Nothing is asked of the node: it has no
 * consumer and sends nothing. Once the room opens its packets carry these MIDs and play in the tracks that are there already.
 */
export interface ReceiveSlots {
  /** The track for packets of this MID and codec, if a slot was made for them. */
  track(mid: string | undefined, parameters: RtpParameters): MediaStreamTrack | undefined;
}

const kinds = { camera: 'video', microphone: 'audio' } as const satisfies Record<MediaSource, MediaKind>;

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

/** Makes the slots; resolves when their media sections are negotiated. The transport's ICE and DTLS go on from there. */
export async function createReceiveSlots(device: Device, transport: Transport): Promise<ReceiveSlots> {
  const make = async (source: MediaSource): Promise<Consumer | undefined> => {
    const rtpParameters = slotParameters(device.recvRtpCapabilities, kinds[source], source);
    if (!rtpParameters) return undefined;
    return transport.consume({ id: `slot-${source}`, producerId: `slot-${source}`, kind: kinds[source], rtpParameters });
  };
  const slots = { camera: make('camera'), microphone: make('microphone') };
  const made = new Map([
    ['camera', await slots.camera],
    ['microphone', await slots.microphone],
  ]);
  return {
    track(mid, parameters) {
      const slot = mid === undefined ? undefined : made.get(mid);
      if (!slot) return undefined;
      const knows = (payloadType: number) => slot.rtpParameters.codecs.some((codec) => codec.payloadType === payloadType);
      return parameters.codecs.every((codec) => knows(codec.payloadType)) ? slot.track : undefined;
    },
  };
}
