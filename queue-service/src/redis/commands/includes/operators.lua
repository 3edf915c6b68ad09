-- Operators: who could take a visit now, and the slots in their hands.

local function load_operator(id)
  local operator = hash(key.operator(id))
  if not operator.presence then operator.presence = 'signed-out' end
  operator.id = id
  return operator
end

-- Whether somebody with this list of demands serves one of them.
local function does_serve(serves, demand) return string.find(' ' .. serves .. ' ', ' ' .. demand .. ' ', 1, true) ~= nil end

-- Whether anybody on duty serves a demand, free or not; but: one who does not count, or nil.
local function is_served(demand, but)
  for _, id in ipairs(redis.call('SMEMBERS', key.onDuty())) do
    if id ~= but and does_serve(redis.call('HGET', key.operator(id), 'serves'), demand) then return true end
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
  if free then redis.call('ZADD', key.free(), #slots * 1e13 + tonumber(operator.idleSince), operator.id)
  else redis.call('ZREM', key.free(), operator.id) end
  if redis.call(on_duty and 'SADD' or 'SREM', key.onDuty(), operator.id) == 1 then touch('duty', 1) end
  touch('operators', operator.id)
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
