import type { GateOrder, GateWord } from './frame-gate.ts';

/** The gate of one camera's sender, born shut. */
export interface GatedSender {
  /** Whether it can be put before a sender: its thread runs. Told within {@link THREAD_STARTS_MS}. */
  readonly ready: Promise<boolean>;
  /** Puts the gate between this sender's encoder and the network; before the sender is negotiated. */
  attach(sender: RTCRtpSender): void;
  set(order: GateOrder): void;
  /** Ends the gate's thread; what it was attached to must be closed. */
  close(): void;
}

/** A page's gates. Once one has failed there are no more: the call goes on without, and is not lost for the same reason again. */
export interface Gates {
  /**
   * A gate for one camera, or nothing where there is none to be had: there the encoder starts when the visit is accepted, and
   * the face comes some 50 ms later. `onFailed` is called once when a gate that is in use cannot let pictures through.
   */
  make(onFailed: () => void): GatedSender | undefined;
}

/** How long a gate's thread may take to start, ms; a script that is missing or forbidden is known at once. */
export const THREAD_STARTS_MS = 1_000;
/** How long a gate may take to open, ms; one that works takes none. */
export const GATE_OPENS_MS = 2_000;

/** What is used of a gate's thread. */
export type GateThread = Pick<Worker, 'addEventListener' | 'terminate'>;

export interface GateParts<Thread extends GateThread> {
  /** Starts a thread, which says something when its script runs. Throws where the page's policy forbids it. */
  readonly makeThread: () => Thread;
  /** Lets the thread have the sender's pictures; the port goes with them. */
  readonly divert: (sender: RTCRtpSender, thread: Thread, port: MessagePort) => void;
}

const browserParts: GateParts<Worker> = {
  makeThread: () => new Worker(new URL('./worker/frame-gate.worker.ts', import.meta.url), { type: 'module' }),
  divert: (sender, thread, port) => {
    sender.transform = new RTCRtpScriptTransform(thread, { port }, [port]);
  },
};

/** The gates of a browser that has encoded transforms; elsewhere none. */
export const browserGates = (): Gates => (globalThis.RTCRtpScriptTransform === undefined ? { make: () => undefined } : createGates(browserParts));

/** Gates of these parts. */
export function createGates<Thread extends GateThread>({ makeThread, divert }: GateParts<Thread>): Gates {
  let hasFailed = false;

  const start = (onFailed: () => void): GatedSender => {
    const thread = makeThread();
    const { port1, port2 } = new MessageChannel();
    const started = Promise.withResolvers<boolean>();
    let isAttached = false;
    let isOver = false;
    let opening: ReturnType<typeof setTimeout> | undefined;
    const fail = () => {
      if (isOver) return;
      hasFailed = true;
      started.resolve(false);
      close();
      if (isAttached) onFailed();
    };
    const close = () => {
      isOver = true;
      clearTimeout(starting);
      clearTimeout(opening);
      started.resolve(false);
      port1.close();
      thread.terminate();
    };
    const starting = setTimeout(fail, THREAD_STARTS_MS);
    thread.addEventListener('error', fail);
    thread.addEventListener('message', () => {
      clearTimeout(starting);
      started.resolve(true);
    });
    return {
      ready: started.promise,
      attach(sender) {
        port1.addEventListener('message', ({ data }: MessageEvent<GateWord>) => {
          if (data === 'failed') return fail();
          if (data === 'opened') return clearTimeout(opening);
          const parameters = sender.getParameters();
          const encodingOptions = parameters.encodings.map(() => ({ keyFrame: true }));
          // W3C WebRTC Extensions, 7.4. Refused while the sender is stopped or being changed; the gate asks again.
          sender.setParameters(parameters, { encodingOptions }).catch(() => undefined);
        });
        port1.start();
        divert(sender, thread, port2);
        isAttached = true;
      },
      set(order) {
        if (isOver) return;
        clearTimeout(opening);
        if (order === 'open' && isAttached) opening = setTimeout(fail, GATE_OPENS_MS);
        port1.postMessage(order);
      },
      close,
    };
  };

  return {
    make(onFailed) {
      if (hasFailed) return undefined;
      try {
        return start(onFailed);
      } catch {
        hasFailed = true;
        return undefined;
      }
    },
  };
}
