import type { Consumer } from 'mediasoup/types';

/** How often, and how many times, a layer is asked for while no picture flows. */
const NUDGE_EVERY_MS = 100;
const MOST_NUDGES = 20;
/** The largest layer there may be; the worker takes the nearest one the producer has. */
const TOP_LAYER = 2;

/** Which layer a simulcast consumer starts with. */
export const firstLayers = { spatialLayer: 0, temporalLayer: 0 } as const;

/**
 * Brings a simulcast consumer to its first picture quickly and from there to the largest layer.
 *
 * The small layer first: to show the larger one the worker has to align two streams' clocks, and until both have sent a
 * report (RFC 3550, 6.4.1) it throws key frames away. And the worker chooses a layer only when something changes, not when
 * the first base-layer packet has made the layer's bitrate known; so until a picture flows the wish is changed a little, to
 * make it choose again.
 */
export function climbLayers(consumer: Consumer): void {
  if (consumer.type !== 'simulcast') return;
  let timer: NodeJS.Timeout | undefined;
  const stop = () => clearInterval(timer);
  const prefer = (spatialLayer: number, temporalLayer?: number) => {
    const layers = temporalLayer === undefined ? { spatialLayer } : { spatialLayer, temporalLayer };
    // Fails only when the consumer is gone, and then there is nothing left to choose.
    consumer.setPreferredLayers(layers).catch(stop);
  };
  const start = () => {
    stop();
    let nudges = 0;
    timer = setInterval(() => {
      nudges += 1;
      prefer(0, nudges % 2);
      if (nudges >= MOST_NUDGES) stop();
    }, NUDGE_EVERY_MS);
  };
  consumer.on('layerschange', (layers) => {
    if (!layers) return;
    stop();
    prefer(TOP_LAYER);
  });
  consumer.on('producerresume', start);
  consumer.observer.once('close', stop);
  if (!consumer.producerPaused) start();
}
