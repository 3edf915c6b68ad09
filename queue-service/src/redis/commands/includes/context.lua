-- What every command starts from: arguments, the clock, hashes, and what is told to others at the end. The library is compiled
-- once; what belongs to one call is set anew by begin().
-- ARGV[1]  now, ms; empty: the clock of Redis. A command never sees a moment before one that an earlier command saw.
-- ARGV[2]  JSON object: the command's own arguments; for writing commands also `epoch`, and `seen`: the newest moment that this
--          process has had an answer from (0: none yet)
-- ARGV[3]  JSON object, the policy (offerMs, operatorLeaseMs, instanceLeaseMs, kioskGraceMs, nodeLeaseMs, refusalMs, handOverMs,
--          standstillMs, rebuildMs; of the routing rules: rules, ranks)

local args, policy, policy_text, now
-- When this store was last found to have lost something; 0: never.
local rebuilt_at
-- What has changed, by list; published once at the end, so that every process of queue-service pushes to its own sockets.
local changed, seen
-- Steps appended to the stream.
local logged
-- Records that this call has read: one copy of each, so that nobody works on an older one.
local visits_here, operators_here, nodes_here
-- Operators whose place among the free must be written anew, and visits that may be offered now; assign() does it.
local unplaced, offerable

local due

local function begin(keys, argv, reading)
  at_root(keys[1])
  args = cjson.decode(argv[2])
  if argv[3] ~= policy_text then policy_text, policy = argv[3], cjson.decode(argv[3]) end
  changed, seen, logged = {}, {}, {}
  visits_here, operators_here, nodes_here, unplaced, offerable = {}, {}, {}, {}, {}
  now = tonumber(argv[1])
  if not now then
    local time = redis.call('TIME')
    now = time[1] * 1000 + math.floor(time[2] / 1000)
  end
  local moments = redis.call('MGET', key.clock(), key.rebuild())
  local last = tonumber(moments[1]) or 0
  rebuilt_at = tonumber(moments[2]) or 0
  now = math.max(now, last)
  -- Nobody has spoken to Redis for a while: it was away, or all of queue-service was. Those who hold leases could not show life
  -- then, so all deadlines move by the time that was lost.
  if not reading and policy.standstillMs > 0 and last > 0 and now - last > policy.standstillMs then
    local members = redis.call('ZRANGE', key.deadlines(), 0, -1, 'WITHSCORES')
    for i = 1, #members, 2 do redis.call('ZADD', key.deadlines(), members[i + 1] + now - last, members[i]) end
    redis.call('SET', key.clock(), string.format('%.0f', now))
  end
  -- This store has not seen what it has answered: it is empty, or a copy that lacks the end. Who was here comes back and says
  -- what he was told; until then nothing is offered, so that everybody is at his place first.
  if not reading and args.seen > last then
    -- Its clock may be behind the one that is gone: nobody sees a moment before one that was answered, nor a second loss in this one.
    now = math.max(now, args.seen)
    rebuilt_at = now
    redis.call('SET', key.rebuild(), string.format('%.0f', now))
    redis.call('SET', key.clock(), string.format('%.0f', now))
    due('rebuild:end', now + policy.rebuildMs)
    -- Who is new meanwhile stands behind all who had a place: beyond every number given before, at up to a hundred tickets a second.
    local order = math.max(tonumber(redis.call('GET', key.ticketOrder())) or 0, math.floor(now / 10))
    redis.call('SET', key.ticketOrder(), string.format('%.0f', order))
    -- Fences newer than all before, of every process: epochs are seconds of their clocks, or one more than the last.
    local epoch = math.max((tonumber(redis.call('HGET', key.fence(), 'epoch')) or 0) + 1, args.epoch + 1, math.floor(now / 1000))
    redis.call('HSET', key.fence(), 'epoch', string.format('%.0f', epoch))
    -- The labels of the last second are not known here.
    if redis.call('EXISTS', key.labels()) == 1 then redis.call('HINCRBY', key.labels(), 'number', 99) end
  end
end

-- A whole number as text; Redis would write numbers with 17 digits at ten times the cost.
local function whole(number) return string.format('%d', number) end

local function is_rebuilding() return rebuilt_at > 0 and now < rebuilt_at + policy.rebuildMs end

local function hash(name)
  local flat = redis.call('HGETALL', name)
  local fields = {}
  for i = 1, #flat, 2 do fields[flat[i]] = flat[i + 1] end
  return fields
end

-- Sets fields of a hash and of its copy in hand.
local function set(name, copy, fields)
  -- Each change of where a visit stands is counted: of two words about it the one with the higher count is newer.
  if (fields.state or fields.step) and not fields.turn then fields.turn = (tonumber(copy.turn) or 0) + 1 end
  local flat = {}
  for field, value in pairs(fields) do
    copy[field] = type(value) == 'number' and whole(value) or tostring(value)
    flat[#flat + 1] = field
    flat[#flat + 1] = copy[field]
  end
  redis.call('HSET', name, unpack(flat))
end

function due(member, at) redis.call('ZADD', key.deadlines(), whole(at), member) end
local function not_due(member) redis.call('ZREM', key.deadlines(), member) end

local function touch(list, value)
  local mark = list .. '|' .. (type(value) == 'table' and cjson.encode(value) or value)
  if seen[mark] then return end
  seen[mark] = true
  changed[list] = changed[list] or {}
  table.insert(changed[list], value)
end

-- Appends a step of a visit to the stream: nothing personal. The newest 200,000 are kept.
local function emit(kind, visit, more)
  local fields = { 'at', whole(now), 'visitId', visit.id, 'kioskId', visit.kiosk, 'kind', kind,
    'epoch', visit.epoch, 'counter', visit.counter }
  local function add(name, value)
    if value and value ~= '' then fields[#fields + 1] = name; fields[#fields + 1] = value end
  end
  add('operator', more and more.operator)
  add('service', visit.service)
  add('reason', more and more.reason)
  redis.call('XADD', key.events(), 'MAXLEN', '~', 200000, '*', unpack(fields))
  touch('events', 1)
  logged[#logged + 1] = { kind = kind, visitId = visit.id, kioskId = visit.kiosk, operatorId = more and more.operator }
end

-- The lease of a process of queue-service: who hangs on it shows life through it. holder: operator:<id>, kiosk:<id>, node:<id>
local function hold(instance, holder)
  redis.call('SADD', key.instance(instance), holder)
  redis.call('ZADD', key.deadlines(), 'NX', now + policy.instanceLeaseMs, 'instance:' .. instance)
end
local function release(instance, holder)
  if instance and instance ~= '' then redis.call('SREM', key.instance(instance), holder) end
end

local function finish(result)
  redis.call('SET', key.clock(), whole(now))
  if next(changed) then redis.call('PUBLISH', key.changes(), cjson.encode(changed)) end
  local head = redis.call('ZRANGE', key.deadlines(), 0, 0, 'WITHSCORES')[2]
  return cjson.encode({
    result = result, events = #logged > 0 and logged or nil, dueInMs = head and math.max(head - now, 0) or nil, at = now, rebuiltAt = rebuilt_at,
  })
end

local function fail(code) return cjson.encode({ error = code, rebuiltAt = rebuilt_at }) end
