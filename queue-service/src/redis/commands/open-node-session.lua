-- A media or certificate node has said hello.
-- keys    root
-- args    nodeId, kind, url, session, instance
-- result  {}
-- events  offered (tickets may have waited for a media node)

local node = hash(key.node(args.nodeId))
if node.kind and node.kind ~= args.kind then redis.call('ZREM', key.nodes(node.kind), args.nodeId) end
release(node.instance, 'node:' .. args.nodeId)
set(key.node(args.nodeId), node, {
  kind = args.kind, url = args.url, session = args.session, instance = args.instance, rooms = node.rooms or 0, capacity = node.capacity or 100,
})
rank_node(args.nodeId, node)
not_due('node:' .. args.nodeId)
hold(args.instance, 'node:' .. args.nodeId)
touch('nodes', 1)
rehome(args.nodeId)
assign()
return finish({})
