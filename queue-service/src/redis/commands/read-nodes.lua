-- All registered nodes. Changes nothing.
-- keys    root
-- args    none
-- result  { nodes: list of { nodeId, kind, url, rooms, draining } }

local nodes = {}
for _, kind in ipairs({ 'media', 'certificates' }) do
  for _, id in ipairs(redis.call('ZRANGE', key.nodes(kind), 0, -1)) do
    local node = hash(key.node(id))
    nodes[#nodes + 1] = { nodeId = id, kind = kind, url = node.url, rooms = tonumber(node.rooms), draining = node.draining == '1' }
  end
end
return cjson.encode({ result = { nodes = nodes } })
