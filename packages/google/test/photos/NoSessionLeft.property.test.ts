/** Whatever fails at whichever step, and whenever it is interrupted: no session is left that could have been deleted. */
import { describe, expect, it } from "@effect/vitest"
import { Fault } from "@skippy/http/testing"
import { Cause, Duration, Effect, Exit, Fiber, Stream } from "effect"
import * as fc from "fast-check"
import { TestClock } from "effect/testing"
import { Photos } from "../../src/photos/Photos.ts"
import { PhotosTest } from "../../src/photos/PhotosTest.ts"
import { pass } from "./clock.ts"
import { inMemory } from "./support.ts"

const fault: fc.Arbitrary<Fault.Fault> = fc.oneof(
  fc.constantFrom(500, 503, 429, 408).map((status) => Fault.status(status)),
  fc.integer({ min: 1, max: 40_000 }).map((millis) => Fault.delay(millis)),
  fc.constantFrom(Fault.reset, Fault.lostAnswer, Fault.hang, Fault.truncate(0.5), Fault.hangInBody(0.3))
)

/** Never more than two in a row: the third attempt at anything gets through. */
const plan = fc
  .array(fc.option(fault, { freq: 2, nil: undefined }), { maxLength: 14 })
  .map((faults) => faults.map((fault, index) => (index % 3 === 2 ? undefined : fault)))

/** A session is created, and nobody is told which. */
const lost: ReadonlySet<string> = new Set(["LostAnswer", "Truncate", "HangInBody"])

/** Whether the answer never came, or later than an attempt may take. */
const isLost = (fault: Fault.Fault | undefined): boolean =>
  fault?._tag === "Delay" ? Duration.toSeconds(fault.duration) >= 30 : fault !== undefined && lost.has(fault._tag)

const scenario = (faults: ReadonlyArray<Fault.Fault | undefined>, stopAfter: number | undefined) =>
  Effect.gen(function* () {
    const test = yield* PhotosTest
    test.faults.set(Fault.sequence(faults))
    const { withSelection } = yield* Photos
    const use = withSelection({ onPickerUri: () => Effect.void }, ({ media }) => Stream.runCount(media))
    const fiber = yield* Effect.forkChild(use)
    if (stopAfter === undefined) yield* pass(fiber, "2 seconds", "40 minutes")
    else {
      yield* TestClock.adjust(stopAfter)
      const interrupting = yield* Effect.forkChild(Fiber.interrupt(fiber))
      yield* pass(interrupting, "2 seconds", "20 minutes")
    }
    const exit = fiber.pollUnsafe()
    expect(exit, "it never ends").toBeDefined()
    const created = test.requests().filter(({ carriedOut, method }) => method === "POST" && carriedOut)
    const unknown = created.filter((request) => isLost(request.fault)).length
    // Only one whose answer never came is left, and none is created after it.
    expect(created.length).toBeLessThanOrEqual(1)
    expect(test.sessions()).toHaveLength(unknown)
    return { exit: exit!, known: created.length - unknown }
  })

const breakerless = { circuitBreaker: false } as const

/** Runs a scenario in a world of its own, under a clock of its own. */
const play = (faults: ReadonlyArray<Fault.Fault | undefined>, picksAfter: number, stopAfter: number | undefined) =>
  Effect.runPromise(
    scenario(faults, stopAfter).pipe(
      Effect.provide(inMemory({ picksAfter, policies: breakerless })),
      Effect.scoped,
      Effect.provide(TestClock.layer())
    )
  )

const picksAfter = fc.integer({ min: 1, max: 4 })

describe("a selection that fails somewhere", () => {
  it("leaves no session, and gets what was picked when the session was created", () =>
    fc.assert(
      fc.asyncProperty(plan, picksAfter, async (faults, picksAfter) => {
        const { exit, known } = await play(faults, picksAfter, undefined)
        expect(Exit.isSuccess(exit)).toBe(known === 1)
      }),
      { numRuns: 150 }
    ))

  it("leaves no session when it is interrupted at any moment", () =>
    fc.assert(
      fc.asyncProperty(plan, picksAfter, fc.integer({ min: 0, max: 60_000 }), async (faults, picksAfter, stopAfter) => {
        const { exit } = await play(faults, picksAfter, stopAfter)
        if (Exit.isFailure(exit)) expect(Cause.hasDies(exit.cause)).toBe(false)
      }),
      { numRuns: 150 }
    ))
})
