-- Offers: one visit, one operator, an end.

-- Ends an offer without an acceptance; the visit is then to be queued again or ended.
-- why: expired | citizen-left | taken | superseded; nil when the operator himself has just declined and need not be told
local function withdraw_offer(visit, why)
  local operator = load_operator(visit.operator)
  redis.call('HDEL', key.offers(), visit.offer)
  not_due('offer:' .. visit.id)
  move_slot(operator.id, visit.id, 'offer-ended')
  if why then touch('withdrawn', { offerId = visit.offer, operatorId = operator.id, why = why }) end
  place_operator(operator)
  set(key.visit(visit.id), visit, { offer = '', operator = '' })
end

local function requeue(visit, input)
  set(key.visit(visit.id), visit, { state = visit_next[visit.state][input] })
  enqueue(visit)
  touch_visit(visit)
end

local function offer_visit(visit, operator_id)
  local fence = next_fence()
  local offer = 'o_' .. string.sub(redis.sha1hex(visit.id .. fence.epoch .. '.' .. fence.counter), 1, 24)
  dequeue(visit)
  set(key.visit(visit.id), visit, {
    state = visit_next[visit.state].offered, offer = offer, operator = operator_id,
    epoch = fence.epoch, counter = fence.counter,
  })
  redis.call('HSET', key.offers(), offer, visit.id)
  due('offer:' .. visit.id, now + policy.offerMs)
  move_slot(operator_id, visit.id, 'offered')
  place_operator(load_operator(operator_id))
  touch_visit(visit)
  emit('offered', visit, { operator = operator_id })
end

-- How many free operators are looked at in one read.
local FREE_STEP = 20

-- The first free operator who serves the demand and has not refused the visit lately: least in hand, then longest idle. The
-- second result tells whether one who serves it was passed over for a refusal.
local function candidate(visit_id, demand)
  local refused = redis.call('EXISTS', key.refusals(visit_id)) == 1
  local passed_over = false
  local from = 0
  while true do
    local free = redis.call('ZRANGE', key.free(), from, from + FREE_STEP - 1)
    for _, operator_id in ipairs(free) do
      if does_serve(redis.call('HGET', key.operator(operator_id), 'serves'), demand) then
        local until_when = refused and tonumber(redis.call('HGET', key.refusals(visit_id), operator_id))
        if not until_when or until_when <= now then return operator_id, false end
        redis.call('ZADD', key.deadlines(), 'LT', until_when, 'match:' .. visit_id)
        passed_over = true
      end
    end
    if #free < FREE_STEP then return nil, passed_over end
    from = from + FREE_STEP
  end
end

-- Offers as many visits as there are free operators: highest class first, inside a class the oldest ticket whose demand a free
-- operator serves. Called at the end of every command that could have made a match possible.
local function assign()
  if redis.call('ZCARD', key.free()) == 0 then return end
  local waiting = {}
  for _, demand in ipairs(redis.call('SMEMBERS', key.demands())) do
    local heads, any = {}, false
    for _, class in ipairs(classes) do
      heads[class] = redis.call('ZRANGE', key.queue(class, demand), 0, 0, 'WITHSCORES')
      any = any or heads[class][1] ~= nil
    end
    if any then waiting[demand] = { heads = heads, passed = 0 } else redis.call('SREM', key.demands(), demand) end
  end
  for _, class in ipairs(classes) do
    for _, queue in pairs(waiting) do queue.passed = 0 end
    while true do
      local best, best_demand
      for demand, queue in pairs(waiting) do
        local head = queue.heads[class]
        if head[1] and (not best or tonumber(head[2]) < tonumber(best[2])) then best, best_demand = head, demand end
      end
      if not best then break end
      local queue = waiting[best_demand]
      local operator_id, passed_over = candidate(best[1], best_demand)
      if operator_id then
        offer_visit(load_visit(best[1]), operator_id)
        if redis.call('ZCARD', key.free()) == 0 then return end
      elseif passed_over then
        queue.passed = queue.passed + 1
      else
        -- Nobody free serves this demand, and offers only make fewer free.
        waiting[best_demand] = nil
      end
      if waiting[best_demand] then
        queue.heads[class] = redis.call('ZRANGE', key.queue(class, best_demand), queue.passed, queue.passed, 'WITHSCORES')
      end
    end
  end
end
