-- A kiosk's page has said hello. It comes back into its visit, at the place it had.
-- keys    root
-- args    kioskId, session, instance, claim (of the kiosk's receipt; may be absent), day
-- result  {}
-- errors  kiosk-unknown, kiosk-revoked
-- events  restored, requeued, ended, offered

local kiosk = hash(key.kiosk(args.kioskId))
if not kiosk.name then return fail('kiosk-unknown') end
if kiosk.revoked == '1' then return fail('kiosk-revoked') end

if kiosk.session ~= '' then touch('kioskReplaced', { kioskId = args.kioskId, session = kiosk.session }) end
if kiosk.present ~= '1' and kiosk.visit == '' then kiosk.since = now end
local before = kiosk.instance
set(key.kiosk(args.kioskId), kiosk, { present = '1', session = args.session, instance = args.instance, since = kiosk.since, cameAt = now })
release(before, 'kiosk:' .. args.kioskId)
hold(args.instance, 'kiosk:' .. args.kioskId)
not_due('kiosk-grace:' .. args.kioskId)
touch('kiosks', args.kioskId)
if args.claim then believe(args.claim) end
local visit_id = redis.call('HGET', key.kiosk(args.kioskId), 'visit')
local visit = visit_id ~= '' and load_visit(visit_id)
if visit then
  touch_visit(visit)
  if visit.state == 'waiting' then enqueue(visit) end
end
assign()
return finish({})
