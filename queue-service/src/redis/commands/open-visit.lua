-- Opens a visit at a kiosk and chooses its certificate node.
-- keys    root
-- args    visitId, kioskId, session, language
-- result  as of read-kiosk; the same visitId again is answered as the first time
-- errors  link-lost (another session has the kiosk), kiosk-unknown, kiosk-revoked, kiosk-busy, no-node
-- events  opened

local kiosk = hash(key.kiosk(args.kioskId))
if not kiosk.name then return fail('kiosk-unknown') end
if kiosk.revoked == '1' then return fail('kiosk-revoked') end
if kiosk.session ~= args.session then return fail('link-lost') end
if kiosk.visit == args.visitId then return finish_with(kiosk_reading(args.kioskId)) end
if kiosk.visit ~= '' then return fail('kiosk-busy') end
local node = pick_node('certificates')
if node == '' then return fail('no-node') end

begin_visit(args.visitId, args.kioskId, node, args.language)
return finish_with(kiosk_reading(args.kioskId))
