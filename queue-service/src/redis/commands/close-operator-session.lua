-- A desk's socket is gone. The lease runs on: until it ends the visits in hand stay bound, and nothing new is offered.
-- keys    root
-- args    operatorId, session
-- result  {}; nothing happens when another session has the desk

local operator = load_operator(args.operatorId)
if operator.session ~= args.session then return finish({}) end
set(key.operator(operator.id), operator, { present = '0', session = '' })
place_operator(operator)
for visit_id in pairs(hash(key.slots(operator.id))) do touch_visit(load_visit(visit_id)) end
return finish({})
