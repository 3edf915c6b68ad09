-- Visits and their places in the queue.

local function load_visit(id)
  if visits_here[id] then return visits_here[id] end
  local visit = hash(key.visit(id))
  if not visit.state then return nil end
  visit.id = id
  visits_here[id] = visit
  return visit
end

local function next_fence()
  local epoch = tonumber(redis.call('HGET', key.fence(), 'epoch')) or 0
  if args.epoch > epoch then
    epoch = args.epoch
    redis.call('HSET', key.fence(), 'epoch', epoch)
  end
  return { epoch = epoch, counter = redis.call('HINCRBY', key.fence(), 'counter', 1) }
end

local function kiosk_present(id) return redis.call('HGET', key.kiosk(id), 'present') == '1' end

-- Place in every lane: by the rank of the class, inside it by the ticket.
local function score_of(visit) return policy.ranks[visit.class] * 1e12 + tonumber(visit.order) end

-- The lanes of a visit that are open by now, and when the next one opens (nil: none does).
local function open_lanes(visit)
  local lanes, opens = {}, nil
  for lane, after in string.gmatch(visit.plan, '(%S+)=(%d+)') do
    local from = tonumber(visit.since) + tonumber(after)
    if from <= now then lanes[#lanes + 1] = lane
    elseif not opens or from < opens then opens = from end
  end
  return lanes, opens
end

-- Into the lanes that are open by now; the others follow at their time. Held back while the kiosk is away or no media node is there.
local function enter_lanes(visit)
  if visit.media == '' or not kiosk_present(visit.kiosk) then return end
  local score = score_of(visit)
  local lanes, opens = open_lanes(visit)
  for _, lane in ipairs(lanes) do
    redis.call('ZADD', key.lane(lane), score, visit.id)
    redis.call('SADD', key.lanes(), lane)
  end
  redis.call('ZADD', key.line(), score, visit.id)
  if opens then due('widen:' .. visit.id, opens) end
  offerable[#offerable + 1] = visit.id
end

local function leave_lanes(visit)
  for lane in string.gmatch(visit.plan, '(%S+)=') do redis.call('ZREM', key.lane(lane), visit.id) end
  redis.call('ZREM', key.line(), visit.id)
  -- Only who has several lanes waits for another one to open.
  if string.find(visit.plan, ' ', 1, true) then not_due('widen:' .. visit.id) end
end

-- Into the queue, at the place its class and its ticket give it.
local function enqueue(visit)
  redis.call('ZADD', key.waiting(), visit.since, visit.id)
  touch('queue', 1)
  enter_lanes(visit)
end

local function dequeue(visit)
  leave_lanes(visit)
  redis.call('ZREM', key.waiting(), visit.id)
  touch('queue', 1)
end

-- The visit as its kiosk and its operator see it has changed.
local function touch_visit(visit)
  touch('kiosks', visit.kiosk)
  if visit.operator and visit.operator ~= '' then touch('operators', visit.operator) end
end

local function forget_visit(visit)
  visits_here[visit.id] = nil
  redis.call('DEL', key.visit(visit.id), key.refusals(visit.id))
end
