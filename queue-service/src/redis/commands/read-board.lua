-- The whole house at one moment: every kiosk with its visit, who waits, who is on duty. Changes nothing.
-- keys    root
-- args    none
-- result  { kiosks: list of { id, x, name, town, revoked, changedAt, present, since, state?, visitSince?, operator? }, waiting, oldest?, onDuty, now }

local kiosks = {}
for _, id in ipairs(redis.call('SMEMBERS', key.kiosks())) do
  local kiosk = hash(key.kiosk(id))
  local tile = { id = id, x = kiosk.x, name = kiosk.name, town = kiosk.town, revoked = kiosk.revoked, changedAt = kiosk.changedAt, present = kiosk.present, since = kiosk.since }
  if kiosk.visit ~= '' then
    local visit = redis.call('HMGET', key.visit(kiosk.visit), 'state', 'since', 'operator')
    tile.state, tile.visitSince, tile.operator = visit[1] or nil, visit[2] or nil, visit[3] or nil
  end
  kiosks[#kiosks + 1] = tile
end
local oldest = redis.call('ZRANGE', key.waiting(), 0, 0, 'WITHSCORES')[2]
return cjson.encode({ result = {
  kiosks = kiosks, waiting = redis.call('ZCARD', key.waiting()), oldest = oldest, onDuty = redis.call('SCARD', key.onDuty()), now = now,
} })
