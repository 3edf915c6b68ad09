-- What a kiosk may see of itself and its visit. Changes nothing.
-- keys    root
-- args    kioskId
-- result  { kiosk, onDuty, visit?, place?, operatorPresent?, certificatesNode?, mediaNode?, handling, slots }

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
    result.place = redis.call('ZCOUNT', key.line(), '-inf', string.format('(%.0f', score_of(visit))) + 1
    result.slots = tonumber(redis.call('GET', key.dutySlots())) or 0
  end
end
return cjson.encode({ result = result })
