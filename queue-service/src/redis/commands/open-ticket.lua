-- "A person, please": puts the visit into the queue and chooses its media node. While it waits, other needs change which
-- operators can help, and the class, not the place within it.
-- keys    root
-- args    visitId, kioskId, session, ticketId, needs (separated by spaces), class, plan (lane=afterMs, separated by spaces), day
-- result  as of read-kiosk; a visit that has a ticket keeps it, also when nobody on duty could meet its new needs
-- errors  link-lost (another session has the kiosk), visit-unknown, visit-state, nobody-on-duty
-- events  queued, offered

if redis.call('HGET', key.kiosk(args.kioskId), 'session') ~= args.session then return fail('link-lost') end
local visit = load_visit(args.visitId)
if not visit or visit.kiosk ~= args.kioskId or visit.state == 'ended' then return fail('visit-unknown') end
local after = visit_next[visit.state]['ticket-opened']
if not after then return fail('visit-state') end
if visit.state == 'waiting' and visit.needs ~= args.needs then
  if not is_served(args.plan) then return fail('nobody-on-duty') end
  dequeue(visit)
  local class = visit.class == 'coming-back' and visit.class or args.class
  set(key.visit(visit.id), visit, { needs = args.needs, plan = args.plan, class = class })
  enqueue(visit)
  touch_visit(visit)
  assign()
end
if visit.state ~= 'alone' then return finish_with(kiosk_reading(args.kioskId)) end
if not is_served(args.plan) then return fail('nobody-on-duty') end

local number = newest_label()
redis.call('HSET', key.labels(), 'number', number + 1)
local letter = string.char(65 + math.floor(number / 99) % 26)
local media = visit.media
if not is_registered('media', media) then media = pick_node('media') end
set(key.visit(visit.id), visit, {
  state = after, ticket = args.ticketId, label = letter .. string.format('%02d', number % 99 + 1), class = args.class,
  needs = args.needs, plan = args.plan, order = redis.call('INCR', key.ticketOrder()), since = now, media = media,
})
enqueue(visit)
touch_visit(visit)
emit('queued', visit)
assign()
return finish_with(kiosk_reading(args.kioskId))
