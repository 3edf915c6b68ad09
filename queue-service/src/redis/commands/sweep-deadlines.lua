-- Does what has fallen due: offers and leases that ended, kiosks and nodes that stayed away. At most 200 per call. Before it the
-- lease of the process that asks is renewed, and with it everybody's who hangs on it: one command per process and second.
-- keys    root
-- args    instance
-- result  { swept, held }; held: false when the lease had lapsed, so that everybody must say hello anew
-- events  offer-expired, operator-lost, requeued, ended, wrapped-up, offered

local acts
acts = {
  offer = function(id)
    local visit = load_visit(id)
    local operator_id = visit.operator
    emit('offer-expired', visit, { operator = operator_id })
    withdraw_offer(visit, 'expired')
    local operator = load_operator(operator_id)
    move_presence(operator, 'offer-missed', 'missed-offer')
    place_operator(operator)
    requeue(visit, 'offer-ended')
  end,
  operator = function(id) lapse_operator(load_operator(id)) end,
  -- A process of queue-service shows no life: nobody who hung on it does, unless he has come to another one.
  instance = function(id)
    local holders = redis.call('SMEMBERS', key.instance(id))
    table.sort(holders)
    redis.call('DEL', key.instance(id))
    for _, holder in ipairs(holders) do
      local what, name = string.match(holder, '^([^:]+):(.+)$')
      if what == 'kiosk' then lose_kiosk(name, hash(key.kiosk(name))) else acts[what](name) end
    end
  end,
  ['kiosk-grace'] = function(id)
    local visit_id = redis.call('HGET', key.kiosk(id), 'visit')
    local visit = visit_id and visit_id ~= '' and load_visit(visit_id)
    if visit then end_visit(visit, 'kiosk-lost') end
  end,
  node = function(id)
    local kind = redis.call('HGET', key.node(id), 'kind')
    redis.call('ZREM', key.nodes(kind), id)
    redis.call('DEL', key.node(id))
    touch('nodes', 1)
    rehome(id)
  end,
  -- Who wanted to come back has: what waits is looked at once, oldest first.
  rebuild = function()
    lose_absent()
    rehome(nil)
    for _, id in ipairs(redis.call('ZRANGE', key.line(), 0, -1)) do offerable[#offerable + 1] = id end
  end,
  -- A refusal has run out, or another lane opens: the match below looks again.
  match = function(id) offerable[#offerable + 1] = id end,
  widen = function(id)
    local visit = load_visit(id)
    if visit and visit.state == 'waiting' then enter_lanes(visit) end
  end,
}

local held = redis.call('EXISTS', key.instance(args.instance)) == 1
if held then due('instance:' .. args.instance, now + policy.instanceLeaseMs) end
local members = redis.call('ZRANGEBYSCORE', key.deadlines(), '-inf', now, 'LIMIT', 0, 200)
for _, member in ipairs(members) do
  local what, id = string.match(member, '^([^:]+):(.+)$')
  -- One act may have made another one needless.
  if redis.call('ZREM', key.deadlines(), member) == 1 then acts[what](id) end
end
if #members > 0 then assign() end
return finish({ swept = #members, held = held })
