-- What a kiosk may see of itself and its visit. Changes nothing.
-- keys    root
-- args    kioskId
-- result  { kiosk, onDuty, visit?, place?, operatorPresent?, certificatesNode?, mediaNode?, handling, slots }
--- include context nodes visits

local kiosk = hash(key.kiosk(args.kioskId))
if not kiosk.name then return fail('kiosk-unknown') end
local result = { kiosk = kiosk, onDuty = redis.call('SCARD', key.onDuty()), handling = hash(key.handling()) }
local visit = kiosk.visit ~= '' and load_visit(kiosk.visit)
if visit then
  result.visit = visit
  result.certificatesNode = whereabouts(visit.certificates)
  result.mediaNode = whereabouts(visit.media)
  if visit.operator ~= '' then result.operatorPresent = redis.call('HGET', key.operator(visit.operator), 'present') == '1' end
  if visit.state == 'waiting' then
    local before = 0
    local demands = redis.call('SMEMBERS', key.demands())
    for _, class in ipairs(classes) do
      for _, demand in ipairs(demands) do
        local last = class == visit.class and '(' .. visit.order or '+inf'
        before = before + redis.call('ZCOUNT', key.queue(class, demand), '-inf', last)
      end
      if class == visit.class then break end
    end
    result.place = before + 1
    local slots = 0
    for _, id in ipairs(redis.call('SMEMBERS', key.onDuty())) do
      slots = slots + (tonumber(redis.call('HGET', key.operator(id), 'capacity')) or 0)
    end
    result.slots = slots
  end
end
return cjson.encode({ result = result })
