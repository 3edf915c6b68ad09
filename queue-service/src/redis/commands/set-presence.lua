-- The operator says whether he takes visits. Saying no while being asked passes the offer on; visits in hand stay.
-- keys    root
-- args    operatorId, session, presence (available | not-ready), reason (empty when available)
-- result  as of read-desk
-- errors  link-lost (another session has the desk, or his lease has lapsed: the socket must say hello again)
-- events  declined, offered

local operator = load_operator(args.operatorId)
if operator.session ~= args.session then return fail('link-lost') end
local was = operator.presence
local input = args.presence == 'available' and 'made-available' or 'made-not-ready'
if not move_presence(operator, input, args.reason) then return fail('link-lost') end

if input == 'made-available' and was ~= 'available' then set(key.operator(operator.id), operator, { idleSince = now }) end
if input == 'made-not-ready' then
  for visit_id, slot in pairs(slots_of(operator)) do
    if slot == 'offered' then
      local visit = load_visit(visit_id)
      emit('declined', visit, { operator = operator.id })
      withdraw_offer(visit, 'superseded')
      requeue(visit, 'offer-ended')
    end
  end
end
place_operator(operator)
assign()
return finish_with(desk_reading(args.operatorId))
