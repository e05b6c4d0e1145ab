/** The state machine of waiting, against a naive model that remembers everything it saw. */
import { describe, expect, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as Polling from "../../src/photos/Polling.ts"

type Step = { readonly seen: Polling.Seen; readonly after: number }

const millis = fc.integer({ min: 0, max: 100_000 })

const answer: fc.Arbitrary<Polling.Seen> = fc.record({
  _tag: fc.constant("Answer" as const),
  mediaItemsSet: fc.boolean().chain((set) => (set ? fc.boolean() : fc.constant(false))),
  pollMillis: fc.option(fc.integer({ min: 1, max: 20_000 }), { nil: undefined }),
  timeoutMillis: fc.option(millis, { nil: undefined }),
  expiresAt: fc.option(fc.integer({ min: 0, max: 400_000 }), { nil: undefined })
})

const trouble: fc.Arbitrary<Polling.Seen> = fc.record({
  _tag: fc.constant("Trouble" as const),
  retryAfterMillis: millis
})

const steps = fc.array(
  fc.record({ seen: fc.oneof(answer, answer, trouble), after: fc.integer({ min: 0, max: 9000 }) }),
  {
    maxLength: 30
  }
)

/** What is to be done after the last of `history`, found by looking through all of it. */
const model = (
  { interval, now: begun, timeout }: { readonly now: number; readonly timeout: number; readonly interval: number },
  history: ReadonlyArray<{ readonly seen: Polling.Seen; readonly at: number }>
): Polling.Decision => {
  const last = history.at(-1)!
  const answers = history.flatMap(({ at, seen }) => (seen._tag === "Answer" ? [{ at, ...seen }] : []))
  if (last.seen._tag === "Answer" && last.seen.mediaItemsSet) return { _tag: "Picked" }
  const lastFive = history.slice(-Polling.maxFailures)
  if (lastFive.length === Polling.maxFailures && lastFive.every(({ seen }) => seen._tag === "Trouble")) {
    return { _tag: "GiveUp" }
  }
  const told = answers.findLast(({ timeoutMillis }) => timeoutMillis !== undefined)
  const ends = [
    begun + timeout,
    ...(told === undefined ? [] : [told.at + told.timeoutMillis!]),
    ...answers.flatMap(({ expiresAt }) => expiresAt ?? []).slice(-1)
  ]
  const end = Math.min(...ends)
  if (last.at >= end) return { _tag: "Over" }
  const every = answers.findLast(({ pollMillis }) => pollMillis !== undefined)?.pollMillis ?? interval
  const wait = last.seen._tag === "Trouble" ? Math.max(every, last.seen.retryAfterMillis) : every
  return { _tag: "Wait", millis: last.at + wait > end ? end - last.at : wait }
}

const run = (
  start: { readonly now: number; readonly timeout: number; readonly interval: number },
  all: ReadonlyArray<Step>
) => {
  let state = Polling.begin(start.now, start.timeout, start.interval)
  let now = start.now
  const history: Array<{ readonly seen: Polling.Seen; readonly at: number }> = []
  return all.map(({ after, seen }) => {
    now += after
    history.push({ seen, at: now })
    const [decision, next] = Polling.step(state, seen, now)
    state = next
    return { decision, expected: model(start, history), now }
  })
}

const start = fc.record({
  now: fc.integer({ min: 0, max: 200_000 }),
  timeout: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 200_000 })),
  interval: fc.integer({ min: 1, max: 10_000 })
})

describe("waiting for somebody to pick", () => {
  it("decides as one who looks through all that was seen", () => {
    fc.assert(
      fc.property(start, steps, (start, all) => {
        for (const { decision, expected } of run(start, all)) expect(decision).toEqual(expected)
      })
    )
  })

  it("never waits for nothing, nor beyond the caller's time", () => {
    fc.assert(
      fc.property(start, steps, (start, all) => {
        for (const { decision, now } of run(start, all)) {
          if (decision._tag !== "Wait") continue
          expect(decision.millis).toBeGreaterThan(0)
          expect(now + decision.millis).toBeLessThanOrEqual(start.now + start.timeout)
        }
      })
    )
  })

  it("always comes to an end when nobody picks and Google says how long to ask", () => {
    fc.assert(
      fc.property(
        start,
        fc.integer({ min: 0, max: 100_000 }),
        fc.integer({ min: 1, max: 20_000 }),
        (start, total, poll) => {
          let state = Polling.begin(start.now, start.timeout, start.interval)
          let now = start.now
          for (let asked = 0; asked <= total + 2; asked++) {
            const timeoutMillis = Math.max(0, start.now + total - now)
            const seen = {
              _tag: "Answer",
              mediaItemsSet: false,
              pollMillis: poll,
              timeoutMillis,
              expiresAt: undefined
            } as const
            const [decision, next] = Polling.step(state, seen, now)
            if (decision._tag === "Over") {
              expect(now).toBe(start.now + Math.min(total, start.timeout))
              return
            }
            if (decision._tag !== "Wait") throw new Error(`it came to ${decision._tag}`)
            state = next
            now += decision.millis
          }
          throw new Error("it goes on for ever")
        }
      )
    )
  })
})
