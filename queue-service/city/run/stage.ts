import type { Timers } from '@videosportello/protocol/rpc/peer.ts';
import { createAgenda } from './agenda.ts';
import type { CityNode } from './city-node.ts';

/** The time of a city, and what it waits for before time goes on. */
export interface Stage {
  /** ms from the start of the run. */
  readonly now: number;
  readonly timers: Timers;
  /** Something of this machine is under way; the returned function ends it, and may be called twice. */
  busy(): () => void;
  /** A socket has moved. */
  moved(): void;
  /** Plans `run` so many ms from now, at the next step. */
  after(delayMs: number, run: () => void): unknown;
}

/** How long a step may wait for one more frame before the nodes are asked again, ms of this machine's clock. */
const READ_WAIT_MS = 2;
const STUCK_MS = 120_000;

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** Moves the time of a city: only while nobody has anything to say, to the next moment at which somebody will. */
export interface Director {
  readonly stage: Stage;
  /** Lets a span pass, ms; `each` is called before each step and may await. */
  pass(spanMs: number, each?: () => Promise<void>): Promise<void>;
  /** Waits until nobody has anything to say at the present moment. */
  settle(): Promise<void>;
  /** Nodes count anew what they hear: after a node or Redis has come back. */
  rebase(): Promise<void>;
  readonly steps: number;
}

export function createDirector(config: {
  /** The service's clock at 0, ms. */
  readonly startsAt: number;
  readonly gridMs: number;
  readonly nodes: readonly CityNode[];
  readonly isRealTime: boolean;
  readonly isStoreUp: () => boolean;
  readonly isPinging: () => boolean;
}): Director {
  const { startsAt, gridMs, nodes } = config;
  const agenda = createAgenda();
  const startedAt = performance.now();
  let now = 0;
  let steps = 0;
  let inHand = 0;
  /** Grows with everything that clients begin. */
  let acts = 0;
  let onMove: (() => void) | undefined;
  const moved = () => {
    onMove?.();
    onMove = undefined;
  };
  const move = (waitMs: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      onMove = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const stage: Stage = {
    get now() {
      return now;
    },
    timers: {
      setTimeout: (run, delayMs) => agenda.plan(now + delayMs, run),
      clearTimeout: (handle) => agenda.cancel(handle),
    },
    busy() {
      inHand += 1;
      acts += 1;
      let isDone = false;
      return () => {
        if (isDone) return;
        isDone = true;
        inHand -= 1;
        if (inHand === 0) moved();
      };
    },
    moved,
    after: (delayMs, run) => agenda.plan(now + Math.max(delayMs, 1), run),
  };

  const isIdle = () => inHand === 0;
  const idle = async () => {
    const deadline = performance.now() + STUCK_MS;
    await turn();
    while (!isIdle()) {
      await move(READ_WAIT_MS * 10);
      if (performance.now() > deadline) throw new Error(`The city waits for ${inHand} answers that do not come, at ${now} ms.`);
    }
  };
  const ask = async () => {
    const up = nodes.filter((node) => node.isUp);
    const heardBy = new Map<CityNode, number>();
    const round = async (heard: number) =>
      Promise.all(
        up.map(async (node) => {
          const said = await node.advance({
            to: startsAt + now,
            heard: heard + node.heardBase,
            pongs: node.pongs,
            isPinging: config.isPinging(),
            isStoreUp: config.isStoreUp(),
          });
          heardBy.set(node, said.heard - node.heardBase);
          return { node, said };
        }),
      );
    let answers = await round(lastHeard);
    lastHeard = Math.max(lastHeard, ...heardBy.values());
    if ([...heardBy.values()].some((heard) => heard < lastHeard)) answers = await round(lastHeard);
    lastHeard = Math.max(lastHeard, ...heardBy.values());
    nextOfNodes = Math.min(...answers.map(({ said }) => said.next ?? Infinity));
    return { answers, isEven: [...heardBy.values()].every((heard) => heard === lastHeard) };
  };
  let lastHeard = 0;
  /** When the next timer of a node comes, by the service's clock. */
  let nextOfNodes = 0;

  const settle = async () => {
    if (config.isRealTime) return;
    const deadline = performance.now() + STUCK_MS;
    for (;;) {
      await idle();
      const before = acts;
      const { answers, isEven } = await ask();
      const isRead = () => answers.every(({ node, said }) => node.framesRead === said.frames && node.open === said.open);
      for (let waits = 0; !isRead() && waits < 20 && isIdle(); waits += 1) await move(READ_WAIT_MS);
      await turn();
      if (isRead() && isEven && inHand === 0 && acts === before) return;
      if (performance.now() > deadline) {
        const state = answers.map(({ node, said }) => `${node.name}: ${JSON.stringify({ ...said, read: node.framesRead, clients: node.open })}`);
        throw new Error(`The city does not come to rest at ${now} ms: ${state.join('; ')}`);
      }
    }
  };

  const step = async () => {
    steps += 1;
    if (config.isRealTime) {
      await new Promise((resolve) => void setTimeout(resolve, Math.max(0, startedAt + now - performance.now())));
      agenda.runDue(now);
      return;
    }
    await settle();
    // What is due may plan more for the same moment.
    while ((agenda.next() ?? Infinity) <= now) {
      agenda.runDue(now);
      await settle();
    }
  };

  return {
    stage,
    async pass(spanMs, each) {
      const end = now + spanMs;
      while (now < end) {
        // Nothing happens before the next moment that anybody has planned; on the grid, so that near ones are one step.
        const planned = Math.min(agenda.next() ?? Infinity, config.isRealTime ? 0 : nextOfNodes - startsAt);
        now = Math.min(end, Math.max(now + gridMs, Math.ceil(planned / gridMs) * gridMs));
        await each?.();
        await step();
      }
    },
    settle,
    async rebase() {
      if (config.isRealTime) return;
      lastHeard = 0;
      for (const node of nodes) node.heardBase = 0;
      const up = nodes.filter((node) => node.isUp);
      const asked = { to: startsAt + now, heard: 0, isPinging: false, isStoreUp: config.isStoreUp() };
      // Twice: what a node says when it comes back is heard by the others after their first answer.
      for (let round = 0; round < 3; round += 1) {
        await idle();
        for (const node of up) node.heardBase = (await node.advance({ ...asked, pongs: node.pongs })).heard;
      }
      lastHeard = 0;
    },
    get steps() {
      return steps;
    },
  };
}
