-- A desk has said hello. Within the lease everything is as it was; a second window takes the desk over.
-- keys    root
-- args    operatorId, session, signIn, instance, capacity, profile, lanes (separated by spaces),
--         claim { at, presence, reason, idleSince, visits } (of the desk's receipt; may be absent), day
-- result  {}; `signed-out` when the sign-in was signed out
-- events  restored, requeued, ended, offer-expired, handed-over, wrapped-up, offered

if redis.call('ZSCORE', key.signedOut(), args.signIn) then return fail('signed-out') end
local operator = load_operator(args.operatorId)
if operator.session and operator.session ~= '' and operator.session ~= args.session then
  touch('replaced', { operatorId = operator.id, session = operator.session })
end
if operator.presence == 'signed-out' then
  set(key.operator(operator.id), operator, { idleSince = now })
  move_presence(operator, 'signed-in', 'signed-in')
end
release(operator.instance, 'operator:' .. operator.id)
join_profile(operator, args.profile, args.lanes)
set(key.operator(operator.id), operator, {
  session = args.session, signIn = args.signIn, instance = args.instance, present = '1', capacity = args.capacity, profile = args.profile,
  cameAt = now,
})
if args.claim then
  -- Only while everybody comes back: who has lapsed by himself says anew whether he takes visits.
  if is_rebuilding() then
    release_unlisted(operator, args.claim)
    move_presence(operator, args.claim.presence == 'available' and 'made-available' or 'made-not-ready', args.claim.reason)
    set(key.operator(operator.id), operator, { idleSince = args.claim.idleSince })
  end
  for _, claim in ipairs(args.claim.visits) do
    local visit = believe(claim)
    if claim.state == 'with-operator' and not (visit and visit.operator == operator.id) then
      touch('lost', { operatorId = operator.id, visitId = claim.id })
    end
  end
end
redis.call('ZADD', key.operators(), 'NX', now, operator.id)
not_due('operator:' .. operator.id)
hold(args.instance, 'operator:' .. operator.id)
place_operator(operator)
for visit_id in pairs(slots_of(operator)) do touch_visit(load_visit(visit_id)) end
assign()
return finish({})
