-- The citizen comes back later: the visit ends here, its place is on the ticket that was signed for it.
-- keys    root
-- args    visitId, kioskId, session, turn (of the visit that was signed), text (the signed ticket), label, until
-- result  { text, label, until }; the same visit again is answered as the first time
-- errors  link-lost (another session has the kiosk), visit-unknown, visit-state (no place in the queue, or it has changed meanwhile)
-- events  ended, offered

local kiosk = hash(key.kiosk(args.kioskId))
if kiosk.session ~= args.session then return fail('link-lost') end
if kiosk.keptVisit == args.visitId then return finish(cjson.decode(kiosk.keptTicket)) end
local visit = load_visit(args.visitId)
if not visit or visit.kiosk ~= args.kioskId or visit.state == 'ended' then return fail('visit-unknown') end
if (visit.state ~= 'waiting' and visit.state ~= 'offered') or tonumber(visit.turn) ~= args.turn then return fail('visit-state') end

local kept = { text = args.text, label = args.label, ['until'] = args['until'] }
redis.call('HSET', key.kiosk(args.kioskId), 'keptVisit', visit.id, 'keptTicket', cjson.encode(kept))
end_visit(visit, 'kept')
assign()
return finish(kept)
