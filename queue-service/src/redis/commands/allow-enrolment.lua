-- Notes a one-time code with which a kiosk may enrol itself, and drops codes that have run out.
-- keys    root
-- args    codeHash, kioskId, name, town, lifeMs
-- result  { expiresAt }

local expires_at = now + args.lifeMs
local all = hash(key.enrolments())
for code, text in pairs(all) do
  local entry = cjson.decode(text)
  if entry.expiresAt <= now or entry.kioskId == args.kioskId then redis.call('HDEL', key.enrolments(), code) end
end
redis.call('HSET', key.enrolments(), args.codeHash,
  cjson.encode({ kioskId = args.kioskId, name = args.name, town = args.town, expiresAt = expires_at }))
return finish({ expiresAt = expires_at })
