-- Who waits for what, and who could help, at one moment. Changes nothing.
-- keys    root
-- args    none
-- result  { now, waiting: list of { class, service, language, since }, onDuty, places, busy }

local waiting = {}
for _, id in ipairs(redis.call('ZRANGE', key.waiting(), 0, -1)) do
  local visit = redis.call('HMGET', key.visit(id), 'class', 'service', 'language', 'since')
  if visit[1] then waiting[#waiting + 1] = { class = visit[1], service = visit[2], language = visit[3], since = visit[4] } end
end
local busy = 0
for _, id in ipairs(redis.call('SMEMBERS', key.onDuty())) do busy = busy + redis.call('HLEN', key.slots(id)) end
return cjson.encode({ result = {
  now = now, waiting = waiting, onDuty = redis.call('SCARD', key.onDuty()),
  places = tonumber(redis.call('GET', key.dutySlots())) or 0, busy = busy,
} })
