import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { DeviceStatus } from '@videosportello/protocol/device/commands.ts';
import { ScanError } from './sane-scanner.ts';
import type { SaneScanner, ScannedPage } from './sane-scanner.ts';

/** The scanner as the device service sees it: pages in, the protocol's words out. */
export interface DocumentScanner extends AsyncDisposable {
  /** What was last seen of it; `offline` until it has been looked at for the first time. */
  device(): DeviceStatus['scanner']['device'];
  /**
   * Scans the sheet on the glass. The bytes are the caller's to wipe.
   * @throws ProtocolError `scanner-empty`; `scanner-failed` with the scanner's word as detail; `aborted`.
   */
  scan(signal: AbortSignal): Promise<ScannedPage>;
  subscribe(listener: () => void): void;
  /** Ends a running scan and looks no more. May be called twice. */
  close(): Promise<void>;
}

/** How often a scanner at rest is looked at, ms: one that was switched off shows before somebody is sent to it. */
const LOOK_EVERY_MS = 30_000;

/** Repeats `run`; returns how to stop. */
export type Repeat = (run: () => void, everyMs: number) => () => void;

const systemRepeat: Repeat = (run, everyMs) => {
  const timer = setInterval(run, everyMs).unref();
  return () => clearInterval(timer);
};

/** Puts a scanner at the service's disposal and looks at it at once and from time to time. */
export function createDocumentScanner(scanner: SaneScanner, { repeat = systemRepeat }: { readonly repeat?: Repeat } = {}): DocumentScanner {
  const listeners = new Set<() => void>();
  let looked = false;
  const tell = () => listeners.forEach((listener) => listener());
  scanner.subscribe(tell);
  const look = () =>
    void scanner.look().then(() => {
      if (looked) return;
      looked = true;
      tell();
    });
  look();
  const stop = repeat(look, LOOK_EVERY_MS);
  const close = async () => {
    stop();
    listeners.clear();
    await scanner.close();
  };
  return {
    device() {
      const { state } = scanner.snapshot();
      if (!looked || state === 'offline') return 'offline';
      return state === 'needs-attention' ? 'userError' : 'online';
    },
    async scan(signal) {
      try {
        return await scanner.scan({ signal });
      } catch (error) {
        if (signal.aborted) throw new ProtocolError('aborted');
        if (!(error instanceof ScanError)) throw error;
        if (error.problem === 'no-docs') throw new ProtocolError('scanner-empty', { cause: error });
        throw new ProtocolError('scanner-failed', { detail: error.problem, cause: error });
      }
    },
    subscribe: (listener) => void listeners.add(listener),
    close,
    [Symbol.asyncDispose]: close,
  };
}
