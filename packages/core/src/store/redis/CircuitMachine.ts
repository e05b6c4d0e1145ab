/**
 * What all scripts of circuits begin with: the state of a circuit, and what can happen to it. `CircuitState` in Lua.
 *
 * The state is one value, packed; `NAME` and the like are the places in it. A circuit without a value is as new. Redis
 * forgets one that nobody changed for its idle time after its open time; what a person switched stays.
 *
 * Every script is told the rules, and the successes this process has not booked yet (`generation, count, age of the last`).
 * Its answer begins with `state, generation, streak, openings`.
 *
 * @module
 */
import { goesOn } from "./GoesOn.ts"

/** What a value begins with, so that most admissions need not unpack it: `free, generation, streak, openings`. */
const head = "<Bddd"
const headSize = 25

/** Reads the circuit. */
export const read = `
local raw = redis.call("GET", KEYS[1])
`

/**
 * Reads it, and lets the call through if that is all there is to do: the circuit lets calls through, and no success has to be
 * booked. This needs neither the time nor the state.
 */
export const readOrAdmit = `${read}
local free, generation, streak, openings = 0, 1, 0, 0
if raw then
  free, generation, streak, openings = struct.unpack("${head}", raw)
elseif string.find(ARGV[2], '^%["Closed"') then
  free = 1
end
if free > 0 and (ARGV[4] == "0" or (streak == 0 and string.find(ARGV[2], '^%["%a+",0,'))) then
  local name = ({ "Closed", "MetricsOnly", "Disabled" })[free]
  return { name, string.format("%.17g", generation), string.format("%.17g", streak), string.format("%.17g", openings), "A", "0", "0" }
end
`

/** Brings what was read up to the present, books the successes, and knows how to go on. */
export const machine = `
local floor, max, min = math.floor, math.max, math.min
local LATEST, SKEW, NAME, GENERATION, SINCE, OPEN_UNTIL, OPENINGS, LAST_OPEN = 1, 2, 3, 4, 5, 6, 7, 8
local FADES_AT, STREAK, STREAK_SINCE, SUCCESSES, NEXT_PROBE, PROBES, WINDOW = 9, 10, 11, 12, 13, 14, 15
local INITIAL, KIND, SIZE, BUCKETS, CONSECUTIVE, RATE, RATE_MIN, SLOW_RATE, SLOW_MIN = 1, 2, 3, 4, 5, 6, 7, 8, 9
local MOST_PROBES, THRESHOLD, LEASE, IDLE = 10, 11, 12, 13
local config = cjson.decode(ARGV[2])
local s = raw and cmsgpack.unpack(string.sub(raw, ${headSize + 1}))
local time = now
local dirty = false
if s then
  ${goesOn("dirty")}
else
  s = { time, 0, config[INITIAL], 1, time, 0, 0, 0, 0, 0, 0, 0, 1, {}, {} }
end

-- A window of calls is {1, size, flags, failures, slow}, one of time {2, millis, buckets, bucket, calls, failures, slow, …}.
local function count(flags, sign)
  local _, n = string.gsub(flags, "[" .. sign .. "3]", "")
  return n
end

local function fitWindow()
  local w = s[WINDOW]
  if #w == 0 then return end
  if w[1] ~= config[KIND] then
    s[WINDOW] = {}
  elseif w[1] == 1 and w[2] ~= config[SIZE] then
    local flags = string.sub(w[3], -config[SIZE])
    s[WINDOW] = { 1, config[SIZE], flags, count(flags, "1"), count(flags, "2") }
  elseif w[1] == 2 and (w[2] ~= config[SIZE] or w[3] ~= config[BUCKETS]) then
    s[WINDOW] = {}
  elseif w[1] == 2 then
    local oldest, from, n = floor(time / (w[2] / w[3])) - w[3], 4, #w
    while from <= n and w[from] <= oldest do from = from + 4 end
    if from > 4 then
      for i = from, n do w[i - from + 4] = w[i] end
      for i = n - from + 5, n do w[i] = nil end
    end
  end
end
fitWindow()

local function add(calls, failed, slow)
  if config[KIND] == 0 then return end
  local w = s[WINDOW]
  if config[KIND] == 1 then
    if #w == 0 then
      w = { 1, config[SIZE], "", 0, 0 }
      s[WINDOW] = w
    end
    local flags = w[3] .. string.rep(tostring((failed and 1 or 0) + (slow and 2 or 0)), min(calls, w[2]))
    w[4] = w[4] + (failed and 1 or 0)
    w[5] = w[5] + (slow and 1 or 0)
    if #flags > w[2] then
      local gone = string.sub(flags, 1, #flags - w[2])
      w[4] = w[4] - count(gone, "1")
      w[5] = w[5] - count(gone, "2")
      flags = string.sub(flags, -w[2])
    end
    w[3] = flags
    return
  end
  if #w == 0 then
    w = { 2, config[SIZE], config[BUCKETS] }
    s[WINDOW] = w
  end
  local bucket, n = floor(time / (w[2] / w[3])), #w
  if n < 7 or w[n - 3] ~= bucket then
    w[n + 1], w[n + 2], w[n + 3], w[n + 4] = bucket, 0, 0, 0
    n = n + 4
  end
  w[n - 2] = w[n - 2] + calls
  if failed then w[n - 1] = w[n - 1] + 1 end
  if slow then w[n] = w[n] + 1 end
end

local function sums()
  local w = s[WINDOW]
  if #w == 0 then return 0, 0, 0 end
  if w[1] == 1 then return #w[3], w[4], w[5] end
  local calls, failures, slow = 0, 0, 0
  for i = 4, #w, 4 do
    calls = calls + w[i + 1]
    failures = failures + w[i + 2]
    slow = slow + w[i + 3]
  end
  return calls, failures, slow
end

local function isFree() return s[NAME] == "Closed" or s[NAME] == "MetricsOnly" or s[NAME] == "Disabled" end

-- Books the successes the caller kept. One that came before the first failure of the streak does not end it.
local kept = tonumber(ARGV[4])
if kept > 0 and tonumber(ARGV[3]) == s[GENERATION] and isFree() then
  if s[STREAK] > 0 and time - tonumber(ARGV[5]) >= s[STREAK_SINCE] then
    s[STREAK] = 0
    dirty = true
  end
  if config[KIND] > 0 and s[NAME] ~= "Disabled" then
    add(kept, false, false)
    dirty = true
  end
end

local function move(to, reason, openMillis)
  local from = s[NAME]
  s[NAME], s[GENERATION], s[SINCE], s[STREAK], s[SUCCESSES] = to, s[GENERATION] + 1, time, 0, 0
  s[PROBES], s[WINDOW] = {}, {}
  dirty = true
  return { from, to, reason, openMillis and text(openMillis) or "" }
end

local function openLeft() return min(s[OPEN_UNTIL] - time, s[LAST_OPEN]) end

local function hasFaded() return s[NAME] == "Closed" and s[OPENINGS] > 0 and time >= s[FADES_AT] end

local function fade()
  if hasFaded() then
    s[OPENINGS] = 0
    dirty = true
  end
end

local function trip(reason, openMillis)
  s[OPENINGS] = s[OPENINGS] + 1
  s[LAST_OPEN] = openMillis
  s[OPEN_UNTIL] = time + openMillis
  return move("Open", reason, openMillis)
end

local function close(reason)
  s[FADES_AT] = time + s[LAST_OPEN]
  return move("Closed", reason)
end

-- The open time of the next opening, if the caller has told it: number and millis, twice, from this argument on.
local function openTime(at)
  local n = s[OPENINGS] + 1
  for i = at, at + 2, 2 do
    if tonumber(ARGV[i]) == n then return tonumber(ARGV[i + 1]) end
  end
end

local function need() return { "need", tostring(s[OPENINGS] + 1) } end

local function save()
  if not dirty then return end
  local name = s[NAME]
  local free = ({ Closed = 1, MetricsOnly = 2, Disabled = 3 })[name] or 0
  local value = struct.pack("${head}", free, s[GENERATION], s[STREAK], s[OPENINGS]) .. cmsgpack.pack(s)
  if name == config[INITIAL] or name == "Closed" or name == "Open" or name == "HalfOpen" then
    local after = 0
    if name == "Open" then after = openLeft() end
    if name == "Closed" and s[OPENINGS] > 0 then after = s[FADES_AT] - time end
    for i = 2, #s[PROBES], 2 do after = max(after, s[PROBES][i] - time) end
    redis.call("SET", KEYS[1], value, "PX", math.ceil(max(0, after) + config[IDLE]) + slack)
  else
    redis.call("SET", KEYS[1], value)
  end
end

local function reply(...)
  save()
  return { s[NAME], text(s[GENERATION]), text(s[STREAK]), text(s[OPENINGS]), ... }
end

local function replyTransition(t, ...)
  if t then return reply(t[1], t[2], t[3], t[4], ...) end
  return reply("", "", "", "", ...)
end
`
