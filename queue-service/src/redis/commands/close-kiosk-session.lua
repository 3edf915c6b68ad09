-- A kiosk's socket is gone; its visit waits for it for policy.kioskGraceMs.
-- keys    root
-- args    kioskId, session
-- result  {}; nothing happens when another session has the kiosk

local kiosk = hash(key.kiosk(args.kioskId))
if kiosk.session == args.session then lose_kiosk(args.kioskId, kiosk) end
return finish({})
