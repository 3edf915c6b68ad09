-- Which node serves a visit.

-- Its place among the nodes of its kind, by load. One that can take nothing comes after all that can, one that drains after
-- all others.
local function rank_node(id, node)
  local rooms, capacity = tonumber(node.rooms), tonumber(node.capacity)
  local load = capacity > 0 and rooms / capacity or 1e9
  redis.call('ZADD', key.nodes(node.kind), node.draining == '1' and 1e10 + rooms or load, id)
end

-- The node with the least load of a kind; it counts one more from now until it reports again. Empty when there is none.
local function pick_node(kind)
  local id = redis.call('ZRANGE', key.nodes(kind), 0, 0)[1]
  if not id then return '' end
  local node = hash(key.node(id))
  set(key.node(id), node, { rooms = tonumber(node.rooms) + 1 })
  rank_node(id, node)
  return id
end

local function is_registered(kind, id)
  return id ~= nil and id ~= '' and redis.call('ZSCORE', key.nodes(kind), id) ~= false
end

-- Where a node is, and by which hello; nil when it is not registered.
local function whereabouts(id)
  if id == '' then return nil end
  if nodes_here[id] == nil then
    local found = redis.call('HMGET', key.node(id), 'url', 'session')
    nodes_here[id] = found[1] and { url = found[1], session = found[2] }
  end
  return nodes_here[id] or nil
end
