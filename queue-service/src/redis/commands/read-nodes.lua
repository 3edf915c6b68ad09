-- All registered nodes. Changes nothing.
-- keys    root
-- args    none
-- result  { nodes: list of { nodeId, kind, url } }

local nodes = {}
for _, kind in ipairs({ 'media', 'certificates' }) do
  for _, id in ipairs(redis.call('ZRANGE', key.nodes(kind), 0, -1)) do
    nodes[#nodes + 1] = { nodeId = id, kind = kind, url = redis.call('HGET', key.node(id), 'url') }
  end
end
return cjson.encode({ result = { nodes = nodes } })
