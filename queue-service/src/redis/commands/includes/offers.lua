-- Offers: one visit, one operator, an end.

-- Ends an offer without an acceptance; the visit is then to be queued again or ended.
-- why: expired | citizen-left | taken | superseded; nil when the operator himself has just declined and need not be told
local function withdraw_offer(visit, why)
  local operator = load_operator(visit.operator)
  redis.call('HDEL', key.offers(), visit.offer)
  not_due('offer:' .. visit.id)
  move_slot(operator, visit.id, 'offer-ended')
  if why then touch('withdrawn', { offerId = visit.offer, operatorId = operator.id, why = why }) end
  place_operator(operator)
  set(key.visit(visit.id), visit, { offer = '', operator = '' })
end

local function requeue(visit, input)
  set(key.visit(visit.id), visit, { state = visit_next[visit.state][input] })
  enqueue(visit)
  touch_visit(visit)
end

local function offer_visit(visit, operator)
  local fence = next_fence()
  local offer = 'o_' .. string.sub(redis.sha1hex(visit.id .. fence.epoch .. '.' .. fence.counter), 1, 24)
  dequeue(visit)
  set(key.visit(visit.id), visit, {
    state = visit_next[visit.state].offered, offer = offer, operator = operator.id,
    epoch = fence.epoch, counter = fence.counter,
  })
  redis.call('HSET', key.offers(), offer, visit.id)
  due('offer:' .. visit.id, now + policy.offerMs)
  move_slot(operator, visit.id, 'offered')
  touch_visit(visit)
  emit('offered', visit, { operator = operator.id })
end

-- Writes the places that this command has changed and offers what it has made possible. Before it nobody free could have been
-- offered anything that waits, so only these operators and the tickets that have become fit are looked at. Every command ends
-- with it that may have changed either.
local function assign()
  local free = {}
  for _, operator in pairs(unplaced) do
    local is_free, score = standing_of(operator)
    if is_free then free[#free + 1] = { operator = operator, score = score }
    else write_place(operator) end
  end
  -- The same order for the same state: least in hand, longest idle, name.
  table.sort(free, function(a, b)
    if a.score ~= b.score then return a.score < b.score end
    return a.operator.id < b.operator.id
  end)
  for _, entry in ipairs(free) do
    local visit_id = visit_for(entry.operator)
    if visit_id then offer_visit(load_visit(visit_id), entry.operator) end
    write_place(entry.operator)
  end
  local visits, done = {}, {}
  for _, id in ipairs(offerable) do
    local visit = not done[id] and load_visit(id)
    done[id] = true
    if visit and visit.state == 'waiting' and redis.call('ZSCORE', key.line(), id) then visits[#visits + 1] = visit end
  end
  table.sort(visits, function(a, b) return score_of(a) < score_of(b) end)
  for _, visit in ipairs(visits) do
    local operator_id = operator_for(visit)
    if operator_id then
      offer_visit(visit, load_operator(operator_id))
      write_place(load_operator(operator_id))
    end
  end
end
