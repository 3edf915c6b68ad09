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

-- Offers what this command has made possible. Before it nobody free could have been offered anything that waits, so only those
-- who have got free and those tickets that have become fit are looked at. Called at the end of every such command.
local function assign()
  local operators = {}
  for _, id in ipairs(freed) do
    local operator = load_operator(id)
    local score = operator.profile and redis.call('ZSCORE', key.free(operator.profile), id)
    if score then operators[#operators + 1] = { operator = operator, score = tonumber(score) } end
  end
  -- The same order for the same state: least in hand, longest idle, name.
  table.sort(operators, function(a, b)
    if a.score ~= b.score then return a.score < b.score end
    return a.operator.id < b.operator.id
  end)
  for _, entry in ipairs(operators) do
    local visit_id = redis.call('ZSCORE', key.free(entry.operator.profile), entry.operator.id) and visit_for(entry.operator)
    if visit_id then offer_visit(load_visit(visit_id), entry.operator.id) end
  end
  local visits, seen = {}, {}
  for _, id in ipairs(offerable) do
    local visit = not seen[id] and load_visit(id)
    seen[id] = true
    if visit and visit.state == 'waiting' and redis.call('ZSCORE', key.line(), id) then visits[#visits + 1] = visit end
  end
  table.sort(visits, function(a, b) return score_of(a) < score_of(b) end)
  for _, visit in ipairs(visits) do
    local operator_id = operator_for(visit)
    if operator_id then offer_visit(visit, operator_id) end
  end
  freed, offerable = {}, {}
end
