-- Visits and their places in the queue.

local classes = { 'coming-back', 'assisted', 'walk-up' }

local function load_visit(id)
  local visit = hash(key.visit(id))
  if not visit.state then return nil end
  visit.id = id
  return visit
end

local function next_fence()
  local epoch = math.max(args.epoch, tonumber(redis.call('HGET', key.fence(), 'epoch')) or 0)
  redis.call('HSET', key.fence(), 'epoch', epoch)
  return { epoch = epoch, counter = redis.call('HINCRBY', key.fence(), 'counter', 1) }
end

local function kiosk_present(id) return redis.call('HGET', key.kiosk(id), 'present') == '1' end

-- Into the queue, at the place its ticket's number gives it. Held back while its kiosk is away or no media node is there.
local function enqueue(visit)
  redis.call('ZADD', key.waiting(), visit.since, visit.id)
  touch('queue', 1)
  if visit.media == '' or not kiosk_present(visit.kiosk) then return end
  redis.call('ZADD', key.queue(visit.class, visit.demand), visit.order, visit.id)
  redis.call('SADD', key.demands(), visit.demand)
end

local function dequeue(visit)
  redis.call('ZREM', key.queue(visit.class, visit.demand), visit.id)
  redis.call('ZREM', key.waiting(), visit.id)
  touch('queue', 1)
end

-- The visit as its kiosk and its operator see it has changed.
local function touch_visit(visit)
  touch('kiosks', visit.kiosk)
  if visit.operator and visit.operator ~= '' then touch('operators', visit.operator) end
end

local function forget_visit(visit)
  redis.call('DEL', key.visit(visit.id), key.refusals(visit.id))
end
