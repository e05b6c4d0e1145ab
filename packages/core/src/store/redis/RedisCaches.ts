/**
 * Cached answers in Redis: the entries of one cache in one hash, and their order of use in a sorted set beside it. Values are
 * kept as JSON, so what JSON does not know (dates, maps, classes) comes back as what it makes of it.
 *
 * @module
 */
import { Effect, Option, Schema } from "effect"
import type { RawCacheStore, RawCacheStoreFactory } from "../away/RawStores.ts"
import type { Entry } from "../CacheState.ts"
import type { CacheStoreOptions } from "../CacheStore.ts"
import { keyOf } from "./Keys.ts"
import { toText } from "./Numbers.ts"
import type { Reply, Server } from "./Server.ts"

/**
 * An entry is `version storedAt value` under `k` and its key. The next version is in the field `n`; it goes on from the time
 * in microseconds, so that it grows even after Redis has forgotten the cache.
 */
const common = `
local entries, uses = KEYS[1], KEYS[2]
local function read(key)
  local raw = redis.call("HGET", entries, "k" .. key)
  if not raw then return nil end
  local version, storedAt, from = string.match(raw, "^(%d+) (%d+) ()")
  return version, tonumber(storedAt), string.sub(raw, from)
end
local function nextNumber()
  local last = tonumber(redis.call("HGET", entries, "n") or "0")
  local number = math.max(last + 1, now * 1000)
  redis.call("HSET", entries, "n", text(number))
  return number
end
local function remove(key)
  redis.call("ZREM", uses, key)
  return redis.call("HDEL", entries, "k" .. key)
end
`

/** `key, ttl, longest` → `age, version, value`. */
const use = `${common}
local key, longest = ARGV[2], tonumber(ARGV[3])
local version, storedAt, value = read(key)
if not version then return {} end
local age = now - storedAt
if age >= longest then
  remove(key)
elseif redis.call("ZREVRANGE", uses, 0, 0)[1] ~= key then
  redis.call("ZADD", uses, text(nextNumber()), key)
end
return { text(age), version, value }
`

/** `key` → `age, version, value`. */
const peek = `${common}
local version, storedAt, value = read(ARGV[2])
if not version then return {} end
return { text(now - storedAt), version, value }
`

/** `key, longest, capacity, expected, value` → `evicted`, or nothing. */
const put = `${common}
local key, longest, capacity, expected, value = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5], ARGV[6]
local version = read(key)
if expected ~= "" and version and tonumber(version) ~= tonumber(expected) then return {} end
local number = text(nextNumber())
redis.call("HSET", entries, "k" .. key, number .. " " .. text(now) .. " " .. value)
redis.call("ZADD", uses, number, key)
local evicted = 0
while redis.call("ZCARD", uses) > capacity do
  remove(redis.call("ZRANGE", uses, 0, 0)[1])
  evicted = evicted + 1
end
local after = math.max(1, math.ceil(longest)) + slack
for _, place in ipairs(KEYS) do
  if redis.call("PTTL", place) < after then redis.call("PEXPIRE", place, after) end
end
return { text(evicted) }
`

/** `key…` → how many were there. */
const removeAll = `${common}
local removed = 0
for i = 2, #ARGV do removed = removed + remove(ARGV[i]) end
return { text(removed) }
`

const list = `return redis.call("ZRANGE", KEYS[2], 0, -1)`

const size = `return { text(redis.call("ZCARD", KEYS[2])) }`

/** Keys removed by one script: a longer one would keep all others waiting. */
const atOnce = 500

const decodeJson = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Unknown))

/** A value as text; nothing at all is no JSON, but can be cached. `undefined` for what JSON cannot write. */
const encode = (value: unknown): string | undefined => {
  if (value === undefined) return ""
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

/** The entry of an answer, by the caller's clock. What is no JSON was never written here. */
const entryOf = <A>(key: string, [age, version, text]: Reply, now: number, isValue: (value: unknown) => value is A) => {
  if (text === undefined) return undefined
  const decoded = text === "" ? Option.some(undefined) : decodeJson(text)
  if (Option.isNone(decoded) || !isValue(decoded.value)) return undefined
  const entry: Entry<A> = { key, value: decoded.value, storedAt: now - Number(age), version: Number(version) }
  return entry
}

/** What was put is what comes back, as far as JSON goes; a shared cache cannot know its types better. */
const trusted = <A>(_value: unknown): _value is A => true

/** Makes the caches' stores on a server. */
export const make = (server: Server): RawCacheStoreFactory => {
  const runs = {
    use: server.script(use),
    peek: server.script(peek),
    put: server.script(put),
    removeAll: server.script(removeAll),
    list: server.script(list),
    size: server.script(size)
  }
  return <A>({ config, name }: CacheStoreOptions): RawCacheStore<A> => {
    const tag = keyOf(server.prefix, "cache", name)
    const keys = [`${tag}:entries`, `${tag}:uses`]
    const longest = toText(config.ttlMillis + Math.max(config.staleWhileRevalidateMillis, config.staleIfErrorMillis))
    let isTold = false
    const cannotKeep = Effect.suspend(() => {
      if (isTold) return Effect.undefined
      isTold = true
      return Effect.as(Effect.logWarning(`cache "${name}": a value is not JSON, so Redis cannot keep it`), undefined)
    })
    return {
      use: (key, now) => Effect.map(runs.use(keys, [key, longest]), (reply) => entryOf<A>(key, reply, now, trusted)),
      peek: (key) =>
        Effect.clockWith((clock) => {
          const now = clock.currentTimeMillisUnsafe()
          return Effect.map(runs.peek(keys, [key]), (reply) => entryOf<A>(key, reply, now, trusted))
        }),
      put: (key, value, _now, expected) => {
        const text = encode(value)
        if (text === undefined) return cannotKeep
        const args = [key, longest, toText(config.capacity), expected === undefined ? "" : String(expected), text]
        return Effect.map(runs.put(keys, args), ([evicted]) => (evicted === undefined ? undefined : Number(evicted)))
      },
      remove: (key) => Effect.map(runs.removeAll(keys, [key]), ([removed]) => removed === "1"),
      removeMatching: (matches) =>
        Effect.flatMap(runs.list(keys, []), (all) => {
          const matching = all.filter(matches)
          const parts = Array.from({ length: Math.ceil(matching.length / atOnce) }, (_, part) =>
            matching.slice(part * atOnce, (part + 1) * atOnce)
          )
          return Effect.map(
            Effect.forEach(parts, (part) => runs.removeAll(keys, part)),
            (replies) => replies.reduce((sum, [removed]) => sum + Number(removed), 0)
          )
        }),
      size: () => Effect.map(runs.size(keys, []), ([size]) => Number(size))
    }
  }
}
