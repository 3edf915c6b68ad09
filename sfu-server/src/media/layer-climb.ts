import type { Consumer } from 'mediasoup/types';

/** How often, and how many times, a layer is asked for while no picture flows. */
const NUDGE_EVERY_MS = 100;
const MOST_NUDGES = 20;
/** The largest layer there may be; the worker takes the nearest one the producer has. */
const TOP_LAYER = 2;

/** Which layer a simulcast consumer starts with: the largest it can have, in its coarsest time steps. */
export const firstLayers = { spatialLayer: TOP_LAYER, temporalLayer: 0 } as const;

/**
 * Brings a simulcast consumer to its first picture quickly and from there to the largest layer.
 *
 * The worker chooses among layers whose bitrate it knows, and it chooses when something changes: a second stream is heard, a
 * wish is changed; not when the first packets have made a bitrate known. So of two streams that begin together the one that
 * was heard first is chosen when the second comes; the gate in the page (client/frame-gate) sends the larger one first, and a
 * key frame of each before the one to be shown. Where that did not happen, the wish is changed a little until a picture flows.
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
      prefer(TOP_LAYER, nudges % 2);
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
