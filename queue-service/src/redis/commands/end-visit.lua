-- Ends a visit: by its kiosk from any state, by its operator out of the talk. An operator keeps it as wrap-up.
-- keys    root
-- args    visitId, kioskId or operatorId, session, reason
-- result  as of read-kiosk or read-desk
-- errors  link-lost (another session has kiosk or desk), visit-unknown, visit-state (an idle kiosk never ends a visit that has an operator; the operator has no talk)
-- events  ended, offered

local holder = args.kioskId and key.kiosk(args.kioskId) or key.operator(args.operatorId)
if redis.call('HGET', holder, 'session') ~= args.session then return fail('link-lost') end
local visit = load_visit(args.visitId)
if not visit or (args.kioskId and visit.kiosk ~= args.kioskId) or (args.operatorId and visit.operator ~= args.operatorId) then
  return fail('visit-unknown')
end
if visit.state == 'ended' then return fail(args.operatorId and 'visit-state' or 'visit-unknown') end
if args.operatorId and visit.state ~= 'with-operator' then return fail('visit-state') end
if args.reason == 'idle' and visit.state == 'with-operator' then return fail('visit-state') end

end_visit(visit, args.reason)
assign()
return finish_with(args.kioskId and kiosk_reading(args.kioskId) or desk_reading(args.operatorId))
