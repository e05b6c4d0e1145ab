/**
 * Small texts in Redis: all of one prefix in one hash, with the ends of their times in a sorted set beside it.
 *
 * @module
 */
import { Effect } from "effect"
import type { RawStates } from "../away/RawStores.ts"
import { keyOf } from "./Keys.ts"
import { forever, toText } from "./Numbers.ts"
import type { Server } from "./Server.ts"

/** Before anything else, what is over is removed, so much at a time that nobody waits for long. */
const common = `
local texts, ends = KEYS[1], KEYS[2]
for _, key in ipairs(redis.call("ZRANGEBYSCORE", ends, "-inf", text(now), "LIMIT", 0, 1000)) do
  redis.call("ZREM", ends, key)
  redis.call("HDEL", texts, key)
end
`

/** `key` → its text. */
const get = `${common}
local over = redis.call("ZSCORE", ends, ARGV[2])
if not over or tonumber(over) <= now then return {} end
return { redis.call("HGET", texts, ARGV[2]) or nil }
`

/** `key, text, millis`; all of it may be forgotten when the last one's time is over. */
const set = `${common}
local millis = tonumber(ARGV[4])
if millis <= 0 then
  redis.call("HDEL", texts, ARGV[2])
  redis.call("ZREM", ends, ARGV[2])
  return {}
end
redis.call("HSET", texts, ARGV[2], ARGV[3])
redis.call("ZADD", ends, text(now + millis), ARGV[2])
local last = tonumber(redis.call("ZRANGE", ends, -1, -1, "WITHSCORES")[2])
for _, place in ipairs(KEYS) do
  if last >= ${forever} then
    redis.call("PERSIST", place)
  else
    redis.call("PEXPIRE", place, math.ceil(last - now) + slack)
  end
end
return {}
`

/** `key`. */
const remove = `${common}
redis.call("HDEL", texts, ARGV[2])
redis.call("ZREM", ends, ARGV[2])
return {}
`

/** `prefix` → the keys that begin so. */
const keys = `${common}
local found = {}
for _, key in ipairs(redis.call("ZRANGEBYSCORE", ends, "(" .. text(now), "+inf")) do
  if string.sub(key, 1, #ARGV[2]) == ARGV[2] then table.insert(found, key) end
end
return found
`

/** Makes the store of states on a server. */
export const make = (server: Server): RawStates => {
  const runs = {
    get: server.script(get),
    set: server.script(set),
    remove: server.script(remove),
    keys: server.script(keys)
  }
  const tag = keyOf(server.prefix, "state", "all")
  const places = [`${tag}:texts`, `${tag}:ends`]
  return {
    get: (key) => Effect.map(runs.get(places, [key]), ([text]) => text),
    set: (key, text, expiresAt, now) => Effect.asVoid(runs.set(places, [key, text, toText(expiresAt - now)])),
    remove: (key) => Effect.asVoid(runs.remove(places, [key])),
    keys: (prefix) => Effect.map(runs.keys(places, [prefix]), (found) => found.toSorted())
  }
}
