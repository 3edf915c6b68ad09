-- What an operator has in hand: his visits with their kiosks, and what he is offered. Changes nothing.
-- keys    root
-- args    operatorId
-- result  { operator, visits: list of { visit, slot, kiosk, offerEnds?, mediaNode?, certificatesNode? }, now }
-- errors  link-lost (his lease has lapsed)

local operator = hash(key.operator(args.operatorId))
if not operator.presence then return fail('link-lost') end
local visits = {}
for visit_id, slot in pairs(hash(key.slots(args.operatorId))) do
  local visit = load_visit(visit_id)
  visits[#visits + 1] = {
    visit = visit, slot = slot, kiosk = hash(key.kiosk(visit.kiosk)),
    offerEnds = slot == 'offered' and redis.call('ZSCORE', key.deadlines(), 'offer:' .. visit_id) or nil,
    mediaNode = whereabouts(visit.media), certificatesNode = whereabouts(visit.certificates),
  }
end
return cjson.encode({ result = { operator = operator, visits = visits, now = now } })
