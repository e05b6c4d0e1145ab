import { EventBus, Resilience } from "@skippy/core"
import { Effect, Layer, Schema, Stream } from "effect"
import { expect, it } from "vitest"
import type { DemoDone, DemoEvent } from "../../src/demo/DemoEvent.ts"
import type { Part } from "../../src/demo/Parts.ts"
import { play } from "../../src/demo/Play.ts"
import type { Stage } from "../../src/demo/Stage.ts"
import { UsageError } from "../../src/output/Failure.ts"

class Down extends Schema.TaggedError<Down>()("Down", {}) {
  readonly category = "transient"
}

const part = (service: Part["service"], act: Part["act"]): Part => ({
  service,
  act,
  read: () => Effect.void,
  readAfter: "1 hour"
})

const services = { http: { retry: { maxAttempts: 2, baseDelay: "1 millis" } } } as const

/** Plays parts that need no services. */
const played = (...parts: ReadonlyArray<Part>) =>
  Effect.gen(function* () {
    const empty = { server: { requests: () => [] } }
    const stage = {
      seed: 1,
      path: "/run",
      journal: "/run/sandbox/metrics",
      files: { source: "docs", made: false, directory: "/files", list: [{ name: "a.md", bytes: 5, md5: "" }] },
      drive: empty,
      github: empty,
      pexels: empty,
      http: empty,
      resilience: yield* Resilience,
      bus: yield* EventBus.Current
    } as unknown as Stage
    const { events } = yield* play(stage, parts, "skippy")
    return yield* Stream.runCollect(events)
  }).pipe(
    Effect.scoped,
    Effect.provide(Layer.provideMerge(Resilience.layer({ services }), EventBus.layer())),
    Effect.runPromise
  )

const doneOf = (events: ReadonlyArray<DemoEvent>): DemoDone => {
  const last = events.at(-1)
  if (last?._tag !== "DemoDone") throw new Error("it does not end")
  return last
}

it("begins with the files and ends with what was promised", async () => {
  const events = await played(
    part("http", (_, say) =>
      Effect.sync(() => {
        say.told("http", "is back")
        say.promise("http", "it is whole", true)
        say.downloaded(5)
      })
    )
  )
  expect(events.map(({ _tag }) => _tag)).toEqual(["DemoStarted", "Told", "PromiseChecked", "DemoDone"])
  expect(events[0]).toMatchObject({ files: { directory: "docs", count: 1, bytes: 5 } })
  expect(doneOf(events)).toMatchObject({ kept: true, promises: 1, broken: [], numbers: { bytesDownloaded: 5 } })
})

it("says which promise was not kept, and that the whole is not", async () => {
  const events = await played(
    part("http", (_, say) => Effect.sync(() => say.promise("http", "there is 1", false))),
    part("github", (_, say) => Effect.sync(() => say.promise("github", "there is 1", true)))
  )
  expect(doneOf(events)).toMatchObject({ kept: false, promises: 2, broken: ["http: there is 1"] })
})

it("takes an act that fails, or has a bug, for a promise that was not kept, and goes on with the others", async () => {
  const events = await played(
    part("http", () => Effect.fail(new UsageError({ problem: "no way to it" }))),
    part("pexels", () => Effect.die(new Error("a bug"))),
    part("github", (_, say) => Effect.sync(() => say.promise("github", "there is 1", true)))
  )
  const { broken, promises } = doneOf(events)
  expect(promises).toBe(3)
  expect(broken).toEqual([expect.stringContaining("no way to it"), expect.stringContaining("a bug")])
})

it("sums up what policies did, and tells what was counted before it ends", async () => {
  const failing = Effect.fail(new Down()).pipe(
    Resilience.call({ service: "http", operation: "get", cacheKey: "a", idempotent: true })
  )
  const events = await played(
    part("http", ({ resilience }) => failing.pipe(Effect.provideService(Resilience, resilience), Effect.ignore))
  )
  expect(doneOf(events).numbers).toMatchObject({ calls: 1, answered: 0, failed: 1, attempts: 2, retries: 1 })
  expect(events.at(-2)).toMatchObject({
    _tag: "PoliciesActed",
    service: "http",
    counts: [{ action: "retried", times: 1 }]
  })
})
