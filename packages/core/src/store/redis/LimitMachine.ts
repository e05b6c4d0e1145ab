/**
 * What scripts of limiters are made of: `LimitState` in Lua.
 *
 * The state of a key is one value: `{latest, skew, quietUntil, config, parts, quotas}`. A part is `{kind, limit, per,
 * burst, …}` and goes on with the tokens of a bucket, the count of a fixed window, or the log of a sliding one; a quota is
 * `{name, remaining, resetAt, since}`. Redis forgets it when it is as new.
 *
 * The state of a single bucket or fixed window without quotas is written as numbers of a fixed width, which costs a third of
 * a packed table to read and can be written in place: `latest, skew, quietUntil, keptUntil` and the four numbers of the part,
 * which change, then `kind, limit, per, burst` and the config. Everything else is packed as a table.
 *
 * Every closure costs the server time, so each script has only the pieces it needs.
 *
 * @module
 */
import { goesOn } from "./GoesOn.ts"
import { forever } from "./Numbers.ts"

/** How plain numbers are laid out: a mark no packed table begins with and those that change, then the constant ones. */
const changing = "<Bdddddddd"
const constant = "dddd"
const mark = 1

/**
 * Takes the weight and answers, if that is one of a single bucket or fixed window and nothing is in the way. It builds no
 * tables and no closures. Whatever else there is goes on behind it as if it had not been here.
 */
export const takePlain = `
local raw = redis.call("GET", KEYS[1])
if raw and #ARGV == 3 and string.byte(raw) == ${mark} then
  local _, latest, skew, quiet, kept, a, b, c, d, kind, limit, per, burst, at = struct.unpack("${changing}${constant}", raw)
  local time = now + skew
  if time >= latest and quiet <= time and string.sub(raw, at) == ARGV[2] then
    local weight, after, note, margin = tonumber(ARGV[3]), 0, "0", 0
    if kind == 1 then
      local window = math.floor(time / per)
      if window > a then a, b = window, 0 end
      if weight - (limit - b) <= 0 then
        b = b + weight
        after = (a + 1) * per - time
      end
    else
      if time > b then
        if a < burst then a = math.min(burst, a + (time - b) * (limit / per)) end
        b = time
      end
      if weight - a <= 1e-9 then
        note = text(a - c)
        a = math.max(0, a - weight)
        after = (burst - a) / (limit / per)
        -- The time it has to be kept for grows with each take; told now and then is enough.
        margin = 1000
      end
    end
    if after > 0 then
      if time + after <= kept then
        redis.call("SETRANGE", KEYS[1], 0, struct.pack("${changing}", ${mark}, time, skew, quiet, kept, a, b, c, d))
      else
        local millis = math.ceil(math.min(after, ${forever})) + margin
        local head = struct.pack("${changing}", ${mark}, time, skew, quiet, time + millis, a, b, c, d)
        redis.call("SET", KEYS[1], head .. string.sub(raw, #head + 1), "PX", millis + slack)
      end
      return { tostring(time), "T", note }
    end
  end
end
`

/** Other limits, or none yet: those of the same kind and period keep what they counted. */
const renew = `
if not s or s[CONFIG] ~= ARGV[2] then
  local old = s and s[PARTS] or {}
  local parts = cjson.decode(ARGV[2])
  for i, c in ipairs(parts) do
    for j, p in ipairs(old) do
      if p[1] == c[1] and p[3] == c[3] then
        age(p)
        if p[1] == BUCKET then
          p[5] = max(0, c[4] - (p[4] - p[5]))
          p[6] = time
          p[7] = 0
        end
        p[2] = c[2]
        p[4] = c[4]
        parts[i] = p
        table.remove(old, j)
        break
      end
    end
    if parts[i] == c then
      if c[1] == BUCKET then
        c[5], c[6], c[7], c[8] = c[4], time, 0, time
      elseif c[1] == FIXED then
        c[5], c[6] = floor(time / c[3]), 0
      else
        c[5] = 0
      end
    end
  end
  changed = changed or s ~= nil
  s = s or { time, 0, 0, "", {}, {} }
  s[CONFIG] = ARGV[2]
  s[PARTS] = parts
end
`

/** Reads the state of a key. */
export const read = `
local raw = redis.call("GET", KEYS[1])
`

/** Brings what was read up to the present. */
export const load = `
local floor, ceil, max, min = math.floor, math.ceil, math.max, math.min
local LATEST, SKEW, QUIET, CONFIG, PARTS, QUOTAS = 1, 2, 3, 4, 5, 6
local BUCKET, FIXED = 0, 1
local GRANULES, TOLERANCE = 64, 1e-9
local s
if raw and string.byte(raw) == ${mark} then
  local _, latest, skew, quiet, _, a, b, c, d, kind, limit, per, burst, at = struct.unpack("${changing}${constant}", raw)
  s = { latest, skew, quiet, string.sub(raw, at), { { kind, limit, per, burst, a, b, c, d } }, {} }
elseif raw then
  s = cmsgpack.unpack(raw)
end
local time = now
local changed = false
if s then
  ${goesOn("changed")}
end

-- Brings a part up to the present.
local function age(p)
  if p[1] == BUCKET then
    if time > p[6] then
      if p[5] < p[4] then p[5] = min(p[4], p[5] + (time - p[6]) * (p[2] / p[3])) end
      p[6] = time
    end
  elseif p[1] == FIXED then
    local window = floor(time / p[3])
    if window > p[5] then
      p[5] = window
      p[6] = 0
    end
  else
    local n, from = #p, 6
    while from <= n and p[from] + p[3] <= time do
      p[5] = p[5] - p[from + 1]
      from = from + 2
    end
    if from > 6 then
      local gone = from - 6
      for i = from, n do p[i - gone] = p[i] end
      for i = n - gone + 1, n do p[i] = nil end
    end
  end
end
${renew}
local parts, quotas = s[PARTS], s[QUOTAS]
for i = 1, #parts do age(parts[i]) end
for i = #quotas, 1, -1 do
  if quotas[i][3] <= time then table.remove(quotas, i) end
end
`

const resetting = `
local function resetAfter(p)
  if p[1] == BUCKET then return (p[4] - p[5]) / (p[2] / p[3]) end
  if p[1] == FIXED then return p[6] == 0 and 0 or (p[5] + 1) * p[3] - time end
  return #p > 6 and p[#p - 1] + p[3] - time or 0
end
`

/** Puts it back, for as long as it is not as new. */
export const saving = `${resetting}
local function save()
  local after = s[QUIET] - time
  for i = 1, #parts do after = max(after, resetAfter(parts[i])) end
  for i = 1, #quotas do after = max(after, quotas[i][3] - time) end
  if after > 0 then
    after = min(after, ${forever})
    local p, value = parts[1], nil
    if #parts == 1 and #quotas == 0 and p[1] <= FIXED then
      local c, d, kept = p[7] or 0, p[8] or 0, time + ceil(after)
      value = struct.pack("${changing}${constant}", ${mark}, time, s[SKEW], s[QUIET], kept, p[5], p[6], c, d, unpack(p, 1, 4)) .. s[CONFIG]
    else
      value = cmsgpack.pack(s)
    end
    redis.call("SET", KEYS[1], value, "PX", ceil(after) + slack)
  elseif raw then
    redis.call("DEL", KEYS[1])
  end
end
`

/** What is in the way of a weight. */
export const waiting = `
local function waitFor(p, weight)
  if p[1] == BUCKET then
    local missing = weight - p[5]
    return missing <= TOLERANCE and 0 or missing / (p[2] / p[3])
  end
  local used = p[1] == FIXED and p[6] or p[5]
  local missing = weight - (p[2] - used)
  if missing <= 0 then return 0 end
  if p[1] == FIXED then return (p[5] + 1) * p[3] - time + (ceil(missing / p[2]) - 1) * p[3] end
  local laps = max(0, ceil((missing - used) / p[2]))
  missing = missing - laps * p[2]
  if missing <= 0 then return laps * p[3] end
  for i = 6, #p, 2 do
    missing = missing - p[i + 1]
    if missing <= 0 then return p[i] + p[3] - time + laps * p[3] end
  end
  return laps * p[3]
end

-- What is in the way, and for how long: 0 is a quiet time, a number the limit of that place, else it is a quota.
local function obstacle(weight)
  local wait, which = max(0, s[QUIET] - time), "0"
  for i = 1, #parts do
    local millis = waitFor(parts[i], weight)
    if millis > wait then wait, which = millis, tostring(i) end
  end
  for i = 1, #quotas do
    local q = quotas[i]
    if q[2] < weight and q[3] - time > wait then wait, which = q[3] - time, ":" .. q[1] end
  end
  return wait, which
end
`
