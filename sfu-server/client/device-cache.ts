import { Device } from 'mediasoup-client';
import type { RtpCapabilities } from 'mediasoup-client/types';

/**
 * The loaded device for a node's capabilities. Loading probes the browser with two peer connections, so it is kept: all
 * nodes of one release have the same capabilities.
 */
export type DeviceCache = (routerRtpCapabilities: RtpCapabilities) => Promise<Device>;

/** Keeps the last loaded device. `make` is a parameter so that tests run without a browser. */
export function createDeviceCache(make: () => Device = () => new Device()): DeviceCache {
  let kept: { readonly capabilities: string; readonly device: Promise<Device> } | undefined;
  return (routerRtpCapabilities) => {
    const capabilities = JSON.stringify(routerRtpCapabilities);
    if (kept?.capabilities === capabilities) return kept.device;
    const device = (async () => {
      const made = make();
      await made.load({ routerRtpCapabilities });
      return made;
    })();
    const entry = { capabilities, device };
    kept = entry;
    device.catch(() => {
      if (kept === entry) kept = undefined;
    });
    return device;
  };
}
