/** How media travel, both ways taken together. */
export type MediaPath = 'connecting' | 'connected' | 'interrupted' | 'failed';

/** The path of transports in these states (W3C WebRTC, `RTCPeerConnectionState`); one that was never used does not count. */
export function mediaPathOf(transports: readonly { readonly connectionState: string }[]): MediaPath {
  const states = transports.map(({ connectionState }) => connectionState).filter((state) => state !== 'new');
  if (states.includes('failed')) return 'failed';
  if (states.includes('disconnected')) return 'interrupted';
  return states.length > 0 && states.every((state) => state === 'connected') ? 'connected' : 'connecting';
}
