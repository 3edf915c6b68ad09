import { Counter, Gauge, Registry } from 'prom-client';
import type { SocketRegistry } from './channel/socket-registry.ts';
import type { Transition } from './redis/scripts.ts';

/** What Prometheus is told; few labels, no ids. */
export interface QueueMetrics {
  readonly registry: Registry;
  transition(step: Transition): void;
}

export function createMetrics(deps: { readonly sockets: SocketRegistry; readonly storeReady: () => boolean }): QueueMetrics {
  const registry = new Registry();
  const steps = new Counter({
    name: 'queue_visit_steps_total',
    help: 'Steps of visits made by this process, by kind.',
    labelNames: ['kind'],
    registers: [registry],
  });
  const sockets = new Gauge({
    name: 'queue_sockets',
    help: 'Open sockets of this process that have said hello, by kind.',
    labelNames: ['kind'],
    registers: [registry],
    collect() {
      sockets.set({ kind: 'kiosk' }, deps.sockets.kiosks.size);
      sockets.set({ kind: 'operator' }, deps.sockets.operators.size);
      sockets.set({ kind: 'node' }, deps.sockets.nodes.size);
    },
  });
  const store = new Gauge({
    name: 'queue_store_up',
    help: '1 while Redis is connected.',
    registers: [registry],
    collect() {
      store.set(deps.storeReady() ? 1 : 0);
    },
  });
  return { registry, transition: ({ kind }) => steps.inc({ kind }) };
}
