import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Stream } from "effect"
import { TestClock } from "effect/testing"
import { fresh } from "../../src/tui/Live.ts"
import type { Told } from "../../src/tui/Model.ts"
import { views } from "../../src/tui/Watch.ts"
import { at, call, snapshot } from "./support.ts"

/** Each look answers the next of them. */
const source = (batches: ReadonlyArray<ReadonlyArray<Told>>) => {
  let looks = 0
  return {
    path: "/home/tester/skippy",
    sandbox: true,
    news: Effect.sync(() => batches[looks++] ?? []),
    snapshot: Effect.succeed(snapshot)
  }
}

describe("views", () => {
  it.effect("are there at once, and again so often, each with what happened since the one before", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(at)
      const batches = [[call("github", 100)], [], Array.from({ length: 60 }, () => call("http", 100))]
      const fiber = yield* fresh(views(source(batches), "10 seconds")).pipe(
        Stream.take(4),
        Stream.runCollect,
        Effect.forkChild
      )
      yield* TestClock.adjust("30 seconds")
      const seen = yield* Fiber.join(fiber)
      expect(seen.map((view) => view.at - at)).toEqual([0, 10_000, 20_000, 30_000])
      expect(seen.map((view) => view.seen)).toEqual([1, 1, 61, 61])
      // Of sixty the last fifty are told.
      expect(seen.map(({ happenings }) => happenings.length)).toEqual([1, 0, 50, 0])
      expect(seen[0]).toMatchObject({ path: "/home/tester/skippy", sandbox: true })
      expect(seen[3]?.services.find(({ service }) => service === "github")?.lastMinute.calls).toBe(1)
    })
  )
})
