-- A kept ticket is shown: the visit that has begun here, or a new one, stands at its old place.
-- keys    root
-- args    visitId (for a new visit), kioskId, session, shown (the ticket's id), until, ticketId, label, class, order, since, language,
--         service (may be empty), needs (separated by spaces), plan, day
-- result  as of read-kiosk; the same ticket again at the same kiosk, in the same visit, is answered as the first time
-- errors  link-lost (another session has the kiosk), kiosk-busy, ticket-used, ticket-expired, nobody-on-duty, no-node
-- events  opened, queued, offered

local kiosk = hash(key.kiosk(args.kioskId))
if kiosk.session ~= args.session then return fail('link-lost') end
local visit = kiosk.visit ~= '' and load_visit(kiosk.visit)
if visit and visit.shown == args.shown then return finish_with(kiosk_reading(args.kioskId)) end
if redis.call('ZSCORE', key.keptUsed(), args.shown) then return fail('ticket-used') end
if now > args['until'] then return fail('ticket-expired') end
if visit and visit.state ~= 'alone' then return fail('kiosk-busy') end
if not is_served(args.plan) then return fail('nobody-on-duty') end
if not visit then
  local node = pick_node('certificates')
  if node == '' then return fail('no-node') end
  visit = begin_visit(args.visitId, args.kioskId, node, args.language)
end

-- Forgotten when nothing could be shown any more that would need it.
redis.call('ZREMRANGEBYSCORE', key.keptUsed(), '-inf', now)
redis.call('ZADD', key.keptUsed(), now + 86400000, args.shown)
local media = visit.media
if not is_registered('media', media) then media = pick_node('media') end
set(key.visit(visit.id), visit, {
  state = visit_next[visit.state]['ticket-opened'], ticket = args.ticketId, shown = args.shown, label = args.label, class = args.class,
  language = args.language, service = args.service, needs = args.needs, plan = args.plan, order = args.order, since = args.since, media = media,
})
enqueue(visit)
touch_visit(visit)
emit('queued', visit)
assign()
return finish_with(kiosk_reading(args.kioskId))
