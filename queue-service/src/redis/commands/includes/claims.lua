-- What kiosks and desks say that they were told, signed: believed where this store knows less. A visit's claims are ordered by
-- its fence, then by the count of its changes (`turn`).

-- Negative when `a` is older than `b`, 0 when both know the same, positive when newer.
local function compare_claims(a, b)
  local epoch, counter = tonumber(a.epoch) - tonumber(b.epoch), tonumber(a.counter) - tonumber(b.counter)
  if epoch ~= 0 then return epoch end
  if counter ~= 0 then return counter end
  return (tonumber(a.turn) or 0) - (tonumber(b.turn) or 0)
end

-- Numbers that have been given away are not given again: fences, places, labels of the day.
local function remember_numbers(claim)
  local fence = hash(key.fence())
  local epoch, counter = tonumber(fence.epoch) or 0, tonumber(fence.counter) or 0
  if claim.epoch > epoch or (claim.epoch == epoch and claim.counter > counter) then
    redis.call('HSET', key.fence(), 'epoch', claim.epoch, 'counter', claim.counter)
  end
  if claim.order and claim.order > (tonumber(redis.call('GET', key.ticketOrder())) or 0) then
    redis.call('SET', key.ticketOrder(), string.format('%.0f', claim.order))
  end
  local letter, digits = string.match(claim.label, '^(%u)(%d%d)$')
  if letter then
    local number = (string.byte(letter) - 65) * 99 + tonumber(digits)
    if number > newest_label() then redis.call('HSET', key.labels(), 'number', number) end
  end
end

-- Takes a visit out of everything it stands in, without telling anybody that it has ended: another word for it follows.
local function lift_visit(visit)
  if visit.state == 'waiting' then dequeue(visit)
  elseif visit.state == 'offered' then withdraw_offer(visit, 'superseded')
  elseif visit.operator ~= '' then
    local operator = load_operator(visit.operator)
    move_slot(operator, visit.id, 'lapsed')
    place_operator(operator)
  end
  not_due('match:' .. visit.id)
  redis.call('SREM', key.visits(), visit.id)
  if redis.call('HGET', key.kiosk(visit.kiosk), 'visit') == visit.id then redis.call('HSET', key.kiosk(visit.kiosk), 'visit', '') end
  forget_visit(visit)
end

-- Whether the operator may be given the talk that he had: he is away (and has his lease to come), or everybody comes back now and
-- he has room.
local function may_have_again(operator)
  if operator.present ~= '1' then return true end
  -- He has not come back yet: what he has put away since, and so how much room he has, is his to say.
  if is_rebuilding() and (tonumber(operator.cameAt) or 0) < rebuilt_at then return true end
  local in_hand = 0
  for _ in pairs(slots_of(operator)) do in_hand = in_hand + 1 end
  return is_rebuilding() and in_hand < tonumber(operator.capacity)
end

-- Puts a slot into the hand of an operator, who may not have come back yet: his lease runs then.
local function give_slot(operator, visit, input)
  if operator.presence == 'signed-out' then
    move_presence(operator, 'signed-in', 'signed-in')
    set(key.operator(operator.id), operator, { idleSince = now, session = '', present = '0' })
    redis.call('ZADD', key.operators(), 'NX', now, operator.id)
    due('operator:' .. operator.id, now + policy.operatorLeaseMs)
  end
  move_slot(operator, visit.id, input)
  place_operator(operator)
end

-- Writes a visit as it is claimed. The store knows nothing of it, or only what is older and has been lifted.
local function write_claim(claim)
  local visit = { id = claim.id }
  local fields = {}
  for name, value in pairs(claim) do if name ~= 'id' then fields[name] = value end end
  fields.offer = ''
  set(key.visit(visit.id), visit, fields)
  visits_here[visit.id] = visit
  remember_numbers(claim)
  if visit.state == 'ended' then
    set(key.visit(visit.id), visit, { turn = claim.turn, endedAt = now })
    mark_over(visit)
    give_slot(load_operator(visit.operator), visit, 'wrap-up-claimed')
    return visit
  end
  redis.call('SADD', key.visits(), visit.id)
  redis.call('HSET', key.kiosk(visit.kiosk), 'visit', visit.id, 'since', now)
  if not kiosk_present(visit.kiosk) then due('kiosk-grace:' .. visit.kiosk, now + policy.kioskGraceMs) end
  emit('restored', visit, { operator = visit.operator })
  if visit.state == 'waiting' then enqueue(visit)
  elseif visit.state == 'with-operator' then
    local operator = load_operator(visit.operator)
    if may_have_again(operator) then give_slot(operator, visit, 'talk-claimed')
    else
      local fence = next_fence()
      set(key.visit(visit.id), visit, { operator = '', last = operator.id, class = 'coming-back', epoch = fence.epoch, counter = fence.counter })
      requeue(visit, 'operator-lapsed')
      emit('requeued', visit)
    end
  end
  touch_visit(visit)
  return visit
end

-- Believes a claim, or tells the visit as this store has it; nil when it is over, or its kiosk is not one of ours.
local function believe(claim)
  local kiosk = hash(key.kiosk(claim.kiosk))
  if not kiosk.name or kiosk.revoked == '1' then return nil end
  -- A kept ticket serves once, whatever has come of the visit that it was shown for.
  if claim.shown ~= '' then redis.call('ZADD', key.keptUsed(), now + 86400000, claim.shown) end
  local visit = load_visit(claim.id)
  if visit then
    local order = compare_claims(claim, visit)
    if order <= 0 then return visit end
    if claim.state == 'ended' then
      -- What is over stays over, in whose hands it is: here the words count as one.
      if visit.state == 'ended' then return visit end
      if args.operatorId and not (visit.state == 'with-operator' and visit.operator == claim.operator) then
        -- The whole talk was in what the store has lost: its notes are the desk's to write.
        lift_visit(visit)
        visit = write_claim(claim)
        touch('ended', visit.id)
        touch_visit(visit)
        emit('ended', visit, { operator = visit.operator, reason = 'technical' })
        return visit
      end
      -- Ended under the fence and with the count that it had: no word from before is newer.
      set(key.visit(visit.id), visit, { epoch = claim.epoch, counter = claim.counter, turn = claim.turn - 1 })
      end_visit(visit, 'technical')
      return load_visit(claim.id)
    end
    lift_visit(visit)
  elseif kiosk.overEpoch and not (claim.state == 'ended' and args.operatorId and is_rebuilding()) then
    local over = { epoch = kiosk.overEpoch, counter = kiosk.overCounter, turn = claim.turn }
    if compare_claims(claim, over) <= 0 then return nil end
  end
  if claim.state == 'ended' then
    -- A kiosk says only that it is over; a desk has it in wrap-up.
    if claim.operator ~= '' and args.operatorId then return write_claim(claim) end
    mark_over(claim)
    return nil
  end
  -- One kiosk, one visit: the newer one.
  local other = redis.call('HGET', key.kiosk(claim.kiosk), 'visit')
  local standing = other and other ~= '' and other ~= claim.id and load_visit(other)
  if standing then
    -- Of two visits; a fence may have been raised since.
    if tonumber(standing.openedAt) > claim.openedAt then return nil end
    end_visit(standing, 'technical')
  end
  return write_claim(claim)
end

-- Takes out of an operator's hands what his newest word does not list, though a store that has lost its last second still has it there.
-- Offers wait again, notes are put away; what came of a talk others say, under a newer fence or count.
local function release_unlisted(operator, claim)
  local listed, gone = {}, {}
  for _, visit in ipairs(claim.visits) do listed[visit.id] = true end
  for visit_id, slot in pairs(slots_of(operator)) do
    local visit = load_visit(visit_id)
    if not listed[visit_id] and (slot == 'offered' or tonumber(visit.acceptedAt) < claim.at) then gone[#gone + 1] = visit end
  end
  table.sort(gone, function(a, b) return tonumber(a.order) < tonumber(b.order) end)
  for _, visit in ipairs(gone) do
    if visit.state == 'offered' then
      -- Nothing is offered while everybody comes back: he may have no room for it by now, or take no visits.
      emit('offer-expired', visit, { operator = operator.id })
      withdraw_offer(visit, 'superseded')
      set(key.visit(visit.id), visit, { state = visit_next[visit.state]['offer-ended'], turn = visit.turn })
      enqueue(visit)
      touch_visit(visit)
    elseif visit.state == 'with-operator' then
      -- Ended, handed over, lost, with a colleague by now: its kiosk or the colleague says which, by any word that is newer than this
      -- store's. Nodes forget what is told them as ended, so it waits until then; nothing is offered before everybody could be back.
      move_slot(operator, visit.id, 'handed-over')
      emit('handed-over', visit, { operator = operator.id })
      set(key.visit(visit.id), visit, { state = visit_next[visit.state]['handed-over'], turn = visit.turn, operator = '', last = '', class = 'coming-back' })
      enqueue(visit)
      touch_visit(visit)
      if not kiosk_present(visit.kiosk) then redis.call('ZADD', key.deadlines(), 'NX', now + policy.kioskGraceMs, 'kiosk-grace:' .. visit.kiosk) end
      emit('requeued', visit)
    else
      move_slot(operator, visit.id, 'wrapped-up')
      emit('wrapped-up', visit, { operator = operator.id, reason = 'not-set' })
      forget_visit(visit)
    end
  end
end
