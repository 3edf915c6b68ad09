import type { RouterRtpCodecCapability } from 'mediasoup/types';

/**
 * What rooms speak. Opus full band (wider than the 7 kHz of EN 301 549, 6.1) with in-band error correction against single
 * losses and silence left unsent; VP8 first because every browser encodes it in simulcast, H.264 constrained baseline for
 * devices that encode it in hardware.
 */
export const mediaCodecs: RouterRtpCodecCapability[] = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2, parameters: { useinbandfec: 1, usedtx: 1 } },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000, parameters: {} },
  {
    kind: 'video',
    mimeType: 'video/H264',
    clockRate: 90_000,
    parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
  },
];

/**
 * What a receiver's transport may carry before its bandwidth has been measured, bits per second: enough for the larger
 * layer, so that the first picture is not kept back by a slow start.
 */
export const INITIAL_OUTGOING_BITRATE = 1_500_000;
/**
 * What a receiver's transport is taken to carry at least, bits per second: voice and the small layer. After a moment without
 * any network the estimate is near nothing and takes seconds to grow; with this floor the picture is back at once.
 */
export const MIN_OUTGOING_BITRATE = 350_000;
/** Most that one page may send, bits per second: three times what ours does. */
export const MAX_INCOMING_BITRATE = 4_500_000;

/**
 * Least time between two key frame requests to one page, ms. Browsers ignore a request within 300 ms of the one before
 * (libwebrtc, EncoderRtcpFeedback), and the worker would ask again only after a second.
 */
export const KEY_FRAME_REQUEST_DELAY_MS = 330;
