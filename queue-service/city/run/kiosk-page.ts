import { kioskQueue } from '@videosportello/protocol/contract/kiosk-queue.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { KioskId, VisitId } from '@videosportello/protocol/ids.ts';
import { newHolderKey, signProof } from '@videosportello/protocol/keys.ts';
import type { HolderKey } from '@videosportello/protocol/keys.ts';
import type { KioskVisit } from '@videosportello/protocol/messages/visit.ts';
import { seconds } from '@videosportello/protocol/units.ts';
import { planOf } from '../../src/routing/lanes.ts';
import type { Citizen } from '../world/citizens.ts';
import type { Draws } from '../world/draws.ts';
import { cityRules } from '../world/towns.ts';
import { nodeFor } from './city-context.ts';
import type { CityContext } from './city-context.ts';
import type { CityNode } from './city-node.ts';
import type { KeptPlace, KeptPlaces } from './kept-places.ts';
import { openLink } from './link.ts';
import type { Link } from './link.ts';
import { createRecorder, visitLine } from './recorder.ts';
import { anyFirst, lateKioskRequests, sendStrays, strayKioskRequests } from './strays.ts';
import type { KioskKnowledge } from './strays.ts';

/** How long the screen needs after a visit before the next one can begin. */
const CLEAR_MS = seconds(5);
/** A request that failed for a reason that passes is made again after this, at most so often. */
const AGAIN_MS = seconds(2);
const TRIES = 5;
/** How many of those who run out of patience take their place along. */
const KEEPS = 0.4;
/** The contract's client side. */
type Kiosk = typeof kioskQueue.client;

/** A kiosk of the city: one citizen at a time. */
export interface KioskPage {
  readonly kioskId: KioskId;
  readonly town: string;
  /** Connected, with nobody before it. */
  readonly isFree: boolean;
  readonly isConnected: boolean;
  readonly isBusy: boolean;
  connect(): Promise<void>;
  serve(citizen: Citizen): void;
  /** Somebody holds out a ticket that he was given before. */
  show(place: KeptPlace): void;
  cut(): void;
  heal(): void;
  /** The page is gone; `backMs`: when it is loaded again. Whoever stands before it has gone away when it takes long. */
  crash(backMs: number): void;
  /** The node it is connected to. */
  readonly node: CityNode | undefined;
  readonly isAsked: boolean;
  /** Loads the page again, at another node, while the one before goes on to speak. */
  openAnother(): void;
  /** Asks for what it has no right to. */
  stray(): void;
  /** Called when a hello has been answered. */
  onConnected: (() => void) | undefined;
}

export function createKioskPage(
  who: { readonly kioskId: KioskId; readonly town: string; readonly key: HolderKey; readonly sessionKey: HolderKey; readonly home: number },
  city: CityContext,
  draws: Draws,
): KioskPage {
  const { stage, measures } = city;
  const record = createRecorder(who.kioskId, stage, city.history);
  let link: Link<Kiosk> | undefined;
  let isConnecting = false;
  let isCut = false;
  let isCrashed = false;
  let citizen: Citizen | undefined;
  let visit: KioskVisit | undefined;
  /** What the page shows with its next hello; a page that is loaded anew has none. */
  let receipt: string | undefined;
  let past: VisitId | undefined;
  /** Lines of pages that were replaced: nobody sees what comes there. */
  const replaced = new WeakSet<Link<Kiosk>>();
  /** Grows with each citizen: what was planned for one does not happen to the next. */
  let turn = 0;
  let isClearing = false;

  /** Plans something for the citizen who is here now. */
  const later = (delayMs: number, act: () => void) => {
    const mine = turn;
    stage.after(delayMs, () => mine === turn && act());
  };
  const leave = () => {
    turn += 1;
    const mine = turn;
    if (visit) {
      const seen = city.present.get(visit.visitId);
      if (seen) seen.isThere = false;
    }
    citizen = undefined;
    isClearing = true;
    stage.after(CLEAR_MS, () => {
      if (mine === turn) isClearing = false;
    });
  };
  const over = (visitId: VisitId) => {
    measures.ended(visitId);
    city.present.delete(visitId);
    past = visitId;
    if (visit?.visitId === visitId) visit = undefined;
    if (citizen) leave();
  };
  const see = (told: KioskVisit) => {
    if (told.state === 'ended') return over(told.visitId);
    if (visit && visit.visitId !== told.visitId) over(visit.visitId);
    const before = visit?.state;
    visit = told;
    if (citizen && !city.present.has(told.visitId)) city.present.set(told.visitId, { citizen, isThere: true });
    measures.sees(told);
    if (told.state === 'waiting' && before === 'with-operator' && citizen) plannedPatience(citizen);
  };
  const keep = <Said extends { readonly receipt?: string | undefined }>(said: Said): Said => {
    receipt = said.receipt ?? receipt;
    return said;
  };
  /** Sends a request until it is answered; undefined when it came to nothing. */
  const request = async <Answer>(send: (line: Link<Kiosk>) => Promise<Answer>, tries = TRIES): Promise<Answer | undefined> => {
    const mine = turn;
    for (let attempt = 0; attempt < tries; attempt += 1) {
      try {
        if (link) return await send(link);
      } catch (error) {
        if (!(error instanceof ProtocolError) || !error.retryable) return undefined;
      }
      await new Promise<void>((resolve) => void stage.after(AGAIN_MS, resolve));
      if (mine !== turn) return undefined;
    }
    return undefined;
  };

  const endVisit = async (visitId: VisitId) => {
    const mine = turn;
    const done = await request((line) =>
      record.request({ op: 'visit.end', visitId }, () => line.request('visit.end', { visitId, reason: 'citizen' }).then(keep)),
    );
    // Somebody else may have begun here while this was tried again and again.
    if (mine !== turn && visit?.visitId !== visitId) return;
    if (done || !link) over(visitId);
    else if (citizen) leave();
  };
  const plannedPatience = ({ patienceMs }: Citizen) => {
    if (!Number.isFinite(patienceMs)) return;
    later(patienceMs, () => {
      if (!visit || (visit.state !== 'waiting' && visit.state !== 'offered')) return;
      if (city.kept && draws.chance(KEEPS)) return void keepPlace(visit.visitId, city.kept);
      measures.gaveUp(visit.visitId);
      void giveUp(visit.visitId);
    });
  };
  const keepPlace = async (visitId: VisitId, kept: KeptPlaces) => {
    const mine = citizen;
    measures.keeps(visitId);
    const answer = await request(
      (line) => record.request({ op: 'ticket.keep', visitId }, () => line.request('ticket.keep', { visitId }), (told) => ({ kept: kept.told({ ticket: told.ticket, until: told.until }) })),
    );
    if (!mine) return;
    if (answer) kept.take(answer, mine);
    if (visit?.visitId !== visitId) return;
    if (answer) over(visitId);
    else if (visit.state !== 'with-operator') await giveUp(visitId);
  };
  const giveUp = async (visitId: VisitId) => {
    if (draws.chance(0.5)) {
      const answer = await request(
        (line) => record.request({ op: 'ticket.cancel', visitId }, () => line.request('ticket.cancel', { visitId }).then(keep), (told) => ({ visit: visitLine(told.visit) })),
        1,
      );
      if (answer) see(answer.visit);
    }
    if (visit?.visitId === visitId) await endVisit(visitId);
  };
  const askForPerson = async (asking: Citizen) => {
    if (!visit || visit.state !== 'alone') return;
    const { visitId, language } = visit;
    const { service, needs, town } = { ...asking, town: who.town };
    await request((line) =>
      record.request({ op: 'visit.step', visitId }, () =>
        line.request('visit.step', { visitId, step: 'person', phase: 'citizen', language, service }),
      ),
    );
    if (citizen !== asking || visit?.visitId !== visitId) return;
    const plan = planOf(cityRules, { town, language, service, needs });
    const answer = await request((line) =>
      record.request({ op: 'ticket.open', visitId, plan }, () => line.request('ticket.open', { visitId, needs }).then(keep), (told) => ({ visit: visitLine(told.visit) })),
    );
    if (citizen !== asking || visit?.visitId !== visitId) return;
    if (!answer) return void endVisit(visitId);
    see(answer.visit);
    if (asking.isNoShow) later(draws.between(seconds(20), asking.patienceMs), walkAway);
    else plannedPatience(asking);
  };
  /** The citizen goes without a word: the ticket stays, and the operator who takes it finds nobody. */
  const walkAway = () => {
    const seen = visit && city.present.get(visit.visitId);
    if (seen) seen.isThere = false;
  };
  const begin = async (mine: Citizen) => {
    const answer = await request((line) =>
      record.request({ op: 'visit.open' }, () => line.request('visit.open', { language: mine.language }).then(keep), (told) => ({ visit: visitLine(told.visit) })),
    );
    if (citizen !== mine) return;
    if (!answer && !visit) {
      measures.sentAway();
      return leave();
    }
    if (answer) see(answer.visit);
    goOn(mine);
  };
  const comeBack = async ({ name, ticket }: KeptPlace, mine: Citizen) => {
    const plan = planOf(cityRules, { town: who.town, language: mine.language, service: mine.service, needs: mine.needs });
    const answer = await request((line) =>
      record.request({ op: 'ticket.show', kept: name, plan }, () => line.request('ticket.show', { ticket }).then(keep), (told) => ({ visit: visitLine(told.visit) })),
    );
    if (citizen !== mine) return;
    if (answer) see(answer.visit);
    // The ticket has served already, or has expired.
    if (visit) plannedPatience(mine);
    else leave();
  };
  const goOn = (mine: Citizen) => {
    later(mine.aloneMs, () => {
      if (mine.isHelped) void askForPerson(mine);
      else if (visit) void endVisit(visit.visitId);
      else leave();
    });
  };

  const lost = () => {
    record.saw({ what: 'closed' });
    link = undefined;
    stage.after(draws.between(250, 1_500), () => void connect());
  };
  const hello = async (node: NonNullable<ReturnType<typeof nodeFor>>) => {
    const opened = await openLink(stage, node, {
      contract: kioskQueue,
      path: '/kiosk',
      headers: { origin: 'http://kiosk.localhost:5000' },
      requests: { 'message.deliver': async () => Promise.reject(new ProtocolError('peer-absent')) },
      notifications: {
        'visit.changed': (said) => {
          if (replaced.has(opened)) return;
          const { visit: told } = keep(said);
          record.saw({ what: 'visit.changed', visit: visitLine(told) });
          see(told);
        },
        'duty.changed': () => {},
        'kiosk.revoked': () => !replaced.has(opened) && record.saw({ what: 'kiosk.revoked' }),
      },
      onGone: () => {
        if (link === opened) lost();
      },
    });
    record.newSession();
    const proof = await signProof(who.key, { nonce: opened.welcome.nonce, audience: 'queue', sessionKey: who.sessionKey.publicKey });
    try {
      const said = await record.request(
        { op: 'hello', ...(receipt === undefined ? { receipt: false } : {}) },
        () =>
          opened
            .request('hello', {
              version: 2,
              kioskId: who.kioskId,
              sessionKey: who.sessionKey.publicKey,
              proof,
              ...(receipt === undefined ? {} : { receipt }),
            })
            .then(keep),
        (told) => (told.visit ? { visit: visitLine(told.visit) } : {}),
      );
      link = opened;
      if (said.visit) {
        see(said.visit);
        // Nobody stands before a page that was loaded again after its citizen had gone.
        if (!citizen) void endVisit(said.visit.visitId);
      } else if (visit) {
        const again = citizen;
        over(visit.visitId);
        if (again && draws.chance(0.5)) self.serve(again);
      }
      self.onConnected?.();
      self.onConnected = undefined;
    } catch (error) {
      opened.close();
      throw error;
    }
  };

  const connect = async (nodes = city.nodes) => {
    if (link || isConnecting || isCrashed) return;
    isConnecting = true;
    const done = stage.busy();
    try {
      const node = isCut ? undefined : nodeFor(nodes, who.home);
      if (!node) throw new ProtocolError('link-lost');
      await hello(node);
    } catch {
      stage.after(draws.between(500, 3_000), () => void connect());
    } finally {
      isConnecting = false;
      done();
    }
  };
  const knowledge: KioskKnowledge = {
    get visit() {
      return visit;
    },
    get past() {
      return past;
    },
  };
  city.kioskPages.push(knowledge);
  const openAnother = async (old: Link<Kiosk>) => {
    const done = stage.busy();
    const { session } = record;
    replaced.add(old);
    link = undefined;
    await connect(city.nodes.filter((node) => node !== old.node));
    if (self.isConnected) await sendStrays(old, session, anyFirst(lateKioskRequests(knowledge), draws));
    // The other window did not open: with this one the client is gone.
    else session.saw({ what: 'closed' });
    old.close();
    done();
  };
  const stray = async (line: Link<Kiosk>) => {
    const other = draws.one(city.kioskPages);
    const done = stage.busy();
    const granted = await sendStrays(line, record.session, strayKioskRequests(knowledge, other === knowledge ? undefined : other));
    done();
    // His own visit may have ended meanwhile: then he has begun another one, which nobody wants.
    for (const told of granted) if (told.visit) void endVisit(told.visit.visitId);
  };

  const self: KioskPage = {
    kioskId: who.kioskId,
    town: who.town,
    get isFree() {
      return link !== undefined && !isCut && !isClearing && citizen === undefined && visit === undefined;
    },
    get isConnected() {
      return link !== undefined && !isCut;
    },
    get isBusy() {
      return citizen !== undefined || visit !== undefined;
    },
    connect: () => connect(),
    serve(arrived) {
      turn += 1;
      citizen = arrived;
      isClearing = false;
      void begin(arrived);
    },
    show(place) {
      turn += 1;
      citizen = place.citizen;
      isClearing = false;
      void comeBack(place, place.citizen);
    },
    cut() {
      isCut = true;
      link?.cut();
    },
    heal() {
      isCut = false;
      link?.heal();
    },
    crash(backMs) {
      isCrashed = true;
      const gone = link;
      link = undefined;
      receipt = undefined;
      gone?.crash();
      if (citizen && backMs > seconds(20)) {
        if (visit) measures.gaveUp(visit.visitId);
        leave();
      }
      stage.after(backMs, () => {
        isCrashed = false;
        void connect();
      });
    },
    get node() {
      return link?.node;
    },
    isAsked: false,
    openAnother() {
      if (link && self.isConnected) void openAnother(link);
    },
    stray() {
      if (link && self.isConnected) void stray(link);
    },
    onConnected: undefined,
  };
  return self;
}

/** A fresh key pair for a kiosk or a page. */
export const freshKey = newHolderKey;
