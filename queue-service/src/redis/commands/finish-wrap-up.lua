-- The operator has put the visit away; his slot is free again.
-- keys    root
-- args    operatorId, session, visitId, outcome
-- result  as of read-desk
-- errors  link-lost (another session has the desk), visit-unknown, visit-state (the talk has not ended)
-- events  wrapped-up, offered

local operator = load_operator(args.operatorId)
if operator.session ~= args.session then return fail('link-lost') end
local slot = slots_of(operator)[args.visitId]
if not slot then return fail('visit-unknown') end
if slot ~= 'wrap-up' then return fail('visit-state') end

local visit = load_visit(args.visitId)
move_slot(operator, visit.id, 'wrapped-up')
-- Mean of the time operators take, over all at first and over about the last fifty later. Notes that were left lying count as an hour.
local known = redis.call('HMGET', key.handling(), 'count', 'mean')
local count, mean = (tonumber(known[1]) or 0) + 1, tonumber(known[2]) or 0
mean = mean + (math.min(now - tonumber(visit.acceptedAt), 3600000) - mean) / math.min(count, 50)
redis.call('HSET', key.handling(), 'count', whole(count), 'mean', string.format('%.0f', mean))
set(key.operator(operator.id), operator, { idleSince = now })
place_operator(operator)
emit('wrapped-up', visit, { operator = args.operatorId, reason = args.outcome })
forget_visit(visit)
assign()
return finish_with(desk_reading(args.operatorId))
