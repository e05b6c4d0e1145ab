import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import * as fc from "fast-check"
import { TestClock } from "effect/testing"
import * as Timers from "../../src/store/Timers.ts"

type Step =
  | { readonly _tag: "start" }
  | { readonly _tag: "cancel"; readonly which: number }
  | { readonly _tag: "pass"; readonly millis: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ _tag: "start" as const }) },
  { weight: 3, arbitrary: fc.record({ _tag: fc.constant("cancel" as const), which: fc.nat(7) }) },
  {
    weight: 3,
    arbitrary: fc.record({ _tag: fc.constant("pass" as const), millis: fc.constantFrom(1, 30, 50, 99, 100, 250) })
  }
)

const duration = 100

const play = (timer: Timers.Timer, script: ReadonlyArray<Step>) =>
  Effect.gen(function* () {
    const fired: Array<string> = []
    let waiting: Array<{ readonly name: string; readonly cancel: Timers.Cancel }> = []
    let started = 0
    for (const one of script) {
      switch (one._tag) {
        case "start": {
          const name = `${started++}`
          yield* Effect.withFiber((fiber) => {
            const late = () => {
              waiting = waiting.filter((other) => other.name !== name)
              fired.push(`${name} at ${fiber.getRef(Clock.Clock).currentTimeMillisUnsafe()}`)
            }
            waiting.push({ name, cancel: timer(fiber, late) })
            return Effect.void
          })
          break
        }
        case "cancel": {
          const chosen = waiting[one.which % Math.max(1, waiting.length)]
          if (chosen === undefined) break
          chosen.cancel()
          // Ending a wait twice is ending it once.
          chosen.cancel()
          waiting = waiting.filter((other) => other !== chosen)
          break
        }
        case "pass":
          yield* TestClock.adjust(one.millis)
      }
    }
    yield* TestClock.adjust(duration)
    return fired
  })

describe("a timer shared by those who wait equally long", () => {
  it("does what a timer for each would do, whatever is started and cancelled when", async () => {
    let told = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 40, maxLength: 40 }), async (script) => {
        const run = (timer: Timers.Timer) => Effect.runPromise(Effect.provide(play(timer, script), TestClock.layer()))
        const each = await run(Timers.single(duration))
        expect(await run(Timers.shared(duration))).toEqual(each)
        told += each.length
      }),
      { numRuns: 300 }
    )
    expect(told).toBeGreaterThan(500)
  })

  it.effect("can be started anew by whoever was late", () =>
    Effect.gen(function* () {
      const timer = Timers.shared(10)
      let late = 0
      yield* Effect.withFiber((fiber) => {
        const again = () => {
          if (++late < 3) timer(fiber, again)
        }
        timer(fiber, again)
        return Effect.void
      })
      yield* TestClock.adjust(30)
      expect(late).toBe(3)
    })
  )
})
