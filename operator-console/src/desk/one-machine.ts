/**
 * Whether the page was opened on the machine that serves it, as the demo is: then kiosk and desk most likely share one
 * room, and
 * two open microphones howl. RFC 6761, 6.3: names under `localhost` are loopback.
 */
export const isOneMachine = (hostname: string): boolean =>
  hostname === 'localhost' ||
  hostname.endsWith('.localhost') ||
  hostname === '[::1]' ||
  /^127\.\d+\.\d+\.\d+$/.test(hostname);
