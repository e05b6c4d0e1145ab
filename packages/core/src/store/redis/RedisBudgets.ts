/**
 * Retry budgets in Redis. Calls are told in lots, and with every question; until then they earn nothing, so that a budget is
 * never larger than it should be.
 *
 * @module
 */
import { Effect } from "effect"
import type { RawBudgetStoreFactory } from "../away/RawStores.ts"
import type { StoreTrouble } from "../away/StoreTrouble.ts"
import { keyOf } from "./Keys.ts"
import type { Reply, Run, Server } from "./Server.ts"
import type { Task, Upkeep } from "./Upkeep.ts"

/**
 * `BudgetState` in Lua. The state is `{latest, skew, bucket, calls, spent, …}`, the buckets in the order of time. The first
 * arguments are `ratio, minPerSecond, ttlMillis, deposits`.
 */
const machine = `
local BUCKETS = 10
local ratio, perSecond, ttl, deposits = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local raw = redis.call("GET", KEYS[1])
local s = raw and cmsgpack.unpack(raw) or { now, 0 }
local time = now + s[2]
local dirty = deposits > 0
if time < s[1] then
  s[2] = s[2] + s[1] - time
  time = s[1]
  dirty = true
end
s[1] = time
local bucket = math.floor(time / (ttl / BUCKETS))
while s[3] and s[3] <= bucket - BUCKETS do
  for _ = 1, 3 do table.remove(s, 3) end
end

-- The place of a bucket.
local function cell(wanted)
  for i = 3, #s, 3 do
    if s[i] == wanted then return i end
    if s[i] > wanted then
      table.insert(s, i, 0)
      table.insert(s, i, 0)
      table.insert(s, i, wanted)
      return i
    end
  end
  local n = #s
  s[n + 1], s[n + 2], s[n + 3] = wanted, 0, 0
  return n + 1
end

if deposits > 0 then
  local at = cell(bucket)
  s[at + 1] = s[at + 1] + deposits
end

local function balance()
  local calls, spent = 0, 0
  for i = 3, #s, 3 do
    calls = calls + s[i + 1]
    spent = spent + s[i + 2]
  end
  return ratio * calls + perSecond * ttl / 1000 - spent
end

local function save()
  if #s > 2 then redis.call("SET", KEYS[1], cmsgpack.pack(s), "PX", math.ceil(ttl) + slack) end
end
`

const tell = `${machine}
save()
return {}
`

/** → `1` when one was taken. */
const spend = `${machine}
local allowed = balance() >= 1 - 1e-9
if allowed then
  local at = cell(bucket)
  s[at + 2] = s[at + 2] + 1
end
if allowed or dirty then save() end
return { allowed and "1" or "0" }
`

/** `age` of what was taken. */
const giveBack = `${machine}
local taken = math.floor((time - tonumber(ARGV[6])) / (ttl / BUCKETS))
if bucket - taken < BUCKETS then
  -- The way to the server may have led into the next bucket.
  for wanted = taken, math.min(taken + 1, bucket) do
    local at = cell(wanted)
    if s[at + 2] > 0 then
      s[at + 2] = s[at + 2] - 1
      break
    end
  end
end
save()
return {}
`

/** → `balance`. */
const read = `${machine}
if dirty then save() end
return { text(balance()) }
`

/** Makes the budgets' stores on a server. */
export const make = (server: Server, upkeep: Upkeep, isKeeping: boolean): RawBudgetStoreFactory => {
  const runs = {
    tell: server.script(tell),
    spend: server.script(spend),
    giveBack: server.script(giveBack),
    read: server.script(read)
  }
  return (name, { minPerSecond, ratio, ttlMillis }) => {
    const keys = [keyOf(server.prefix, "budget", name)]
    const config = [String(ratio), String(minPerSecond), String(ttlMillis)]
    let deposits = 0
    let isWatched = false
    /** Calls that could not be told earn nothing. */
    const ask = (run: Run, ...args: ReadonlyArray<string>): Effect.Effect<Reply, StoreTrouble> =>
      Effect.suspend(() => {
        const told = String(deposits)
        deposits = 0
        return run(keys, [...config, told, ...args])
      })
    const tellNow: Task = Effect.suspend(() => {
      isWatched = false
      return deposits === 0 ? Effect.void : ask(runs.tell)
    })
    return {
      deposit: () => {
        deposits++
        if (!isKeeping) return Effect.asVoid(tellNow)
        if (!isWatched) {
          isWatched = true
          upkeep.add(tellNow)
        }
        return undefined
      },
      trySpend: () => Effect.map(ask(runs.spend), ([allowed]) => allowed === "1"),
      giveBack: (takenAt, now) => Effect.asVoid(ask(runs.giveBack, String(Math.max(0, now - takenAt)))),
      balance: () => Effect.map(ask(runs.read), ([balance]) => Number(balance))
    }
  }
}
