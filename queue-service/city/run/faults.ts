import type { NewLine } from '../history/line.ts';
import { seconds } from '@videosportello/protocol/units.ts';
import type { Draws } from '../world/draws.ts';
import type { CityNode } from './city-node.ts';
import type { CityContext } from './city-context.ts';
import type { ServiceAccount } from './service-account.ts';
import type { Director } from './stage.ts';
import type { StoreProcess } from './store-process.ts';

/** What may break in a city. */
export const faultKinds = ['none', 'crashes', 'cuts', 'late', 'amnesia', 'all'] as const;
export type FaultChoice = (typeof faultKinds)[number];

/** A page that can be harmed. */
export interface Page {
  readonly who: string;
  readonly isConnected: boolean;
  cut(): void;
  heal(): void;
  crash(backMs: number): void;
  readonly node: CityNode | undefined;
  /** An offer stands before it: that lasts for seconds only. */
  readonly isAsked: boolean;
  openAnother(): void;
  stray(): void;
  onConnected: (() => void) | undefined;
}

/** Breaks things at their time. */
export interface Faults {
  /** Does what has fallen due; before each step. */
  strike(): Promise<void>;
  /** Nothing new breaks, and all that is broken is mended. */
  stop(): Promise<void>;
  readonly isPinging: () => boolean;
  /** Faults begun, by kind. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Faults in an hour, by kind: a city is hit by this many whatever its size. */
const perHour = { nodeKilled: 3, storeKilled: 0.5, crash: 6, cut: 6, late: 4, stray: 12, amnesia: 1 } as const;
const HOUR = 3_600_000;
/** Pages that open a second window while a node is deaf, at most. */
const REPLACED_AT_ONCE = 4;

export function createFaults(
  choice: FaultChoice,
  city: CityContext & { readonly store: StoreProcess; readonly director: () => Director; readonly startsAt: number | null; readonly pages: readonly Page[]; readonly account: ServiceAccount },
  draws: Draws,
  /** How many times as often as usual. */
  factor = 1,
): Faults {
  const { stage, nodes, store } = city;
  const counts: Record<string, number> = {};
  let numbers = 0;
  let isStopped = false;
  const due: (() => Promise<void>)[] = [];
  const silent = new Map<Page, () => void>();
  /** Pages that are struck are left alone until they are back. */
  const struck = new Set<Page>();
  const write = (line: object) => void city.history.write({ line: 'fault', at: stage.now, who: 'city', ...line } as NewLine);
  const begin = (kind: string, what: string, targets?: readonly string[]) => {
    counts[kind] = (counts[kind] ?? 0) + 1;
    const fault = `${kind}-${(numbers += 1)}`;
    write({ fault, what, ...(targets ? { targets } : {}) });
    return fault;
  };
  const mends = new Set<() => Promise<void>>();
  /** Mends later, or when everything is mended. */
  const mendAfter = (delayMs: number, mend: () => Promise<void>) => {
    const once = async () => {
      if (mends.delete(once)) await mend();
    };
    mends.add(once);
    stage.after(delayMs, () => void due.push(once));
  };

  const killNode = async () => {
    const up = nodes.filter((node) => node.isUp);
    if (up.length < 2) return;
    const node = draws.one(up);
    const fault = begin('node-killed', 'node-killed');
    await node.kill();
    mendAfter(draws.between(seconds(2), seconds(12)), () => startNode(node, fault));
  };
  const startNode = async (node: CityNode, fault: string) => {
    await node.start(city.startsAt === null ? null : city.startsAt + stage.now);
    await city.director().rebase();
    write({ fault, what: 'node-started' });
  };
  const killStore = async () => {
    if (!store.isUp) return;
    // To the clients it is a cut: everybody's requests fail for a while, nothing is forgotten.
    const fault = begin('store-killed', 'cut');
    await store.kill();
    mendAfter(draws.between(seconds(0.5), seconds(4)), async () => {
      await store.start();
      await city.director().rebase();
      write({ fault, what: 'healed' });
    });
  };
  const forget = async () => {
    if (!store.isUp) return;
    // What it has said so far is not lost to the judge.
    await city.account.read();
    const fault = begin('amnesia', 'amnesia');
    await store.empty();
    await store.kill();
    await store.start();
    await city.director().rebase();
    write({ fault, what: 'over' });
  };
  const someone = () => {
    const whole = city.pages.filter((page) => page.isConnected && !struck.has(page));
    return whole.length === 0 ? undefined : draws.one(whole);
  };
  /** Writes the end when the page has said hello again. */
  const backAgain = (page: Page, fault: string, what: 'over' | 'healed') => {
    page.onConnected = () => {
      struck.delete(page);
      write({ fault, what });
    };
  };
  const crash = async () => {
    const page = someone();
    if (!page) return;
    const fault = begin('crash', 'crash', [page.who]);
    struck.add(page);
    backAgain(page, fault, 'over');
    page.crash(draws.chance(0.7) ? draws.between(seconds(1), seconds(10)) : draws.between(seconds(40), seconds(400)));
  };
  const cut = async () => {
    const page = someone();
    if (!page) return;
    const fault = begin('cut', 'cut', [page.who]);
    struck.add(page);
    const spanMs = draws.chance(0.3) ? draws.between(500, 2_500) : draws.between(seconds(4), seconds(60));
    page.cut();
    const heal = () => {
      silent.delete(page);
      struck.delete(page);
      write({ fault, what: 'healed' });
      page.heal();
    };
    silent.set(page, heal);
    mendAfter(spanMs, async () => silent.get(page)?.());
    // Once the service has noticed, there is nobody to ping any more.
    stage.after(seconds(8), () => noticed.add(page));
    noticed.delete(page);
  };
  const noticed = new Set<Page>();
  /** A node hears nothing of the others; whoever is there opens another window elsewhere, and the old one goes on to speak. */
  const deafen = async () => {
    const up = nodes.filter((node) => node.isUp && !node.isDeaf);
    if (up.length < 2) return;
    const asked = up.filter((one) => city.pages.some(({ isAsked, node }) => isAsked && node === one));
    const node = draws.one(asked.length > 0 ? asked : up);
    // To the clients it is a cut: nothing of what happens elsewhere is told.
    const fault = begin('late', 'cut');
    node.isDeaf = true;
    stage.after(1, () => {
      const there = city.pages.filter((page) => page.isConnected && page.node === node && !struck.has(page));
      for (let left = REPLACED_AT_ONCE; left > 0 && there.length > 0; left -= 1) {
        const page = there.find(({ isAsked }) => isAsked) ?? draws.one(there);
        there.splice(there.indexOf(page), 1);
        page.openAnother();
      }
    });
    mendAfter(draws.between(seconds(1.5), seconds(4)), async () => {
      node.isDeaf = false;
      write({ fault, what: 'healed' });
    });
  };
  const stray = async () => {
    counts['stray'] = (counts['stray'] ?? 0) + 1;
    stage.after(1, () => {
      const asked = city.pages.filter((page) => page.isAsked && page.isConnected && !struck.has(page));
      (asked.length > 0 && draws.chance(0.5) ? draws.one(asked) : someone())?.stray();
    });
  };

  const kinds = {
    crashes: [
      [perHour.nodeKilled, killNode],
      [perHour.crash, crash],
      [perHour.storeKilled, killStore],
    ],
    cuts: [[perHour.cut, cut]],
    late: [
      [perHour.late, deafen],
      [perHour.stray, stray],
    ],
    amnesia: [[perHour.amnesia, forget]],
  } as const;
  const chosen = choice === 'none' ? [] : choice === 'all' ? [...kinds.crashes, ...kinds.cuts, ...kinds.late, ...kinds.amnesia] : [...kinds[choice]];
  const plan = (rate: number, act: () => Promise<void>) => {
    stage.after(draws.exponential(HOUR / rate / factor), () => {
      if (isStopped) return;
      due.push(act);
      plan(rate, act);
    });
  };
  for (const [rate, act] of chosen) plan(rate, act);

  return {
    async strike() {
      for (const act of due.splice(0)) await act();
    },
    async stop() {
      isStopped = true;
      due.length = 0;
      for (const mend of [...mends]) await mend();
    },
    isPinging: () => [...silent.keys()].some((page) => !noticed.has(page)),
    counts,
  };
}
