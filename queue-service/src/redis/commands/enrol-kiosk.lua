-- Spends a one-time code: the kiosk is enrolled with its key, in place of any key it had before.
-- keys    root
-- args    codeHash, x (the public key)
-- result  { kioskId, name, town }
-- errors  kiosk-unknown (no such code, spent, or run out)

local text = redis.call('HGET', key.enrolments(), args.codeHash)
local entry = text and cjson.decode(text)
if not entry or entry.expiresAt <= now then return fail('kiosk-unknown') end
redis.call('HDEL', key.enrolments(), args.codeHash)

local kiosk = hash(key.kiosk(entry.kioskId))
if kiosk.session and kiosk.session ~= '' then
  touch('kioskReplaced', { kioskId = entry.kioskId, session = kiosk.session })
  lose_kiosk(entry.kioskId, kiosk)
end
set(key.kiosk(entry.kioskId), kiosk, {
  name = entry.name, town = entry.town, x = args.x, revoked = '0', changedAt = now, present = '0', session = '', visit = kiosk.visit or '', since = now,
})
redis.call('SADD', key.kiosks(), entry.kioskId)
touch('kiosks', entry.kioskId)
touch('enrolled', entry.kioskId)
return finish({ kioskId = entry.kioskId, name = entry.name, town = entry.town })
