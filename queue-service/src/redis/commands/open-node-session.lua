-- A media or certificate node has said hello.
-- keys    root
-- args    nodeId, kind, url, session
-- result  {}
-- events  offered (tickets may have waited for a media node)

local node = hash(key.node(args.nodeId))
if node.kind and node.kind ~= args.kind then redis.call('ZREM', key.nodes(node.kind), args.nodeId) end
set(key.node(args.nodeId), node, {
  kind = args.kind, url = args.url, session = args.session, rooms = node.rooms or 0, capacity = node.capacity or 100,
})
redis.call('ZADD', key.nodes(args.kind), tonumber(node.rooms) / math.max(tonumber(node.capacity), 1), args.nodeId)
due('node:' .. args.nodeId, now + policy.nodeLeaseMs)
touch('nodes', 1)
rehome(args.nodeId)
assign()
return finish({})
