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
  touch('offered', { offerId = offer, operatorId = operator_id, visitId = visit.id })
  touch_visit(visit)
  emit('offered', visit, { operator = operator_id })
end

-- The first free operator for a visit who has not refused it lately: least in hand, then longest idle.
local function candidate(visit_id, demand)
  if redis.call('EXISTS', key.refusals(visit_id)) == 0 then return redis.call('ZRANGE', key.free(demand), 0, 0)[1] end
  for _, operator_id in ipairs(redis.call('ZRANGE', key.free(demand), 0, -1)) do
    local until_when = tonumber(redis.call('HGET', key.refusals(visit_id), operator_id))
    if not until_when or until_when <= now then return operator_id end
    redis.call('ZADD', key.deadlines(), 'LT', until_when, 'match:' .. visit_id)
  end
  return nil
end

-- Offers as many visits as there are free operators: highest class first, inside a class the oldest ticket whose demand a free
-- operator serves. Called at the end of every command that could have made a match possible.
local function assign()
  local demands = {}
  for _, demand in ipairs(redis.call('SMEMBERS', key.demands())) do
    if redis.call('ZCARD', key.free(demand)) > 0 then demands[#demands + 1] = demand end
  end
  if #demands == 0 then return end
  for _, class in ipairs(classes) do
    local passed = {}
    while true do
      local best, best_order, best_demand
      for _, demand in ipairs(demands) do
        local at = passed[demand] or 0
        local head = redis.call('ZRANGE', key.queue(class, demand), at, at, 'WITHSCORES')
        if head[1] and (not best or tonumber(head[2]) < best_order) and redis.call('ZCARD', key.free(demand)) > 0 then
          best, best_order, best_demand = head[1], tonumber(head[2]), demand
        end
      end
      if not best then break end
      local operator_id = candidate(best, best_demand)
      if operator_id then offer_visit(load_visit(best), operator_id)
      else passed[best_demand] = (passed[best_demand] or 0) + 1 end
    end
  end
end
