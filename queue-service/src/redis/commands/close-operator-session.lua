-- A desk's socket is gone. The lease runs on: until it ends the visits in hand stay bound, and nothing new is offered.
-- keys    root
-- args    operatorId, session, silentMs (how long ago its last sign of life was)
-- result  {}; nothing happens when another session has the desk

local operator = load_operator(args.operatorId)
if operator.session ~= args.session then return finish({}) end
release(operator.instance, 'operator:' .. operator.id)
due('operator:' .. operator.id, now + math.max(policy.operatorLeaseMs - args.silentMs, 0))
set(key.operator(operator.id), operator, { present = '0', session = '' })
place_operator(operator)
for visit_id in pairs(slots_of(operator)) do touch_visit(load_visit(visit_id)) end
assign()
return finish({})
