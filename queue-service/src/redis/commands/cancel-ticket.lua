-- The citizen goes on alone.
-- keys    root
-- args    visitId, kioskId, session
-- result  as of read-kiosk; a visit without a ticket is answered the same
-- errors  link-lost (another session has the kiosk), visit-unknown, visit-state
-- events  cancelled, offered (the operator who was asked may be asked for another)

if redis.call('HGET', key.kiosk(args.kioskId), 'session') ~= args.session then return fail('link-lost') end
local visit = load_visit(args.visitId)
if not visit or visit.kiosk ~= args.kioskId or visit.state == 'ended' then return fail('visit-unknown') end
if visit.state == 'alone' then return finish_with(kiosk_reading(args.kioskId)) end
local after = visit_next[visit.state]['ticket-cancelled']
if not after then return fail('visit-state') end

if visit.state == 'waiting' then dequeue(visit) else withdraw_offer(visit, 'citizen-left') end
set(key.visit(visit.id), visit, { state = after, ticket = '', shown = '', label = '', class = 'walk-up', needs = '', since = now })
redis.call('DEL', key.refusals(visit.id))
not_due('match:' .. visit.id)
touch_visit(visit)
emit('cancelled', visit)
assign()
return finish_with(kiosk_reading(args.kioskId))
