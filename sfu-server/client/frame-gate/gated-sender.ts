import type { GateOrder } from './frame-gate.ts';

/** The gate of one camera's sender, born shut. */
export interface GatedSender {
  /** Puts the gate between this sender's encoder and the network; before the sender is negotiated. */
  attach(sender: RTCRtpSender): void;
  set(order: GateOrder): void;
  /** Ends the gate's thread; what it was attached to must be closed. */
  close(): void;
}

/**
 * A gate for one camera, or nothing where the browser has no encoded transforms: there the encoder starts when the visit is
 * accepted, and the face comes some 50 ms later.
 */
export function createGatedSender(): GatedSender | undefined {
  if (globalThis.RTCRtpScriptTransform === undefined) return undefined;
  const thread = new Worker(new URL('./worker/frame-gate.worker.ts', import.meta.url), { type: 'module' });
  const { port1, port2 } = new MessageChannel();
  return {
    attach(sender) {
      sender.transform = new RTCRtpScriptTransform(thread, { port: port2 }, [port2]);
      port1.addEventListener('message', () => {
        const parameters = sender.getParameters();
        const encodingOptions = parameters.encodings.map(() => ({ keyFrame: true }));
        // W3C WebRTC Extensions, 7.4. Refused while the sender is stopped or being changed; the gate asks again.
        sender.setParameters(parameters, { encodingOptions }).catch(() => undefined);
      });
      port1.start();
    },
    set: (order) => port1.postMessage(order),
    close() {
      port1.close();
      thread.terminate();
    },
  };
}
