/**
 * What a limiter decides, on the server: one script for each question. `LimitState` is what they are tested against.
 *
 * @module
 */
import { load, read, saving, takePlain, waiting } from "./LimitMachine.ts"

/** `weight…` → `at`, and for each weight `T, note…` or `W, millis, which`. */
export const take = `${takePlain}${load}${waiting}${saving}
local reply, n, taken = { tostring(time) }, 1, false
for arg = 3, #ARGV do
  local weight = tonumber(ARGV[arg])
  local wait, which = obstacle(weight)
  if wait > 0 then
    reply[n + 1], reply[n + 2], reply[n + 3] = "W", text(wait), which
    n = n + 3
  else
    taken = true
    n = n + 1
    reply[n] = "T"
    for i = 1, #quotas do quotas[i][2] = max(0, quotas[i][2] - weight) end
    for i = 1, #parts do
      local p, note = parts[i], "0"
      if p[1] == BUCKET then
        note = text(p[5] - p[7])
        p[5] = max(0, p[5] - weight)
      elseif p[1] == FIXED then
        p[6] = p[6] + weight
      else
        local last, granule = #p, p[3] / GRANULES
        if last > 6 and floor(p[last - 1] / granule) == floor(time / granule) then
          p[last - 1] = time
          p[last] = p[last] + weight
        else
          p[last + 1] = time
          p[last + 2] = weight
        end
        p[5] = p[5] + weight
      end
      n = n + 1
      reply[n] = note
    end
  end
end
if taken or changed then save() end
return reply
`

/** `weight` → `W, millis, which`; `millis` is 0 when nothing is in the way. */
export const estimate = `${read}${load}${waiting}${saving}
local wait, which = obstacle(tonumber(ARGV[3]))
if changed then save() end
return { "W", text(wait), which }
`

/** `weight, takenAt, notes`, a JSON list as long as the limits, with `null` for those it was not taken from. */
export const giveBack = `${read}${load}${saving}
if not raw then return {} end
local weight, takenAt, notes = tonumber(ARGV[3]), tonumber(ARGV[4]), cjson.decode(ARGV[5])

local function giveBack(p, note)
  if p[1] == BUCKET then
    -- What was taken from a bucket that was full and forgotten since is no longer missing.
    if takenAt >= p[8] then
      local runOver = max(0, note + p[7] + (time - takenAt) * (p[2] / p[3]) - p[4])
      p[5] = p[5] + min(p[4] - p[5], max(0, weight - runOver))
    end
    p[7] = p[7] + weight
  elseif p[1] == FIXED then
    if floor(takenAt / p[3]) == p[5] then p[6] = max(0, p[6] - weight) end
  else
    local granule = p[3] / GRANULES
    local wanted = floor(takenAt / granule)
    for i = 6, #p, 2 do
      if floor(p[i] / granule) == wanted then
        local given = min(weight, p[i + 1])
        p[i + 1] = p[i + 1] - given
        p[5] = p[5] - given
        if p[i + 1] == 0 then
          table.remove(p, i)
          table.remove(p, i)
        end
        return
      end
    end
  end
end

for i = 1, #parts do
  if notes[i] ~= cjson.null then giveBack(parts[i], notes[i]) end
end
for i = 1, #quotas do
  if takenAt >= quotas[i][4] then quotas[i][2] = quotas[i][2] + weight end
end
save()
return {}
`

/** `millis`. */
export const penalize = `${read}${load}${saving}
s[QUIET] = max(s[QUIET], time + tonumber(ARGV[3]))
save()
return {}
`

/** `quotas`, a JSON list of `[name, remaining, resetAfterMillis]`. */
export const observe = `${read}${load}${saving}
local SAME_RESET, MAX_NAMES = 2000, 16
for _, told in ipairs(cjson.decode(ARGV[3])) do
  local name, left, resetAt = told[1], floor(told[2]), time + told[3]
  local known
  for i = 1, #quotas do
    if quotas[i][1] == name then known = quotas[i] end
  end
  if known and math.abs(known[3] - resetAt) <= SAME_RESET then
    known[2] = min(known[2], left)
  elseif known then
    known[2], known[3], known[4] = left, resetAt, time
  elseif #quotas < MAX_NAMES then
    table.insert(quotas, { name, left, resetAt, time })
  end
end
save()
return {}
`

/** → `penaltyMillis`, `remaining, resetAfterMillis` of each limit, `name, remaining, resetAfterMillis` of each quota. */
export const view = `${read}${load}${saving}
local reply = { text(max(0, s[QUIET] - time)) }
for _, p in ipairs(parts) do
  local left
  if p[1] == BUCKET then
    left = floor(p[5] + TOLERANCE)
  else
    left = max(0, p[2] - (p[1] == FIXED and p[6] or p[5]))
  end
  table.insert(reply, text(left))
  table.insert(reply, text(resetAfter(p)))
end
for _, q in ipairs(quotas) do
  table.insert(reply, q[1])
  table.insert(reply, text(q[2]))
  table.insert(reply, text(q[3] - time))
end
if changed then save() end
return reply
`
