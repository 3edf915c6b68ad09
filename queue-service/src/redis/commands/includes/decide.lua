-- The decision: whom to offer a visit, which visit to offer. Each is written to a stream with what it looked at; its twin in
-- TypeScript (src/routing/decide.ts) comes to the same answer from that record.

-- Until when a visit must not be offered to an operator; nil when it may be. Looked at again at that moment.
local function refused_until(visit_id, operator_id)
  local until_when = tonumber(redis.call('HGET', key.refusals(visit_id), operator_id) or nil)
  if not until_when or until_when <= now then return nil end
  redis.call('ZADD', key.deadlines(), 'LT', until_when, 'match:' .. visit_id)
  return until_when
end

-- A list in JSON: the empty one too, which Lua cannot tell from an empty object.
local function list_of(items) return #items == 0 and '[]' or cjson.encode(items) end

local function record(kind, subject, candidates, refused, result, last)
  local fields = { 'at', whole(now), 'rules', policy.rules, 'kind', kind, 'subject', subject,
    'candidates', list_of(candidates), 'refused', list_of(refused) }
  if result then fields[#fields + 1] = 'result'; fields[#fields + 1] = result end
  if last then fields[#fields + 1] = 'last'; fields[#fields + 1] = last end
  redis.call('XADD', key.decisions(), 'MAXLEN', '~', 100000, '*', unpack(fields))
end

-- The visit for an operator who is free: highest class, oldest ticket of those in a lane he serves.
local function visit_for(operator)
  local heads, candidates, refused, is_refused = {}, {}, {}, {}
  local function look(lane, index)
    local head = redis.call('ZRANGE', key.lane(lane), index, index, 'WITHSCORES')
    if not head[1] then
      if index == 0 then redis.call('SREM', key.lanes(), lane) end
      heads[lane] = nil
      return
    end
    local score = tonumber(head[2])
    heads[lane] = { visit = head[1], score = score, index = index }
    candidates[#candidates + 1] = { lane, head[1], score }
  end
  for _, lane in ipairs(redis.call('SINTER', key.lanes(), key.profileLanes(operator.profile))) do look(lane, 0) end
  local result
  while not result do
    local best_lane, best
    for lane, head in pairs(heads) do
      if not best or head.score < best.score then best_lane, best = lane, head end
    end
    if not best then break end
    if is_refused[best.visit] then look(best_lane, best.index + 1)
    elseif refused_until(best.visit, operator.id) then
      is_refused[best.visit] = true
      refused[#refused + 1] = best.visit
    else result = best.visit end
  end
  if #candidates > 0 then record('operator', operator.id, candidates, refused, result) end
  return result
end

-- The operator for a visit: the one it had when he is free, else least in hand, then longest idle, of those who serve a lane
-- that is open for it.
local function operator_for(visit)
  local profiles, seen, candidates, refused = {}, {}, {}, {}
  for _, lane in ipairs((open_lanes(visit))) do
    for _, profile in ipairs(redis.call('SINTER', key.laneProfiles(lane), key.freeProfiles())) do
      if not seen[profile] then seen[profile] = true; profiles[#profiles + 1] = profile end
    end
  end
  if #profiles == 0 then return nil end
  local last = visit.last ~= '' and visit.last or nil
  if last then
    local profile = redis.call('HGET', key.operator(last), 'profile')
    local score = profile and seen[profile] and redis.call('ZSCORE', key.free(profile), last)
    if score then
      candidates[1] = { profile, last, tonumber(score) }
      if not refused_until(visit.id, last) then
        record('visit', visit.id, candidates, refused, last, last)
        return last
      end
      refused[1] = last
    end
  end
  local best, best_score
  for _, profile in ipairs(profiles) do
    local index = 0
    while true do
      local head = redis.call('ZRANGE', key.free(profile), index, index, 'WITHSCORES')
      if not head[1] then break end
      local id, score = head[1], tonumber(head[2])
      if best and (score > best_score or (score == best_score and id > best)) then
        candidates[#candidates + 1] = { profile, id, score }
        break
      end
      if id ~= refused[1] then candidates[#candidates + 1] = { profile, id, score } end
      if id ~= refused[1] and not refused_until(visit.id, id) then
        best, best_score = id, score
        break
      end
      if id ~= refused[1] then refused[#refused + 1] = id end
      index = index + 1
    end
  end
  record('visit', visit.id, candidates, refused, best, last)
  return best
end
