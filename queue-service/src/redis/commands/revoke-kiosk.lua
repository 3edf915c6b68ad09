-- Shuts a kiosk out: its visit ends, its sockets are told, nodes are told.
-- keys    root
-- args    kioskId
-- result  {}; safe to repeat
-- errors  kiosk-unknown
-- events  ended

local kiosk = hash(key.kiosk(args.kioskId))
if not kiosk.name then return fail('kiosk-unknown') end
set(key.kiosk(args.kioskId), kiosk, { revoked = '1', changedAt = now, present = '0', session = '', since = now })
release(kiosk.instance, 'kiosk:' .. args.kioskId)
not_due('kiosk-grace:' .. args.kioskId)
local visit = kiosk.visit ~= '' and load_visit(kiosk.visit)
if visit then end_visit(visit, 'technical'); assign() end
touch('kiosks', args.kioskId)
touch('revoked', args.kioskId)
return finish({})
