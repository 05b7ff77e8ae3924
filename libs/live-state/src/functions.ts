/** Name of the library of Redis functions and prefix of each. */
export const LIBRARY = 'headroom';

/**
 * A frame is 41 characters of order (epoch.offset, zero-padded) and then the value; text compares as the numbers do.
 * Each write is published on a channel of the key's name.
 */
export const FUNCTIONS = `#!lua name=${LIBRARY}
local function standing(key)
  local order = redis.call('GETRANGE', key, 0, 40)
  if order == '' then return nil end
  return order
end

redis.register_function('${LIBRARY}_put', function(keys, args)
  local known = standing(keys[1])
  if known and args[1] <= known then return 0 end
  redis.call('SET', keys[1], args[2], 'PX', args[3])
  redis.call('PUBLISH', keys[1], args[2])
  return 1
end)

redis.register_function('${LIBRARY}_remove', function(keys, args)
  local known = standing(keys[1])
  if known and args[1] < known then return 0 end
  redis.call('DEL', keys[1])
  return 1
end)
`;
