-- Notes where the citizen is. While he waits, another language or service changes which operators can help, not his place.
-- keys    root
-- args    visitId, kioskId, session, step, phase, language, service (may be empty), plan
-- result  as of read-kiosk
-- errors  link-lost (another session has the kiosk), visit-unknown
-- events  offered (when the change lets somebody free help)

if redis.call('HGET', key.kiosk(args.kioskId), 'session') ~= args.session then return fail('link-lost') end
local visit = load_visit(args.visitId)
if not visit or visit.kiosk ~= args.kioskId or visit.state == 'ended' then return fail('visit-unknown') end

local moved = visit.state == 'waiting' and visit.plan ~= args.plan
if moved then dequeue(visit) end
set(key.visit(visit.id), visit, {
  step = args.step, phase = args.phase, language = args.language, service = args.service, plan = args.plan,
})
if moved then enqueue(visit); assign() end
touch_visit(visit)
return finish_with(kiosk_reading(args.kioskId))
