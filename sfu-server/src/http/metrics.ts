import { Counter, Gauge, Registry } from 'prom-client';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import type { SfuEvents } from '../events.ts';

export interface SfuMetrics {
  readonly contentType: string;
  text(): Promise<string>;
  /** The same events, counted on their way to the log. */
  count(events: SfuEvents): SfuEvents;
}

/** Prometheus metrics of one node. No label names a visit, a kiosk or a person. */
export function createMetrics(state: { rooms(): number; peers(): number; workers(): number }): SfuMetrics {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge('sfu_rooms', 'Rooms that exist', state.rooms);
  gauge('sfu_peers', 'Connections in rooms', state.peers);
  gauge('sfu_workers', 'Media workers alive', state.workers);
  const deaths = new Counter({ name: 'sfu_worker_deaths_total', help: 'Media workers that died', registers });
  const refusals = new Counter({ name: 'sfu_hello_refused_total', help: 'Connections refused, by error code', labelNames: ['code'] as const, registers });
  const lostSockets = new Counter({ name: 'sfu_sockets_lost_total', help: 'Sockets of pages that broke without a goodbye', registers });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    count: (events) => ({
      ...events,
      workerDied(index, pid) {
        deaths.inc();
        events.workerDied(index, pid);
      },
      helloRefused(code: ErrorCode) {
        refusals.inc({ code });
        events.helloRefused(code);
      },
      peerSocketLost(place) {
        lostSockets.inc();
        events.peerSocketLost(place);
      },
    }),
  };
}
