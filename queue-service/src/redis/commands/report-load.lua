-- A node says how busy it is.
-- keys    root
-- args    nodeId, session, rooms, capacity
-- result  {}

local node = hash(key.node(args.nodeId))
if node.session ~= args.session then return finish({}) end
set(key.node(args.nodeId), node, { rooms = args.rooms, capacity = args.capacity })
rank_node(args.nodeId, node)
return finish({})
