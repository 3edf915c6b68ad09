-- Renews the leases of the sockets that answered a ping lately: one command per process and second.
-- keys    root
-- args    operators, kiosks, nodes: lists of { id, session }
-- result  { operators, kiosks, nodes }: ids of those that no longer have the lease; absent when none

local gone = {}
local function renew(list, hash_key, member, lease_ms)
  for _, holder in ipairs(args[list]) do
    if redis.call('HGET', hash_key(holder.id), 'session') == holder.session then
      due(member .. holder.id, now + lease_ms)
    else
      gone[list] = gone[list] or {}
      table.insert(gone[list], holder.id)
    end
  end
end
renew('operators', key.operator, 'operator:', policy.operatorLeaseMs)
renew('kiosks', key.kiosk, 'kiosk-link:', policy.kioskLinkMs)
renew('nodes', key.node, 'node:', policy.nodeLeaseMs)
return finish(gone)
