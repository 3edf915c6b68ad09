-- A node says how busy it is.
-- keys    root
-- args    nodeId, session, rooms, capacity
-- result  {}

local node = hash(key.node(args.nodeId))
if node.session ~= args.session then return finish({}) end
redis.call('HSET', key.node(args.nodeId), 'rooms', args.rooms, 'capacity', args.capacity)
-- A node that can take nothing is chosen last.
local load = args.capacity > 0 and args.rooms / args.capacity or 1e9
redis.call('ZADD', key.nodes(node.kind), load, args.nodeId)
return finish({})
