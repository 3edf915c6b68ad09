-- Which node serves a visit.

-- The node with the least load of a kind; it counts one more from now until it reports again. Empty when there is none.
local function pick_node(kind)
  local id = redis.call('ZRANGE', key.nodes(kind), 0, 0)[1]
  if not id then return '' end
  local node = hash(key.node(id))
  local rooms = tonumber(node.rooms) + 1
  redis.call('HSET', key.node(id), 'rooms', rooms)
  redis.call('ZADD', key.nodes(kind), rooms / math.max(tonumber(node.capacity), 1), id)
  return id
end

local function is_registered(kind, id)
  return id ~= nil and id ~= '' and redis.call('ZSCORE', key.nodes(kind), id) ~= false
end

-- Where a node is, and by which hello; nil when it is not registered.
local function whereabouts(id)
  local found = id ~= '' and redis.call('HMGET', key.node(id), 'url', 'session')
  return found and found[1] and { url = found[1], session = found[2] } or nil
end
