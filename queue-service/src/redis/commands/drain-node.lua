-- A node is to be stopped, or not any more: while it drains it gets a new visit only when no other node of its kind is there.
-- Talks and documents in hand stay with it; tickets that still wait go to another one. It drains until told otherwise, also
-- after a new hello, or until its lease ends.
-- keys    root
-- args    nodeId, draining (boolean)
-- result  { rooms: as last reported, and those it was given since }
-- errors  node-unknown (not registered)

local node = hash(key.node(args.nodeId))
if not node.kind or not is_registered(node.kind, args.nodeId) then return fail('node-unknown') end
set(key.node(args.nodeId), node, { draining = args.draining and '1' or '' })
rank_node(args.nodeId, node)
if args.draining and node.kind == 'media' then
  for _, id in ipairs(redis.call('ZRANGE', key.waiting(), 0, -1)) do
    local visit = load_visit(id)
    if visit.media == args.nodeId then
      local other = pick_node('media')
      -- The only one there is: nobody can be spared.
      if other == '' or other == args.nodeId then break end
      set(key.visit(id), visit, { media = other })
      touch_visit(visit)
    end
  end
end
touch('nodes', 1)
return finish({ rooms = tonumber(hash(key.node(args.nodeId)).rooms) })
