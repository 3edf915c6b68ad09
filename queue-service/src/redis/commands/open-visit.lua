-- Opens a visit at a kiosk and chooses its certificate node.
-- keys    root
-- args    visitId, kioskId, session, language
-- result  { visitId }; the same visitId again is answered as the first time
-- errors  link-lost (another session has the kiosk), kiosk-unknown, kiosk-revoked, kiosk-busy, no-node
-- events  opened

local kiosk = hash(key.kiosk(args.kioskId))
if not kiosk.name then return fail('kiosk-unknown') end
if kiosk.revoked == '1' then return fail('kiosk-revoked') end
if kiosk.session ~= args.session then return fail('link-lost') end
if kiosk.visit == args.visitId then return finish({ visitId = args.visitId }) end
if kiosk.visit ~= '' then return fail('kiosk-busy') end
local node = pick_node('certificates')
if node == '' then return fail('no-node') end

local fence = next_fence()
local visit = { id = args.visitId }
set(key.visit(visit.id), visit, {
  kiosk = args.kioskId, state = 'alone', step = 'audience', phase = 'citizen', language = args.language, service = '', needs = '',
  plan = '', class = 'walk-up', ticket = '', label = '', operator = '', last = '', offer = '', media = '', certificates = node,
  epoch = fence.epoch, counter = fence.counter, openedAt = now, since = now,
})
redis.call('SADD', key.visits(), visit.id)
redis.call('HSET', key.kiosk(args.kioskId), 'visit', visit.id, 'since', now)
touch_visit(visit)
emit('opened', visit)
return finish({ visitId = visit.id })
