-- What pages may see, and the answers that bring it along.

-- A kiosk and its visit; nil when there is no such kiosk.
local function kiosk_reading(id)
  local kiosk = hash(key.kiosk(id))
  if not kiosk.name then return nil end
  local reading = { kiosk = kiosk, onDuty = redis.call('SCARD', key.onDuty()), handling = hash(key.handling()) }
  local visit = kiosk.visit ~= '' and load_visit(kiosk.visit)
  if visit then
    reading.visit = visit
    reading.certificatesNode = whereabouts(visit.certificates)
    reading.mediaNode = whereabouts(visit.media)
    if visit.operator ~= '' then reading.operatorPresent = redis.call('HGET', key.operator(visit.operator), 'present') == '1' end
    if visit.state == 'waiting' then
      reading.place = redis.call('ZCOUNT', key.line(), '-inf', string.format('(%.0f', score_of(visit))) + 1
      reading.slots = tonumber(redis.call('GET', key.dutySlots())) or 0
    end
  end
  return reading
end

-- An operator with the visits in his hands, offers among them; nil when his lease has lapsed.
local function desk_reading(id)
  local operator = load_operator(id)
  if operator.presence == 'signed-out' then return nil end
  local visits, slots = {}, slots_of(operator)
  -- Not a field of his: JSON would carry it.
  operator.slots = nil
  for visit_id, slot in pairs(slots) do
    local visit = load_visit(visit_id)
    visits[#visits + 1] = {
      visit = visit, slot = slot, kiosk = hash(key.kiosk(visit.kiosk)),
      offerEnds = slot == 'offered' and redis.call('ZSCORE', key.deadlines(), 'offer:' .. visit_id) or nil,
      mediaNode = whereabouts(visit.media), certificatesNode = whereabouts(visit.certificates),
    }
  end
  return { operator = operator, visits = visits, now = now }
end

-- Ends a command by what its own page sees now: whoever hears of the change need not read it for the page of this session.
local function finish_with(reading)
  if next(changed) then changed.told = { args.session } end
  return finish(reading)
end
