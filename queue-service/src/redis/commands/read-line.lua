-- Everybody's place in the queue at one moment. Changes nothing.
-- keys    root
-- args    none
-- result  { line: list of visits in order, slots, handling, onDuty }

return cjson.encode({ result = {
  line = redis.call('ZRANGE', key.line(), 0, -1), slots = tonumber(redis.call('GET', key.dutySlots())) or 0, handling = hash(key.handling()),
  onDuty = redis.call('SCARD', key.onDuty()),
} })
