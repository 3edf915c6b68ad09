-- Binds operator and visit under the fence the offer was made with.
-- keys    root
-- args    operatorId, session, offerId
-- result  { visitId, desk: as of read-desk }; the same offer again is answered as the first time
-- errors  link-lost (another session has the desk), offer-gone
-- events  accepted, offered (the operator may have room for one more)

local operator = load_operator(args.operatorId)
if operator.session ~= args.session then return fail('link-lost') end
local visit_id = redis.call('HGET', key.offers(), args.offerId)
if not visit_id then
  for in_hand, slot in pairs(slots_of(operator)) do
    if slot == 'in-call' and redis.call('HGET', key.visit(in_hand), 'acceptedOffer') == args.offerId then
      return finish({ visitId = in_hand, desk = desk_reading(args.operatorId) })
    end
  end
  return fail('offer-gone')
end
local visit = load_visit(visit_id)
local ends = tonumber(redis.call('ZSCORE', key.deadlines(), 'offer:' .. visit_id))
if visit.operator ~= args.operatorId or now >= ends then return fail('offer-gone') end

redis.call('HDEL', key.offers(), args.offerId)
redis.call('DEL', key.refusals(visit_id))
not_due('offer:' .. visit_id)
not_due('match:' .. visit_id)
set(key.visit(visit_id), visit, {
  state = visit_next[visit.state].accepted, offer = '', acceptedOffer = args.offerId, acceptedAt = now,
})
move_slot(operator, visit_id, 'accepted')
place_operator(operator)
touch_visit(visit)
touch('accepted', { visitId = visit_id, fence = { epoch = tonumber(visit.epoch), counter = tonumber(visit.counter) } })
emit('accepted', visit, { operator = args.operatorId })
assign()
return finish({ visitId = visit_id, desk = desk_reading(args.operatorId) })
