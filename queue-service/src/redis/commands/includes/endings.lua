-- How visits end and operators lapse.

-- A kiosk has one visit at a time: claims of it that are not newer than the last that ended are over.
local function mark_over(visit)
  local over = redis.call('HMGET', key.kiosk(visit.kiosk), 'overEpoch', 'overCounter')
  local epoch, counter = tonumber(over[1]) or 0, tonumber(over[2]) or 0
  local ended_epoch, ended_counter = tonumber(visit.epoch), tonumber(visit.counter)
  if ended_epoch > epoch or (ended_epoch == epoch and ended_counter > counter) then
    redis.call('HSET', key.kiosk(visit.kiosk), 'overEpoch', visit.epoch, 'overCounter', visit.counter)
  end
end

-- Ends a visit from any state; one in an operator's hands stays there as wrap-up.
local function end_visit(visit, reason)
  local operator_id = visit.operator
  local talking = visit.state == 'with-operator'
  if visit.state == 'waiting' then dequeue(visit)
  elseif visit.state == 'offered' then withdraw_offer(visit, 'citizen-left') end
  set(key.visit(visit.id), visit, { state = visit_next[visit.state].ended, endedAt = now })
  redis.call('SREM', key.visits(), visit.id)
  mark_over(visit)
  if redis.call('HGET', key.kiosk(visit.kiosk), 'visit') == visit.id then
    redis.call('HSET', key.kiosk(visit.kiosk), 'visit', '', 'since', now)
  end
  not_due('match:' .. visit.id)
  touch('ended', visit.id)
  touch_visit(visit)
  emit('ended', visit, { operator = operator_id, reason = reason })
  if talking then
    move_slot(load_operator(operator_id), visit.id, 'ended')
    place_operator(load_operator(operator_id))
  else
    forget_visit(visit)
  end
end

-- The operator's lease has lapsed: nothing of his stays bound. Talks go to the head of the queue under a newer fence, with the
-- number and the start of wait they had; offers go back; wrap-ups close themselves.
local function lapse_operator(operator)
  local slots = {}
  for visit_id, slot in pairs(slots_of(operator)) do slots[visit_id] = slot end
  set(key.operator(operator.id), operator, { present = '0' })
  move_presence(operator, 'lapsed', '')
  local visits = {}
  for visit_id in pairs(slots) do visits[#visits + 1] = load_visit(visit_id) end
  -- In the order of their tickets, so that the same state always gives the same history.
  table.sort(visits, function(a, b) return tonumber(a.order) < tonumber(b.order) end)
  for _, visit in ipairs(visits) do
    local visit_id, slot = visit.id, slots[visit.id]
    if slot == 'offered' then
      emit('offer-expired', visit, { operator = operator.id })
      withdraw_offer(visit, 'expired')
      requeue(visit, 'offer-ended')
    elseif slot == 'in-call' then
      move_slot(operator, visit_id, 'lapsed')
      emit('operator-lost', visit, { operator = operator.id })
      touch('lost', { operatorId = operator.id, visitId = visit_id })
      local fence = next_fence()
      set(key.visit(visit_id), visit, { operator = '', last = operator.id, offer = '', class = 'coming-back', epoch = fence.epoch, counter = fence.counter })
      requeue(visit, 'operator-lapsed')
      emit('requeued', visit)
    else
      move_slot(operator, visit_id, 'lapsed')
      emit('wrapped-up', visit, { operator = operator.id, reason = 'not-set' })
      forget_visit(visit)
    end
  end
  write_place(operator)
  leave_profile(operator)
  release(operator.instance, 'operator:' .. operator.id)
  touch('lapsed', { operatorId = operator.id, session = operator.session })
  redis.call('ZREM', key.operators(), operator.id)
  redis.call('DEL', key.operator(operator.id), key.slots(operator.id))
  operators_here[operator.id] = nil
  not_due('operator:' .. operator.id)
end

-- A kiosk's line is gone: its visit keeps everything for the time of grace, and is not offered to anybody meanwhile.
local function lose_kiosk(id, kiosk)
  set(key.kiosk(id), kiosk, { present = '0', session = '', since = now })
  release(kiosk.instance, 'kiosk:' .. id)
  touch('kiosks', id)
  local visit = kiosk.visit and kiosk.visit ~= '' and load_visit(kiosk.visit)
  if not visit then return end
  due('kiosk-grace:' .. id, now + policy.kioskGraceMs)
  if visit.state == 'waiting' then leave_lanes(visit) end
  touch_visit(visit)
  touch('queue', 1)
end

-- A desk's line is gone, `silent_ms` after its last sign of life: its lease runs on, and nothing new is offered there meanwhile.
local function lose_desk(operator, silent_ms)
  release(operator.instance, 'operator:' .. operator.id)
  due('operator:' .. operator.id, now + math.max(policy.operatorLeaseMs - silent_ms, 0))
  set(key.operator(operator.id), operator, { present = '0', session = '' })
  place_operator(operator)
  for visit_id in pairs(slots_of(operator)) do touch_visit(load_visit(visit_id)) end
end

-- Everybody came anew after the loss; who did not went in what was lost, though an older copy of the store has him there.
local function lose_absent()
  local function is_absent(holder) return holder.present == '1' and (tonumber(holder.cameAt) or 0) < rebuilt_at end
  for _, id in ipairs(redis.call('SMEMBERS', key.kiosks())) do
    local kiosk = hash(key.kiosk(id))
    if is_absent(kiosk) then lose_kiosk(id, kiosk) end
  end
  for _, id in ipairs(redis.call('ZRANGE', key.operators(), 0, -1)) do
    local operator = load_operator(id)
    if is_absent(operator) then lose_desk(operator, 0) end
  end
end

-- Gives every running visit whose node is gone another one, and lets tickets into the queue that waited for a media node; without
-- one they are held back.
-- changed_node: a node that has said hello anew or is gone; whoever has a visit there is told.
local function rehome(changed_node)
  for _, id in ipairs(redis.call('SMEMBERS', key.visits())) do
    local visit = load_visit(id)
    local moved = visit.certificates == changed_node or visit.media == changed_node
    -- While everybody comes back, so do nodes: each has its visits again then.
    if not is_rebuilding() and not is_registered('certificates', visit.certificates) then
      local node = pick_node('certificates')
      if node ~= '' then set(key.visit(id), visit, { certificates = node }); moved = true end
    end
    if not is_rebuilding() and visit.state ~= 'alone' and not is_registered('media', visit.media) then
      local node = pick_node('media')
      if node ~= '' or visit.state == 'waiting' then
        if visit.state == 'waiting' then leave_lanes(visit) end
        moved = moved or node ~= visit.media
        set(key.visit(id), visit, { media = node })
      end
    end
    if moved then
      if visit.state == 'waiting' then enqueue(visit) end
      touch_visit(visit)
    end
  end
end
