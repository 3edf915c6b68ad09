import { minutes, seconds } from '@videosportello/protocol/units.ts';
import type { Citizen } from '../world/citizens.ts';
import type { Draws } from '../world/draws.ts';
import type { Stage } from './stage.ts';

/** A place that somebody took along, with a name for it in the history. */
export interface KeptPlace {
  readonly name: string;
  readonly ticket: string;
  readonly citizen: Citizen;
}

/** What the service gives for a place: the ticket, and until when it may be shown, ms of the service's clock. */
interface Given {
  readonly ticket: string;
  readonly until: number;
}

/** Those who come back later, at a kiosk of any town. */
export interface KeptPlaces {
  /** What a history holds of a ticket: the same name whenever the same one is given. */
  told(given: Given): { readonly name: string; readonly until: number };
  /** Somebody goes away with his ticket, and comes back: once, twice, or too late. */
  take(given: Given, citizen: Citizen): void;
  /** How many are still to come. */
  readonly expected: number;
}

/** How long most stay away, in the mean; and how late those are who come too late, at most. */
const AWAY_MS = minutes(3);
const LATE_MS = minutes(10);
const TOO_LATE = 0.1;
/** Somebody to whom he has shown his ticket comes with it too. */
const SHOWN_TWICE = 0.5;
/** Who finds no kiosk free looks again after this, so many times. */
const AGAIN_MS = seconds(30);
const LOOKS = 10;

/** @param comes brings somebody to a kiosk; false when none is free. Nobody sets out after `lastMs`. */
export function createKeptPlaces(
  { stage, draws, startsAt, lastMs }: { readonly stage: Pick<Stage, 'now' | 'after'>; readonly draws: Draws; readonly startsAt: number; readonly lastMs: number },
  comes: (place: KeptPlace) => boolean,
): KeptPlaces {
  const names = new Map<string, string>();
  let expected = 0;
  const nameOf = (ticket: string): string => {
    const name = names.get(ticket) ?? `kept-${names.size + 1}`;
    names.set(ticket, name);
    return name;
  };
  const look = (place: KeptPlace, looks: number): void => {
    if (comes(place) || looks === 0) expected -= 1;
    else stage.after(AGAIN_MS, () => look(place, looks - 1));
  };
  const setOut = (place: KeptPlace, inMs: number): void => {
    if (stage.now + inMs > lastMs) return;
    expected += 1;
    stage.after(inMs, () => look(place, LOOKS));
  };
  return {
    told: ({ ticket, until }) => ({ name: nameOf(ticket), until: until - startsAt }),
    take({ ticket, until }, citizen) {
      const place = { name: nameOf(ticket), ticket, citizen };
      const leftMs = until - startsAt - stage.now;
      const awayMs = draws.chance(TOO_LATE) ? leftMs + draws.between(seconds(1), LATE_MS) : seconds(20) + draws.exponential(AWAY_MS);
      setOut(place, awayMs);
      if (draws.chance(SHOWN_TWICE)) setOut(place, awayMs + draws.exponential(AWAY_MS));
    },
    get expected() {
      return expected;
    },
  };
}
