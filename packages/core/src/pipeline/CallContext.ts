/**
 * The identity of a call: its request id, service and operation. The pipeline puts it into the fiber's context; events,
 * logs and errors read it there.
 *
 * @module
 */
import { Context, DateTime, type Fiber, Random } from "effect"
import { type CurrentCall, makeCall } from "../event/CurrentCall.ts"
import { deadlineOf } from "../policy/CurrentDeadline.ts"
import { nowOf } from "../store/Now.ts"

const idLength = 6
const ids = 36 ** idLength

/** Two digits at a time: `toString(36)` and padding take longer than everything else about an id. */
const pairs = Array.from({ length: 36 ** 2 }, (_, n) => n.toString(36).padStart(2, "0"))
const pair = (n: number): string => pairs[n % 36 ** 2] ?? ""
const idText = (n: number): string => pair(Math.floor(n / 36 ** 4)) + pair(Math.floor(n / 36 ** 2)) + pair(n)

/** The text of the second that was asked for last: a busy program makes many ids in each. */
let lastSecond = Number.NaN
let lastText = ""

const secondText = (millis: number): string => {
  const second = Math.floor(millis / 1000)
  if (second !== lastSecond) {
    const [day = "", time = ""] = DateTime.formatIso(DateTime.makeUnsafe(second * 1000))
      .replaceAll(/[-:]/g, "")
      .split("T")
    lastText = `req_${day}_${time.slice(0, 6)}_`
    lastSecond = second
  }
  return lastText
}

/**
 * `req_20251116_143025_abc123`: the second in UTC and six characters of chance, as the design writes it. With two
 * billion possible ids a second a collision within one journal is unlikely, not impossible.
 */
export const makeRequestId = (millis: number, random: Random.Random): string =>
  secondText(millis) + idText(Math.floor(random.nextDoubleUnsafe() * ids))

/** What a caller says about a call. */
export interface CallInfo {
  readonly service: string
  readonly operation: string
  readonly idempotent: boolean
  readonly weight: number
}

/** The identity of a call that starts now and has `deadlineMillis`. The id is made when somebody first reads it. */
export const start = (
  { idempotent, operation, service, weight }: CallInfo,
  deadlineMillis: number,
  fiber: Fiber.Fiber<unknown, unknown>
): CurrentCall => {
  const startedAt = nowOf(fiber)
  const { context } = fiber
  return makeCall({
    requestId: () => makeRequestId(startedAt, Context.get(context, Random.Random)),
    service,
    operation,
    idempotent,
    weight,
    startedAt,
    deadline: Math.min(startedAt + deadlineMillis, deadlineOf(fiber))
  })
}
