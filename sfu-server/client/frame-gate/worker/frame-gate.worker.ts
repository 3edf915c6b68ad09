import { createFrameGate } from '../frame-gate.ts';
import type { GateOrder, GateWord } from '../frame-gate.ts';

/** The gate's thread: one transformer (W3C WebRTC Encoded Transform, 4) for the camera that is sent. */
declare const self: DedicatedWorkerGlobalScope;

self.onrtctransform = ({ transformer }) => {
  const { port } = transformer.options as { port: MessagePort };
  const say = (word: GateWord) => port.postMessage(word);
  const pictures = (transformer.readable as ReadableStream<RTCEncodedVideoFrame>).getReader();
  const network = (transformer.writable as WritableStream<RTCEncodedVideoFrame>).getWriter();
  const gate = createFrameGate<RTCEncodedVideoFrame>(
    (picture) => ({ type: picture.type, stream: picture.getMetadata().synchronizationSource ?? 0 }),
    () => say('key-frame'),
  );
  // A write fails when the sender is gone; then there is nothing to send to.
  const send = (ready: RTCEncodedVideoFrame[]) => ready.forEach((picture) => void network.write(picture).catch(() => undefined));
  port.addEventListener('message', ({ data }: MessageEvent<GateOrder>) => {
    if (data === 'shut') return gate.shut();
    send(gate.open());
    say('opened');
  });
  port.start();
  const run = async () => {
    for (let next = await pictures.read(); !next.done; next = await pictures.read()) send(gate.take(next.value));
  };
  run().catch(() => say('failed'));
};
// The page puts the gate before its camera only when this thread is there to open it.
self.postMessage('started', []);
