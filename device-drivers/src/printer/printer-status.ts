import { numberOf, octetTextOf, wordsOf } from './ipp/message.ts';
import type { IppAttributes } from './ipp/message.ts';
import { PrinterState } from './ipp/tags.ts';

/** A printer as it says it is; `offline` when it says nothing. */
export interface PrinterStatus {
  readonly state: 'idle' | 'processing' | 'stopped' | 'offline';
  /** printer-state-reasons without their suffix (RFC 8011, 5.4.12): the suffix depends on the model. */
  readonly reasons: ReadonlySet<string>;
  /** Toner and the like; level in per cent, undefined where the printer does not know. */
  readonly supplies: readonly { readonly name: string; readonly levelPercent: number | undefined }[];
  /** Trays; sheets left, undefined where the printer does not know. */
  readonly trays: readonly { readonly name: string; readonly sheets: number | undefined }[];
  /** Seconds since the printer started (RFC 8011, 5.4.29); it falls when the printer was restarted. */
  readonly upTimeS: number | undefined;
}

/** What {@link readPrinterStatus} asks for. */
export const STATUS_ATTRIBUTES = [
  'printer-state',
  'printer-state-reasons',
  'printer-supply',
  'printer-supply-description',
  'printer-input-tray',
  'printer-up-time',
] as const;

/** Reasons that keep paper from coming until somebody acts (RFC 8011, 5.4.12; PWG 5100.9 adds those of supplies). */
const BLOCKING: ReadonlySet<string> = new Set([
  'media-empty',
  'media-needed',
  'media-jam',
  'cover-open',
  'door-open',
  'interlock-open',
  'toner-empty',
  'marker-supply-empty',
  'output-area-full',
  'spool-area-full',
  'paused',
  'shutdown',
  'offline',
  'connecting-to-device',
  'timed-out',
  'fuser-over-temp',
  'input-tray-missing',
  'other',
]);

/** The status of a printer that does not answer. */
export const OFFLINE: PrinterStatus = {
  state: 'offline',
  reasons: new Set(['offline']),
  supplies: [],
  trays: [],
  upTimeS: undefined,
};

/** Reasons of a status that keep paper from coming, in the printer's order. */
export function blockingReasons(status: PrinterStatus): string[] {
  return [...status.reasons].filter((reason) => BLOCKING.has(reason));
}

/** Whether two statuses would be shown alike; the running clock does not count. */
export function sameStatus(left: PrinterStatus, right: PrinterStatus): boolean {
  const shown = ({ state, reasons, supplies, trays }: PrinterStatus): string =>
    JSON.stringify([state, [...reasons], supplies, trays]);
  return shown(left) === shown(right);
}

/** Reads a printer's attributes; what is missing stays unknown. */
export function readPrinterStatus(attributes: IppAttributes): PrinterStatus {
  const names = wordsOf(attributes, 'printer-supply-description');
  return {
    state: stateOf(numberOf(attributes, 'printer-state')),
    reasons: new Set(
      wordsOf(attributes, 'printer-state-reasons')
        .map((reason) => reason.replace(/-(report|warning|error)$/, ''))
        .filter((reason) => reason !== 'none'),
    ),
    supplies: octetTextOf(attributes, 'printer-supply').map((supply, index) => {
      const field = fieldsOf(supply);
      return { name: names[index] ?? field('type') ?? 'supply', levelPercent: share(field('level'), field('maxcapacity')) };
    }),
    trays: octetTextOf(attributes, 'printer-input-tray').map((tray) => {
      const field = fieldsOf(tray);
      return { name: field('name') ?? 'tray', sheets: known(field('level')) };
    }),
    upTimeS: numberOf(attributes, 'printer-up-time'),
  };
}

function stateOf(state: number | undefined): PrinterStatus['state'] {
  switch (state) {
    case PrinterState.idle:
      return 'idle';
    case PrinterState.processing:
      return 'processing';
    default:
      return 'stopped';
  }
}

/** Reads `key=value;key=value` (PWG 5100.13, 5.6.2 and 5.6.3: printer-input-tray, printer-supply). */
function fieldsOf(text: string): (key: string) => string | undefined {
  const fields = new Map(
    text.split(';').map((field) => {
      const [key = '', ...value] = field.split('=');
      return [key.trim(), value.join('=')];
    }),
  );
  return (key) => fields.get(key);
}

/** Negative levels mean unknown or "some" (RFC 3805, prtInputCurrentLevel). */
function known(level: string | undefined): number | undefined {
  const value = Number.parseInt(level ?? '', 10);
  return value >= 0 ? value : undefined;
}

function share(level: string | undefined, capacity: string | undefined): number | undefined {
  const part = known(level);
  const whole = known(capacity);
  return part === undefined || whole === undefined || whole === 0 ? undefined : Math.round((100 * part) / whole);
}
