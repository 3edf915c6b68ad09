import { createFrameGate } from '../frame-gate.ts';
import type { GateOrder, GateWish } from '../frame-gate.ts';

/** The gate's thread: one transformer (W3C WebRTC Encoded Transform, 4) for the camera that is sent. */
declare const self: DedicatedWorkerGlobalScope;

self.onrtctransform = ({ transformer }) => {
  const { port } = transformer.options as { port: MessagePort };
  const pictures = (transformer.readable as ReadableStream<RTCEncodedVideoFrame>).getReader();
  const network = (transformer.writable as WritableStream<RTCEncodedVideoFrame>).getWriter();
  const gate = createFrameGate<RTCEncodedVideoFrame>(
    (picture) => ({ type: picture.type, stream: picture.getMetadata().synchronizationSource ?? 0 }),
    () => port.postMessage('key-frame' satisfies GateWish),
  );
  // A write fails when the sender is gone; then there is nothing to send to.
  const send = (ready: RTCEncodedVideoFrame[]) => ready.forEach((picture) => void network.write(picture).catch(() => undefined));
  port.addEventListener('message', ({ data }: MessageEvent<GateOrder>) => (data === 'open' ? send(gate.open()) : gate.shut()));
  port.start();
  const run = async () => {
    for (let next = await pictures.read(); !next.done; next = await pictures.read()) send(gate.take(next.value));
  };
  void run().catch(() => undefined);
};
