-- Who waits for what, and who could help, at one moment. Changes nothing.
-- keys    root
-- args    none
-- result  { now, waiting: list of { class, service, language, needs, town, plan, since, place, able }, handling,
--           operators: { onDuty, talking, wrappingUp, asked, free, paused, places, busy } }
-- place   1 is offered next; 0: held back, or not in line

local able = {}
-- How many on duty serve a lane of a plan, open or not yet: each operator has one profile.
local function able_to(plan)
  if able[plan] then return able[plan] end
  local profiles, sum = {}, 0
  for lane in string.gmatch(plan, '(%S+)=') do
    for _, profile in ipairs(redis.call('SMEMBERS', key.laneProfiles(lane))) do
      if not profiles[profile] then sum = sum + redis.call('SCARD', key.profileDuty(profile)) end
      profiles[profile] = true
    end
  end
  able[plan] = sum
  return sum
end

local places = {}
for index, id in ipairs(redis.call('ZRANGE', key.line(), 0, -1)) do places[id] = index end
local waiting = {}
for _, id in ipairs(redis.call('ZRANGE', key.waiting(), 0, -1)) do
  local visit = redis.call('HMGET', key.visit(id), 'class', 'service', 'language', 'since', 'needs', 'plan', 'kiosk')
  if visit[1] then
    waiting[#waiting + 1] = {
      class = visit[1], service = visit[2], language = visit[3], since = visit[4], needs = visit[5], plan = visit[6],
      town = redis.call('HGET', key.kiosk(visit[7]), 'town') or '', place = places[id] or 0, able = able_to(visit[6]),
    }
  end
end

local operators = { onDuty = 0, talking = 0, wrappingUp = 0, asked = 0, free = 0, paused = 0, busy = 0 }
local function add(name, count) operators[name] = operators[name] + count end
for _, id in ipairs(redis.call('ZRANGE', key.operators(), 0, -1)) do
  local operator = redis.call('HMGET', key.operator(id), 'present', 'presence')
  local slots, has = hash(key.slots(id)), {}
  local in_hand = 0
  for _, slot in pairs(slots) do
    has[slot] = true
    in_hand = in_hand + 1
  end
  -- Who shows no sign of life is not counted: he comes back within seconds, or his visits go to others.
  if operator[1] == '1' then
    local doing = has['in-call'] and 'talking' or has['wrap-up'] and 'wrappingUp' or has['offered'] and 'asked'
      or operator[2] == 'available' and 'free' or 'paused'
    add(doing, 1)
    if doing ~= 'paused' then
      add('onDuty', 1)
      add('busy', in_hand)
    end
  end
end
operators.places = tonumber(redis.call('GET', key.dutySlots())) or 0

return cjson.encode({ result = {
  now = now, waiting = waiting, operators = operators, handling = hash(key.handling()),
} })
