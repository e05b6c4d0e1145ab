import type { Resilience } from "@skippy/core"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { describe, expect, it } from "vitest"
import { recovers, type Say } from "../../src/demo/Say.ts"

type State = "Closed" | "Open"

/** What is promised of a service, by the states of its circuit before and after it is back. */
const promised = (before: State, after: State) =>
  Effect.gen(function* () {
    let state = before
    const resilience = { state: () => Effect.sync(() => ({ circuit: { state } })) } as unknown as Resilience["Service"]
    const kept: Array<boolean> = []
    const say: Say = {
      told: () => {},
      promise: (_service, _text, isKept) => void kept.push(isKept),
      downloaded: () => {}
    }
    const back = () => {
      state = after
    }
    const fiber = yield* Effect.forkChild(recovers(resilience, say, "github", back))
    yield* TestClock.adjust("1 minute")
    yield* Fiber.join(fiber)
    return kept
  }).pipe(Effect.provide(TestClock.layer()), Effect.runPromise)

describe("a service that is down", () => {
  it("recovers when its circuit was open and is closed", async () => {
    expect(await promised("Open", "Closed")).toEqual([true])
  })

  it.for([
    ["was never open", "Closed", "Closed"],
    ["stays open", "Open", "Open"]
  ] as const)("does not when its circuit %s", async ([, before, after]) => {
    expect(await promised(before, after)).toEqual([false])
  })
})
