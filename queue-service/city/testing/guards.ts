import type { Breach } from '../check/report.ts';
import type { FaultChoice } from '../run/faults.ts';
import type { Mutation } from './mutant.ts';

/** A guard of the transitions, and what comes of a service without it. */
export interface Guard extends Mutation {
  readonly name: string;
  /** What of it is seen first depends on what is going on: one of these. */
  readonly finds: readonly Breach[];
  /** What must break for it to show, and how many times as often as usual. */
  readonly faults: FaultChoice;
  readonly faultFactor: number;
  readonly load?: number;
  readonly kiosks?: number;
}

const calm = { faults: 'none', faultFactor: 1 } as const;
const late = { faults: 'late', faultFactor: 25, load: 2 } as const;
const busy = { ...calm, load: 3, kiosks: 24 } as const;
const cuts = { faults: 'cuts', faultFactor: 25, load: 3, kiosks: 24 } as const;
const crashes = { faults: 'crashes', faultFactor: 8 } as const;

const without = (of: string) => ({ of, instead: '' });
const operatorSession = without("if operator.session ~= args.session then return fail('link-lost') end");
const kioskSession = without("if redis.call('HGET', key.kiosk(args.kioskId), 'session') ~= args.session then return fail('link-lost') end");
const ownKiosk = { of: 'not visit or visit.kiosk ~= args.kioskId or', instead: 'not visit or' };
const running = { of: " or visit.state == 'ended' then return fail('visit-unknown')", instead: " then return fail('visit-unknown')" };

/** Every guard whose loss can be seen from outside, by the file it stands in. */
export const guards: readonly Guard[] = [
  { name: 'the session of who accepts', file: 'accept-offer.lua', ...operatorSession, finds: ['stale-fence-accepted'], ...late },
  { name: 'the owner of an offer', file: 'accept-offer.lua', of: 'visit.operator ~= args.operatorId or now', instead: 'now', finds: ['stream-differs', 'idle-capable-operator'], ...late },
  { name: 'the session of who cancels', file: 'cancel-ticket.lua', ...kioskSession, finds: ['stale-fence-accepted'], ...late },
  { name: 'the kiosk of a ticket that is cancelled', file: 'cancel-ticket.lua', ...ownKiosk, finds: ['foreign-visit'], ...late },
  { name: 'that no talk is cancelled', file: 'cancel-ticket.lua', of: "if not after then return fail('visit-state') end", instead: "after = after or 'alone'", finds: ['stream-differs'], ...late },
  { name: 'the session of who declines', file: 'decline-offer.lua', ...operatorSession, finds: ['stale-fence-accepted'], ...late },
  { name: 'the owner of an offer that is declined', file: 'decline-offer.lua', of: 'not visit or visit.operator ~= args.operatorId', instead: 'not visit', finds: ['foreign-visit'], ...late },
  { name: 'the session of who ends', file: 'end-visit.lua', ...without("if redis.call('HGET', holder, 'session') ~= args.session then return fail('link-lost') end"), finds: ['stale-fence-accepted'], ...late },
  { name: 'the kiosk of a visit that is ended', file: 'end-visit.lua', of: '(args.kioskId and visit.kiosk ~= args.kioskId) or ', instead: '', finds: ['foreign-visit'], ...late },
  { name: 'the operator of a visit that is ended', file: 'end-visit.lua', of: ' or (args.operatorId and visit.operator ~= args.operatorId)', instead: '', finds: ['foreign-visit'], ...late },
  { name: 'that a visit ends once', file: 'end-visit.lua', of: "if visit.state == 'ended' then return", instead: "if visit.state == 'ended' then visit.state = 'alone' end if false then return", finds: ['stream-differs'], ...late },
  { name: 'that an operator ends nothing but a talk', file: 'end-visit.lua', ...without("if args.operatorId and visit.state ~= 'with-operator' then return fail('visit-state') end"), finds: ['foreign-visit'], ...late },
  { name: 'that no talk ends for want of a citizen', file: 'end-visit.lua', ...without("if args.reason == 'idle' and visit.state == 'with-operator' then return fail('visit-state') end"), finds: ['stream-differs'], ...late },
  { name: 'the session of who puts away', file: 'finish-wrap-up.lua', ...operatorSession, finds: ['stale-fence-accepted'], ...late },
  { name: 'that only what is in hand is put away', file: 'finish-wrap-up.lua', of: "if not slot then return fail('visit-unknown') end", instead: "if not slot and load_visit(args.visitId) then slot = 'wrap-up' end", finds: ['stream-differs'], ...late },
  { name: 'that no talk is put away', file: 'finish-wrap-up.lua', ...without("if slot ~= 'wrap-up' then return fail('visit-state') end"), finds: ['stream-differs'], ...late },
  { name: 'that somebody is looked for when an operator is free', file: 'finish-wrap-up.lua', of: '\nassign()', instead: '', finds: ['idle-capable-operator'], ...calm },
  { name: 'the session of who hands over', file: 'hand-over-visit.lua', ...operatorSession, finds: ['stale-fence-accepted'], ...late },
  { name: 'the operator of a visit that is handed over', file: 'hand-over-visit.lua', of: 'not visit or visit.operator ~= args.operatorId', instead: 'not visit', finds: ['foreign-visit'], ...late },
  { name: 'that nothing but a talk is handed over', file: 'hand-over-visit.lua', of: "if not after then return fail('visit-state') end", instead: "after = after or 'waiting'", finds: ['stream-differs'], ...late },
  { name: 'that nobody takes a place along out of a talk', file: 'keep-ticket.lua', of: "(visit.state ~= 'waiting' and visit.state ~= 'offered') or ", instead: '', finds: ['kept-ticket'], ...late },
  { name: 'that a kept ticket serves once', file: 'show-ticket.lua', ...without("if redis.call('ZSCORE', key.keptUsed(), args.shown) then return fail('ticket-used') end"), finds: ['kept-ticket'], ...calm, load: 6, kiosks: 60 },
  { name: 'the session of who asks for a person', file: 'open-ticket.lua', ...kioskSession, finds: ['stale-fence-accepted'], ...late },
  { name: 'that a talk gets no ticket', file: 'open-ticket.lua', of: "if not after then return fail('visit-state') end", instead: "if not after then visit.state, after = 'alone', 'waiting' end", finds: ['stream-differs'], ...late },
  { name: 'the session of who begins', file: 'open-visit.lua', ...without("if kiosk.session ~= args.session then return fail('link-lost') end"), finds: ['stale-fence-accepted'], ...late },
  { name: 'that a kiosk has one visit', file: 'open-visit.lua', ...without("if kiosk.visit ~= '' then return fail('kiosk-busy') end"), finds: ['lost-visit'], ...late },
  { name: 'the session of who says whether he is ready', file: 'set-presence.lua', ...operatorSession, finds: ['stale-fence-accepted'], ...late },
  { name: 'the kiosk of a visit that goes on', file: 'set-visit-step.lua', ...ownKiosk, finds: ['foreign-visit'], ...late },
  { name: 'that what goes on runs', file: 'set-visit-step.lua', ...running, finds: ['zombie-visit'], ...late },
  { name: 'the capacity of an operator', file: 'includes/operators.lua', of: 'not asked and in_hand < tonumber(operator.capacity)', instead: 'not asked and in_hand <= tonumber(operator.capacity)', finds: ['capacity-exceeded'], ...calm },
  { name: 'one offer at a time', file: 'includes/operators.lua', of: 'available and not asked and', instead: 'available and', finds: ['second-offer'], ...cuts },
  { name: 'that who has a pause is asked nothing', file: 'includes/operators.lua', of: "here and operator.presence == 'available'", instead: 'here', finds: ['presence-ignored'], ...crashes },
  { name: 'the order of tickets', file: 'includes/visits.lua', of: '1e12 + tonumber(visit.order)', instead: '1e12 - tonumber(visit.order)', finds: ['overtaking'], ...calm },
  { name: 'the order of classes', file: 'includes/visits.lua', of: 'policy.ranks[visit.class] * 1e12', instead: '0 * 1e12', finds: ['class-skipped'], ...busy },
  { name: 'when a lane opens', file: 'includes/visits.lua', of: 'if from <= now then lanes', instead: 'if true then lanes', finds: ['wrong-lane'], ...calm },
  { name: 'that a later lane opens at its time', file: 'includes/visits.lua', of: "if opens then due('widen:' .. visit.id, opens) end", instead: '', finds: ['idle-capable-operator'], ...calm },
  { name: 'that nobody is offered whose kiosk is gone', file: 'includes/endings.lua', of: "if visit.state == 'waiting' then leave_lanes(visit) end\n  touch_visit(visit)\n  touch('queue'", instead: "touch_visit(visit)\n  touch('queue'", finds: ['absent-citizen'], ...cuts },
  { name: 'how long an offer lasts', file: 'includes/offers.lua', of: 'now + policy.offerMs', instead: 'now + 10 * policy.offerMs', finds: ['offer-past-lease'], ...calm },
  { name: 'the best of the heads', file: 'includes/decide.lua', of: 'head.score < best.score', instead: 'head.score > best.score', finds: ['decision-differs'], ...calm },
  { name: 'what an operator has turned down', file: 'includes/decide.lua', of: '  return until_when\n', instead: '  return nil\n', finds: ['refusal-ignored'], ...busy },
  { name: 'that an offer is taken back at its end', file: 'sweep-deadlines.lua', of: "    requeue(visit, 'offer-ended')\n", instead: '', finds: ['offer-past-lease'], ...calm },
  { name: 'the lease of an operator', file: 'sweep-deadlines.lua', of: 'lapse_operator(load_operator(id)) end', instead: 'end', finds: ['lost-visit'], ...cuts },
];
