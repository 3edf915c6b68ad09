-- The operator gives a talk to a colleague, as when a check by eye needs a second opinion: the visit goes to the head of the
-- queue under a newer fence, with its number and start of wait, and is not offered to him again for policy.handOverMs.
-- keys    root
-- args    operatorId, session, visitId
-- result  as of read-desk
-- errors  link-lost (another session has the desk), visit-unknown, visit-state (no talk), nobody-else-on-duty (nobody but him serves this visit: it stays with him)
-- events  handed-over, requeued, offered

local operator = load_operator(args.operatorId)
if operator.session ~= args.session then return fail('link-lost') end
local visit = load_visit(args.visitId)
if not visit or visit.operator ~= args.operatorId then return fail('visit-unknown') end
local after = visit_next[visit.state]['handed-over']
if not after then return fail('visit-state') end
if not is_served(visit.plan, args.operatorId) then return fail('nobody-else-on-duty') end

redis.call('HSET', key.refusals(visit.id), args.operatorId, now + policy.handOverMs)
emit('handed-over', visit, { operator = args.operatorId })
move_slot(operator, visit.id, 'handed-over')
place_operator(operator)
local fence = next_fence()
set(key.visit(visit.id), visit, { operator = '', last = '', offer = '', class = 'coming-back', epoch = fence.epoch, counter = fence.counter })
requeue(visit, 'handed-over')
emit('requeued', visit)
assign()
return finish_with(desk_reading(args.operatorId))
