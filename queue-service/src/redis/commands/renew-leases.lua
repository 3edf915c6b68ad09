-- Renews the lease of a process of queue-service, and with it everybody's who hangs on it: one command per process and second.
-- keys    root
-- args    instance
-- result  { held }: false when the lease had lapsed meanwhile, so that everybody must say hello anew

local held = redis.call('EXISTS', key.instance(args.instance)) == 1
if held then due('instance:' .. args.instance, now + policy.instanceLeaseMs) end
return finish({ held = held })
