-- Operators: who could take a visit now, and the slots in their hands. Operators who serve the same lanes share a profile.

local function load_operator(id)
  if operators_here[id] then return operators_here[id] end
  local operator = hash(key.operator(id))
  if not operator.presence then operator.presence = 'signed-out' end
  operator.id = id
  operators_here[id] = operator
  return operator
end

-- Visit -> state of the slot.
local function slots_of(operator)
  if not operator.slots then operator.slots = hash(key.slots(operator.id)) end
  return operator.slots
end

-- Whether anybody on duty serves a lane of a plan, open or not yet; but: one who does not count, or nil.
local function is_served(plan, but)
  for lane in string.gmatch(plan, '(%S+)=') do
    for _, profile in ipairs(redis.call('SMEMBERS', key.laneProfiles(lane))) do
      local on_duty = redis.call('SCARD', key.profileDuty(profile))
      if but and redis.call('SISMEMBER', key.profileDuty(profile), but) == 1 then on_duty = on_duty - 1 end
      if on_duty > 0 then return true end
    end
  end
  return false
end

-- Whether he could take a visit now, his score among those who could, and whether he is on duty.
local function standing_of(operator)
  local in_hand, asked = 0, false
  for _, slot in pairs(slots_of(operator)) do
    in_hand = in_hand + 1
    asked = asked or slot == 'offered'
  end
  local here = operator.present == '1'
  local available = here and operator.presence == 'available'
  -- One offer at a time: who is being asked is not asked a second thing.
  local free = available and not asked and in_hand < tonumber(operator.capacity)
  return free, free and in_hand * 1e13 + tonumber(operator.idleSince), available or here and in_hand > 0
end

-- Writes the operator into the sets of those who are free and on duty, or out of them.
local function write_place(operator)
  unplaced[operator.id] = nil
  if not operator.profile then return end
  local free, score, on_duty = standing_of(operator)
  if free then
    if redis.call('ZADD', key.free(operator.profile), score, operator.id) == 1 then redis.call('SADD', key.freeProfiles(), operator.profile) end
  elseif redis.call('ZREM', key.free(operator.profile), operator.id) == 1 and redis.call('EXISTS', key.free(operator.profile)) == 0 then
    redis.call('SREM', key.freeProfiles(), operator.profile)
  end
  -- What was counted when he came on duty is taken away when he goes, whatever his capacity is by then.
  local counted = tonumber(operator.counted) or 0
  if on_duty == (counted > 0) then return end
  redis.call(on_duty and 'SADD' or 'SREM', key.profileDuty(operator.profile), operator.id)
  redis.call(on_duty and 'SADD' or 'SREM', key.onDuty(), operator.id)
  redis.call('INCRBY', key.dutySlots(), on_duty and operator.capacity or -counted)
  set(key.operator(operator.id), operator, { counted = on_duty and operator.capacity or 0 })
  touch('duty', 1)
end

-- His place will be written, and if he is free then, a visit looked for, when the command ends.
local function place_operator(operator)
  unplaced[operator.id] = operator
  touch('operators', operator.id)
end

-- Takes the operator out of his profile; the last one out takes the profile along.
local function leave_profile(operator)
  local profile = operator.profile
  if not profile then return end
  if redis.call('ZREM', key.free(profile), operator.id) == 1 and redis.call('EXISTS', key.free(profile)) == 0 then
    redis.call('SREM', key.freeProfiles(), profile)
  end
  redis.call('SREM', key.profileDuty(profile), operator.id)
  redis.call('SREM', key.profileMembers(profile), operator.id)
  if redis.call('EXISTS', key.profileMembers(profile)) == 1 then return end
  for _, lane in ipairs(redis.call('SMEMBERS', key.profileLanes(profile))) do redis.call('SREM', key.laneProfiles(lane), profile) end
  redis.call('DEL', key.profileLanes(profile))
end

-- Puts the operator into a profile, making it when he is the first; lanes: separated by spaces.
local function join_profile(operator, profile, lanes)
  if operator.profile ~= profile then
    leave_profile(operator)
    if (tonumber(operator.counted) or 0) > 0 then redis.call('SADD', key.profileDuty(profile), operator.id) end
  end
  redis.call('SADD', key.profileMembers(profile), operator.id)
  if redis.call('EXISTS', key.profileLanes(profile)) == 1 then return end
  for lane in string.gmatch(lanes, '%S+') do
    redis.call('SADD', key.profileLanes(profile), lane)
    redis.call('SADD', key.laneProfiles(lane), profile)
  end
end

-- Moves a slot by its table; false when the input does not apply.
local function move_slot(operator, visit_id, input)
  local slots = slots_of(operator)
  local after = slot_next[slots[visit_id] or 'free'][input]
  if not after then return false end
  if after == 'free' then
    redis.call('HDEL', key.slots(operator.id), visit_id)
    slots[visit_id] = nil
  else
    redis.call('HSET', key.slots(operator.id), visit_id, after)
    slots[visit_id] = after
  end
  return true
end

local function move_presence(operator, input, reason)
  local after = presence_next[operator.presence][input]
  if not after then return false end
  if after ~= operator.presence or (operator.reason or '') ~= reason then
    set(key.operator(operator.id), operator, { presence = after, reason = reason, since = now })
  end
  return true
end
