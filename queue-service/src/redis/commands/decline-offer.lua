-- The operator passes; the visit keeps its place and is not offered to him again for policy.refusalMs.
-- keys    root
-- args    operatorId, session, offerId
-- result  as of read-desk
-- errors  link-lost (another session has the desk), offer-gone
-- events  declined, offered

local operator = load_operator(args.operatorId)
if operator.session ~= args.session then return fail('link-lost') end
local visit_id = redis.call('HGET', key.offers(), args.offerId)
local visit = visit_id and load_visit(visit_id)
if not visit or visit.operator ~= args.operatorId then return fail('offer-gone') end

redis.call('HSET', key.refusals(visit_id), args.operatorId, now + policy.refusalMs)
set(key.operator(operator.id), operator, { idleSince = now })
emit('declined', visit, { operator = args.operatorId })
withdraw_offer(visit, nil)
requeue(visit, 'offer-ended')
assign()
return finish_with(desk_reading(args.operatorId))
