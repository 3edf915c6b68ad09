-- The socket of a media or certificate node is gone. A node that comes back within its lease keeps its visits.
-- keys    root
-- args    nodeId, session, silentMs (how long ago its last sign of life was)
-- result  {}; nothing happens when another session has the node

local node = hash(key.node(args.nodeId))
if node.session ~= args.session then return finish({}) end
release(node.instance, 'node:' .. args.nodeId)
due('node:' .. args.nodeId, now + math.max(policy.nodeLeaseMs - args.silentMs, 0))
return finish({})
