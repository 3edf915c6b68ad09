import type { RtpEncodingParameters } from 'mediasoup-client/types';
import type { RoomRole } from '@videosportello/protocol/contract/peer-sfu.ts';

/**
 * How a camera is sent. The kiosk in two layers, QVGA and VGA: the node shows the small one first and the large one when the
 * way to the operator carries it; QVGA is the least EN 301 549 (6.5.2) allows. The operator, who sits on a good line, in one.
 * Encodings are born inactive: nothing leaves the page before the visit is accepted, and the moment they are made active the
 * encoder starts with a key frame by itself, so none has to be asked for over the network.
 */
export function cameraEncodings(role: RoomRole): RtpEncodingParameters[] {
  const full = { active: false, maxBitrate: 1_200_000, maxFramerate: 30 };
  if (role === 'operator') return [full];
  return [
    { ...full, scaleResolutionDownBy: 2, maxBitrate: 300_000, scalabilityMode: 'L1T3' },
    { ...full, scaleResolutionDownBy: 1, scalabilityMode: 'L1T3' },
  ];
}

/** Voice at 32 kbit/s full band. */
export const microphoneEncodings = (): RtpEncodingParameters[] => [{ active: false, maxBitrate: 32_000 }];

/** Starts or stops every encoding of a sender. */
export async function setSending(sender: RTCRtpSender, active: boolean): Promise<void> {
  const parameters = sender.getParameters();
  if (parameters.encodings.every((encoding) => encoding.active === active)) return;
  for (const encoding of parameters.encodings) encoding.active = active;
  // Resolution gives way before pictures per second do (ui.md K27: signing needs the pictures).
  if (sender.track?.kind === 'video') parameters.degradationPreference = 'maintain-framerate';
  await sender.setParameters(parameters);
}
