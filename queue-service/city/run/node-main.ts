// A process of queue-service whose clock the city moves: started by the city as its child, spoken to over the child's channel.
import { once } from 'node:events';
import { createEvents, createLogger } from '../../src/events.ts';
import { createQueueService } from '../../src/service.ts';
import type { QueueConfig } from '../../src/config.ts';
import { watchActivity } from './activity.ts';
import { advance, nodeSetup } from './control.ts';
import type { Settled } from './control.ts';
import { createHearing } from './hearing.ts';
import { createSimulatedTimers } from './simulated-timers.ts';
import { createSimulatedWatch } from './simulated-watch.ts';

// Whoever started this process is gone.
process.once('disconnect', () => process.exit(0));
const { config: text, startMs } = nodeSetup.parse((await once(process, 'message'))[0]);
const config = JSON.parse(text) as QueueConfig;
const events = createEvents(createLogger(process.env['LOG_LEVEL'] ?? 'silent'));

async function serve() {
  if (startMs === null) return createQueueService(config, { events });
  const activity = watchActivity();
  const timers = createSimulatedTimers(startMs);
  const watch = createSimulatedWatch(timers);
  const hearing = createHearing(activity.connect);
  const service = await createQueueService(config, {
    events,
    now: timers.now,
    storeNow: timers.now,
    timers,
    watch: watch.watch,
    connect: hearing.connect,
  });
  process.on('message', (message) => {
    const asked = advance.parse(message);
    const settle = () => activity.quiet(asked.isStoreUp);
    const answer = async (): Promise<Settled> => {
      watch.isPinging = asked.isPinging;
      hearing.isDeaf = asked.isDeaf;
      await timers.advance(asked.to, settle);
      do await settle();
      while (activity.heard < asked.heard || watch.pongs < asked.pongs);
      const { frames, heard, open } = activity;
      return { kind: 'sim.settled', id: asked.id, frames, heard, open, next: timers.next() ?? null };
    };
    answer().then(
      (said) => process.send?.(said),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(1);
      },
    );
  });
  return service;
}

const service = await serve();
process.send?.({ kind: 'started', url: service.url, socketUrl: service.socketUrl });
process.once('SIGTERM', () => void service.close().then(() => process.exit(0)));
