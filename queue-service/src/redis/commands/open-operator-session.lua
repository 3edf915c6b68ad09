-- A desk has said hello. Within the lease everything is as it was; a second window takes the desk over.
-- keys    root
-- args    operatorId, session, signIn, instance, capacity, profile, lanes (separated by spaces)
-- result  {}; `signed-out` when the sign-in was signed out
-- events  offered

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
})
redis.call('ZADD', key.operators(), 'NX', now, operator.id)
not_due('operator:' .. operator.id)
hold(args.instance, 'operator:' .. operator.id)
place_operator(operator)
for visit_id in pairs(slots_of(operator)) do touch_visit(load_visit(visit_id)) end
assign()
return finish({})
