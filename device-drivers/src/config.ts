import { resolve } from 'node:path';
import { z } from 'zod';
import { socketUrl } from '@videosportello/protocol/units.ts';

/** What the environment may say; see README. */
const environment = z.object({
  /** Address and port to listen on; only loopback is allowed. Port 0 takes a free one. */
  LISTEN: z.string().regex(/^(127\.0\.0\.1|\[::1\]|localhost):\d{1,5}$/, 'LISTEN must be a loopback address with a port').default('127.0.0.1:8443'),
  /** Host name the kiosk page is opened under; differs from the console's, as cookies ignore ports. */
  PAGE_HOST: z.string().regex(/^[a-z0-9.-]+$/).default('kiosk.localhost'),
  /** queue-service's socket for kiosk pages, and the address that takes enrolments. */
  QUEUE_URL: socketUrl,
  ENROL_URL: z.url(),
  /** Origins the page may open sockets to, separated by spaces: queue-service and the media nodes. */
  CONNECT_TO: z.string().regex(/^(wss?:\/\/[^\s;,'"]+ ?)+$/),
  /** The built kiosk page. */
  KIOSK_DIST: z.string().min(1),
  DATA_DIR: z.string().min(1),
  /** PC/SC daemon's socket; absent: the machine's own. */
  PCSCLITE_CSOCK_NAME: z.string().min(1).optional(),
  /** The A4 printer; absent: no printer. */
  PRINTER_URI: z.url({ protocol: /^ipps?$/ }).optional(),
  /** SANE's device name; absent: no scanner. */
  SCANNER_DEVICE: z.string().min(1).optional(),
  SANE_CONFIG_DIR: z.string().min(1).optional(),
  /** Options of this scanner's model as `scanimage -A` lists them, separated by spaces; a value with spaces stands in double quotes. */
  SCANNER_OPTIONS: z.string().default('--mode Color --resolution 200'),
  /** Present when the kiosk is to be enrolled, at first or anew: the one-time code for it. */
  ENROLMENT_CODE: z.string().min(8).max(100).optional(),
  /** A demo on one desk: the page starts with its microphone muted, because two open ones howl. */
  DEMO: z.literal('1').optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

/** The device service's settings, complete. */
export interface DeviceServiceConfig {
  readonly host: string;
  readonly port: number;
  readonly pageHost: string;
  readonly queueUrl: string;
  readonly enrolUrl: string;
  readonly connectTo: readonly string[];
  readonly kioskDist: string;
  readonly dataDirectory: string;
  readonly pcscSocket: string | undefined;
  readonly printerUri: string | undefined;
  readonly scanner: { readonly device: string; readonly configDirectory: string | undefined; readonly options: readonly string[] } | undefined;
  readonly enrolmentCode: string | undefined;
  readonly demo: boolean;
  readonly logLevel: string;
}

/**
 * Reads the settings.
 * @throws Error with one sentence per contradiction or missing value.
 */
export function readConfig(env: NodeJS.ProcessEnv): DeviceServiceConfig {
  const read = environment.safeParse(env);
  if (!read.success) throw new Error(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  const value = read.data;
  if (value.SANE_CONFIG_DIR && !value.SCANNER_DEVICE) throw new Error('SANE_CONFIG_DIR is for a scanner: say which in SCANNER_DEVICE.');
  const colon = value.LISTEN.lastIndexOf(':');
  return {
    host: value.LISTEN.slice(0, colon).replace(/^\[|\]$/g, ''),
    port: Number(value.LISTEN.slice(colon + 1)),
    pageHost: value.PAGE_HOST,
    queueUrl: value.QUEUE_URL,
    enrolUrl: value.ENROL_URL,
    connectTo: value.CONNECT_TO.trim().split(/ +/),
    kioskDist: resolve(value.KIOSK_DIST),
    dataDirectory: resolve(value.DATA_DIR),
    pcscSocket: value.PCSCLITE_CSOCK_NAME,
    printerUri: value.PRINTER_URI,
    scanner: value.SCANNER_DEVICE
      ? {
          device: value.SCANNER_DEVICE,
          configDirectory: value.SANE_CONFIG_DIR,
          options: [...value.SCANNER_OPTIONS.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word),
        }
      : undefined,
    enrolmentCode: value.ENROLMENT_CODE,
    demo: value.DEMO === '1',
    logLevel: value.LOG_LEVEL,
  };
}
