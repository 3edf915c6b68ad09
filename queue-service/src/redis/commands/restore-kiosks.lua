-- Puts back enrolments that this store has lost. The newer word about a kiosk holds, a revocation before an enrolment of the same moment.
-- keys    root
-- args    kiosks: list of { id, name, town, x, revoked, changedAt }
-- result  { restored }

local restored = 0
for _, kept in ipairs(args.kiosks) do
  local kiosk = hash(key.kiosk(kept.id))
  local known = tonumber(kiosk.changedAt) or 0
  if not kiosk.name or kept.changedAt > known or (kept.changedAt == known and kept.revoked and kiosk.revoked ~= '1') then
    restored = restored + 1
    if kiosk.session and kiosk.session ~= '' then
      touch('kioskReplaced', { kioskId = kept.id, session = kiosk.session })
      lose_kiosk(kept.id, kiosk)
    end
    set(key.kiosk(kept.id), kiosk, {
      name = kept.name, town = kept.town, x = kept.x, revoked = kept.revoked and '1' or '0', changedAt = kept.changedAt,
      present = '0', session = '', visit = kiosk.visit or '', since = now,
    })
    redis.call('SADD', key.kiosks(), kept.id)
    local visit = kept.revoked and kiosk.visit ~= '' and load_visit(kiosk.visit)
    if visit then end_visit(visit, 'technical') end
    touch('kiosks', kept.id)
    touch(kept.revoked and 'revoked' or 'enrolled', kept.id)
  end
end
if restored > 0 then assign() end
return finish({ restored = restored })
