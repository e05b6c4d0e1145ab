import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import * as Fallback from "../../src/policy/Fallback.ts"
import * as EventProbe from "../../src/testing/EventProbe.ts"

describe("the fallback", () => {
  it.effect("answers with a value or with another effect, which sees the error", () =>
    Effect.gen(function* () {
      expect(yield* Effect.fail("down").pipe(Fallback.value([]))).toEqual([])
      const instead = Fallback.effect((error: string) => Effect.succeed(`because ${error}`))
      expect(yield* Effect.fail("down").pipe(instead)).toBe("because down")
      expect(yield* Effect.succeed(1).pipe(Fallback.value(2))).toBe(1)
    })
  )

  it.effect("handles only what it is told to", () =>
    Effect.gen(function* () {
      const only = Fallback.value(0, { when: (error) => error === "known" })
      expect(yield* Effect.fail("known").pipe(only)).toBe(0)
      expect(yield* Effect.exit(Effect.fail("other").pipe(only))).toEqual(Exit.fail("other"))
    })
  )

  it.effect("lets defects and interruptions pass", () =>
    Effect.gen(function* () {
      expect(Exit.hasDies(yield* Effect.exit(Effect.die("bug").pipe(Fallback.value(0))))).toBe(true)
      expect(Exit.hasInterrupts(yield* Effect.exit(Effect.interrupt.pipe(Fallback.value(0))))).toBe(true)
    })
  )

  it.effect("says so", () => {
    const probe = EventProbe.make()
    return Effect.gen(function* () {
      yield* Effect.fail("down").pipe(Fallback.value(0, { name: "reports" }))
      expect(probe.events()).toMatchObject([{ _tag: "FallbackUsed", policy: "reports", error: "down" }])
    }).pipe(probe.provide)
  })
})
