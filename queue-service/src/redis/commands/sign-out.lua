-- Somebody has signed out: the sign-in is worth nothing any more, wherever its cookie was copied to. A desk that stands on it
-- is given up like one whose socket is gone: the lease runs on, and nothing new is offered.
-- keys    root
-- args    operatorId, signIn, endsAt (when the sign-in would have ended, ms)
-- result  {}

-- Sign-ins that are over by themselves are refused anyway; an hour more, because clocks of machines differ.
redis.call('ZREMRANGEBYSCORE', key.signedOut(), '-inf', now - 3600000)
redis.call('ZADD', key.signedOut(), args.endsAt, args.signIn)
local operator = load_operator(args.operatorId)
if operator.session and operator.session ~= '' and operator.signIn == args.signIn then
  touch('lapsed', { operatorId = operator.id, session = operator.session })
  release(operator.instance, 'operator:' .. operator.id)
  due('operator:' .. operator.id, now + policy.operatorLeaseMs)
  set(key.operator(operator.id), operator, { present = '0', session = '' })
  place_operator(operator)
  for visit_id in pairs(slots_of(operator)) do touch_visit(load_visit(visit_id)) end
end
assign()
return finish({})
