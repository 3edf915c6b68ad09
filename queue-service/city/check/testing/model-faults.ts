import type { FaultLine, Header, VisitView } from '../../history/line.ts';
import type { SeededRandom } from '../../seeded-random.ts';
import type { Agenda } from '../agenda.ts';
import type { Answer, ModelQueue } from './model-queue.ts';

/** A kiosk or a console of the model city, and the network between it and the queue. */
export interface Client {
  readonly who: string;
  session: number;
  isOpen: boolean;
  isCut: boolean;
  isDown: boolean;
  readonly outbox: { readonly readyAt: number; readonly what: string; readonly run: () => void }[];
  readonly held: (() => void)[];
  readonly pending: Map<string, (line: 'ok' | 'fail' | 'unknown', answer: Answer) => void>;
  /** Kiosks: the visit they know of. Operators: talks and wrap-ups they have. */
  visit: VisitView | undefined;
  readonly talks: Set<string>;
  isBusy: boolean;
}

/** What a fault can lay hands on. */
interface Harmed {
  readonly random: SeededRandom;
  readonly agenda: Agenda;
  readonly model: ModelQueue;
  readonly clients: ReadonlyMap<string, Client>;
  readonly policy: Header['policy'];
  close(client: Client): void;
  connect(client: Client): void;
  /** What was held up by a cut goes on. */
  release(client: Client): void;
  note(fault: string, what: FaultLine['what'], targets?: readonly string[]): void;
}

/** Gives a function that breaks something, another thing each time, and mends it later. */
export function createHarm({ random, agenda, model, clients, policy, close, connect, release, note }: Harmed): () => void {
  const between = (from: number, to: number) => from + random.integer(to - from + 1);
  const later = (ms: number, work: () => void) => agenda.later(agenda.now + ms, work);
  let faults = 0;

  const crash = (fault: string, client: Client): void => {
    note(fault, 'crash', [client.who]);
    client.isDown = true;
    close(client);
    later(between(200, 40_000), () => {
      client.isDown = false;
      note(fault, 'over');
      connect(client);
    });
  };
  const cut = (fault: string, client: Client): void => {
    const { who, session } = client;
    const operator = model.operators.get(who);
    const isShort = random.chance(0.5);
    note(fault, 'cut', [who]);
    client.isCut = true;
    if (!isShort) {
      if (operator?.session === session) operator.leaseEnds = agenda.now + policy.operatorLeaseMs;
      // The page hears nothing and gives the line up; the service does so a little later.
      later(3_000, () => (client.session === session ? close(client) : undefined));
      later(policy.instanceLeaseMs, () => (operator ? undefined : model.close(who, session)));
    }
    later(isShort ? between(100, 2_000) : between(6_000, 40_000), () => {
      client.isCut = false;
      note(fault, 'healed');
      release(client);
      connect(client);
    });
  };
  const killNode = (fault: string): void => {
    note(fault, 'node-killed');
    for (const client of clients.values()) {
      if (!random.chance(0.4) || client.isCut) continue;
      close(client);
      later(between(50, 1_000), () => connect(client));
    }
    later(800, () => note(fault, 'node-started'));
  };
  const loseStore = (fault: string): void => {
    note(fault, random.chance(0.5) ? 'amnesia' : 'replica-promoted');
    for (const client of clients.values()) {
      close(client);
      later(between(200, 2_000), () => connect(client));
    }
    model.forget(agenda.now + 3_000);
    later(500, () => note(fault, 'over'));
  };

  return () => {
    const fault = `f${(faults += 1)}`;
    const all = [...clients.values()];
    const victim = all[random.integer(all.length)] as Client;
    const choice = random.integer(5);
    if (choice <= 1 && !victim.isDown) crash(fault, victim);
    else if (choice === 2 && !victim.isCut) cut(fault, victim);
    else if (choice === 3) killNode(fault);
    else if (choice === 4 && !all.some(({ isCut, isDown }) => isCut || isDown)) loseStore(fault);
  };
}
