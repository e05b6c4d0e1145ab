/**
 * What a circuit decides, on the server: one script for each question. `CircuitState` is what they are tested against.
 *
 * @module
 */
import { machine, read } from "./CircuitMachine.ts"

/** After `readOrAdmit` → `A, probe, reclaimed, transition` (left out when there can be none) or `R, state, retryAfter`, which is empty when only a person can say. */
export const admit = `${machine}
if isFree() then return reply("A", "0", "0", "", "", "", "") end
if s[NAME] == "ForcedOpen" then return reply("R", "ForcedOpen", "") end
local moved = { "", "", "", "" }
if s[NAME] == "Open" then
  local left = openLeft()
  if left > 0 then return reply("R", "Open", text(left)) end
  moved = move("HalfOpen", "openElapsed")
end
local reclaimed = 0
if #s[PROBES] / 2 >= config[MOST_PROBES] then
  local running, soonest = {}, nil
  for i = 1, #s[PROBES], 2 do
    if s[PROBES][i + 1] > time then
      table.insert(running, s[PROBES][i])
      table.insert(running, s[PROBES][i + 1])
      soonest = min(soonest or s[PROBES][i + 1], s[PROBES][i + 1])
    end
  end
  reclaimed = (#s[PROBES] - #running) / 2
  s[PROBES] = running
  if #running / 2 >= config[MOST_PROBES] then return reply("R", "HalfOpen", soonest and text(soonest - time) or "") end
end
local id = s[NEXT_PROBE]
s[NEXT_PROBE] = id + 1
table.insert(s[PROBES], id)
table.insert(s[PROBES], time + config[LEASE])
dirty = true
return reply("A", text(id), text(reclaimed), unpack(moved))
`

/** → `state, retryAfter` of a refusal, or nothing. */
export const peek = `${read}${machine}
if isFree() then return reply() end
if s[NAME] == "ForcedOpen" then return reply("ForcedOpen", "") end
if s[NAME] == "Open" then
  local left = openLeft()
  if left > 0 then return reply("Open", text(left)) end
  return reply()
end
local running, soonest = 0, nil
for i = 2, #s[PROBES], 2 do
  if s[PROBES][i] > time then
    running = running + 1
    soonest = min(soonest or s[PROBES][i], s[PROBES][i])
  end
end
if running < config[MOST_PROBES] then return reply() end
return reply("HalfOpen", soonest and text(soonest - time) or "")
`

/**
 * `generation, probe, outcome, slow, retryAfter, n, openMillis, n, openMillis` → `transition, wouldOpen`; or `need, n` when
 * the open time of opening n is missing, and then nothing has happened.
 */
export const settle = `${read}${machine}
if tonumber(ARGV[6]) ~= s[GENERATION] then return replyTransition(nil, "") end
local outcome, slow, retryAfter = ARGV[8], ARGV[9] == "1", tonumber(ARGV[10])

if s[NAME] == "HalfOpen" then
  local id, at = tonumber(ARGV[7]), nil
  for i = 1, #s[PROBES], 2 do
    if s[PROBES][i] == id then at = i end
  end
  if not at then return replyTransition(nil, "") end
  table.remove(s[PROBES], at)
  table.remove(s[PROBES], at)
  dirty = true
  if outcome == "Ignored" then return replyTransition(nil, "") end
  if outcome == "Failure" or slow then
    local millis = openTime(11)
    if not millis then return need() end
    return replyTransition(trip(outcome == "Failure" and "probeFailed" or "probeSlow", max(millis, retryAfter)), "")
  end
  s[SUCCESSES] = s[SUCCESSES] + 1
  return replyTransition(s[SUCCESSES] >= config[THRESHOLD] and close("probesSucceeded") or nil, "")
end

if outcome == "Ignored" or (s[NAME] ~= "Closed" and s[NAME] ~= "MetricsOnly") then return replyTransition(nil, "") end
local failed = outcome == "Failure"
if failed then
  if s[STREAK] == 0 then s[STREAK_SINCE] = time end
  s[STREAK] = s[STREAK] + 1
  dirty = true
elseif s[STREAK] > 0 then
  s[STREAK] = 0
  dirty = true
end
if config[KIND] > 0 then
  add(1, failed, slow)
  dirty = true
end
if not failed and not slow then return replyTransition(nil, "") end

local function broken()
  if config[CONSECUTIVE] > 0 and s[STREAK] >= config[CONSECUTIVE] then return "consecutiveFailures" end
  local calls, failures, slows = sums()
  if config[RATE] >= 0 and failures > 0 and calls >= config[RATE_MIN] and failures >= config[RATE] * calls then
    return "failureRate"
  end
  if config[SLOW_RATE] >= 0 and slows > 0 and calls >= config[SLOW_MIN] and slows >= config[SLOW_RATE] * calls then
    return "slowCallRate"
  end
end

local reason = broken()
if not reason then return replyTransition(nil, "") end
if s[NAME] == "MetricsOnly" then
  s[STREAK] = 0
  s[WINDOW] = {}
  return replyTransition(nil, reason)
end
fade()
local millis = openTime(11)
if not millis then return need() end
return replyTransition(trip(reason, max(millis, retryAfter)), "")
`

/** `command, n, openMillis, n, openMillis` → `transition`, or `need, n`. */
export const control = `${read}${machine}
local command = ARGV[6]
if command == "open" then
  fade()
  local millis = openTime(7)
  if not millis then return need() end
  return replyTransition(trip("manual", millis))
end
if command == "close" then return replyTransition(s[NAME] ~= "Closed" and close("manual") or nil) end
if command == "reset" then
  s[OPENINGS], s[LAST_OPEN], s[FADES_AT], s[OPEN_UNTIL] = 0, 0, 0, 0
  local from = s[NAME]
  local moved = move("Closed", "manual")
  return replyTransition(from ~= "Closed" and moved or nil)
end
local to = ({ isolate = "ForcedOpen", disable = "Disabled", metricsOnly = "MetricsOnly" })[command]
return replyTransition(s[NAME] ~= to and move(to, "manual") or nil)
`

/** → `now, since, openLeft, calls, failures, slow, probesRunning, probeSuccesses`; `openLeft` is 0 unless open. */
export const view = `${read}${machine}
-- Looking changes nothing, so what has faded is not written.
save()
dirty = false
if hasFaded() then s[OPENINGS] = 0 end
local calls, failures, slow = sums()
local running = 0
for i = 2, #s[PROBES], 2 do
  if s[PROBES][i] > time then running = running + 1 end
end
local left = s[NAME] == "Open" and max(0, openLeft()) or 0
return reply(text(time), text(s[SINCE]), text(left), text(calls), text(failures), text(slow), text(running), text(s[SUCCESSES]))
`

/** → `now, since, openUntil, lastOpenMillis, fadesAt, probeSuccesses, window`, which is empty or `bucket` and `cells` in JSON. */
export const snapshot = `${read}${machine}
if not raw then return {} end
local w, window = s[WINDOW], ""
if #w > 0 and w[1] == 1 then
  local cells = {}
  for i = 1, #w[3] do cells[i] = tonumber(string.sub(w[3], i, i)) end
  window = #cells == 0 and "" or cjson.encode({ bucket = 0, cells = cells })
elseif #w > 3 then
  local newest, cells = w[#w - 3], {}
  for i = 1, w[3] * 3 do cells[i] = 0 end
  for i = 4, #w, 4 do
    local at = (w[i] - newest + w[3] - 1) * 3
    if at >= 0 then cells[at + 1], cells[at + 2], cells[at + 3] = w[i + 1], w[i + 2], w[i + 3] end
  end
  window = '{"bucket":' .. text(newest) .. ',"cells":' .. cjson.encode(cells) .. "}"
end
return reply(text(time), text(s[SINCE]), text(s[OPEN_UNTIL]), text(s[LAST_OPEN]), text(s[FADES_AT]), text(s[SUCCESSES]), window)
`

/**
 * `state, generation, age, openLeft, openings, lastOpenMillis, fadesIn, streak, probeSuccesses, window`. Times are told by how
 * far they are from now, since the clocks of two machines differ; a window of time as how many buckets ago its newest is.
 */
export const restore = `${read}${machine}
local given = {}
for i = 7, 14 do given[i] = tonumber(ARGV[i]) end
s[NAME], s[GENERATION], s[SINCE], s[OPEN_UNTIL] = ARGV[6], given[7] + 1, time - given[8], time + given[9]
s[OPENINGS], s[LAST_OPEN], s[FADES_AT], s[STREAK], s[SUCCESSES] = given[10], given[11], time + given[12], given[13], given[14]
s[STREAK_SINCE], s[PROBES], s[WINDOW] = time, {}, {}
local window = ARGV[15] ~= "" and cjson.decode(ARGV[15]) or nil
if window and config[KIND] == 1 then
  local from = max(1, #window.cells - config[SIZE] + 1)
  for i = from, #window.cells do add(1, window.cells[i] % 2 == 1, window.cells[i] >= 2) end
elseif window and config[KIND] == 2 and #window.cells == config[BUCKETS] * 3 then
  local w = { 2, config[SIZE], config[BUCKETS] }
  local newest = floor(time / (config[SIZE] / config[BUCKETS])) - window.ago
  for i = 1, #window.cells, 3 do
    if window.cells[i] > 0 then
      table.insert(w, newest - config[BUCKETS] + (i + 2) / 3)
      for j = 0, 2 do table.insert(w, window.cells[i + j]) end
    end
  end
  if #w > 3 then s[WINDOW] = w end
  fitWindow()
end
dirty = true
return reply()
`
