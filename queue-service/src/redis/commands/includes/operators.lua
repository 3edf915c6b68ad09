-- Operators: who could take a visit now, and the slots in their hands. Operators who serve the same lanes share a profile.

local function load_operator(id)
  local operator = hash(key.operator(id))
  if not operator.presence then operator.presence = 'signed-out' end
  operator.id = id
  return operator
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

-- Writes the operator into the sets of those who are free and on duty, or out of them.
local function place_operator(operator)
  local slots = redis.call('HVALS', key.slots(operator.id))
  local asked = false
  for _, slot in ipairs(slots) do asked = asked or slot == 'offered' end
  local here = operator.present == '1'
  -- One offer at a time: who is being asked is not asked a second thing.
  local free = here and operator.presence == 'available' and not asked and #slots < tonumber(operator.capacity)
  local on_duty = here and (operator.presence == 'available' or #slots > 0)
  if free then
    local score = #slots * 1e13 + tonumber(operator.idleSince)
    if redis.call('ZADD', key.free(operator.profile), score, operator.id) == 1 then freed[#freed + 1] = operator.id end
    redis.call('SADD', key.freeProfiles(), operator.profile)
  elseif redis.call('ZREM', key.free(operator.profile), operator.id) == 1 and redis.call('EXISTS', key.free(operator.profile)) == 0 then
    redis.call('SREM', key.freeProfiles(), operator.profile)
  end
  redis.call(on_duty and 'SADD' or 'SREM', key.profileDuty(operator.profile), operator.id)
  if redis.call(on_duty and 'SADD' or 'SREM', key.onDuty(), operator.id) == 1 then
    touch('duty', 1)
    -- What was counted when he came is taken away when he goes, whatever his capacity is by then.
    if on_duty then redis.call('HSET', key.operator(operator.id), 'counted', operator.capacity) end
    local counted = redis.call('HGET', key.operator(operator.id), 'counted')
    redis.call(on_duty and 'INCRBY' or 'DECRBY', key.dutySlots(), counted)
  end
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
  if operator.profile ~= profile then leave_profile(operator) end
  redis.call('SADD', key.profileMembers(profile), operator.id)
  if redis.call('EXISTS', key.profileLanes(profile)) == 1 then return end
  for lane in string.gmatch(lanes, '%S+') do
    redis.call('SADD', key.profileLanes(profile), lane)
    redis.call('SADD', key.laneProfiles(lane), profile)
  end
end

-- Moves a slot by its table; false when the input does not apply.
local function move_slot(operator_id, visit_id, input)
  local slot = redis.call('HGET', key.slots(operator_id), visit_id) or 'free'
  local after = slot_next[slot][input]
  if not after then return false end
  if after == 'free' then redis.call('HDEL', key.slots(operator_id), visit_id)
  else redis.call('HSET', key.slots(operator_id), visit_id, after) end
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
