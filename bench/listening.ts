/** What listening costs: a call with everything listening beside one nobody listens to, and events through the bus. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { NodeFileSystem } from "@effect/platform-node"
import { EventBus, Journal, Metrics, Resilience, type ResilienceEvent, TraceStore } from "@skippy/core"
import { Effect, Layer, ManagedRuntime } from "effect"
import { body, bodyEffect, effectLoopIn, type Work } from "./Contender.ts"

const services = {
  bench: {
    rateLimit: { limits: [{ limit: 1_000_000_000, per: "1 minute", algorithm: "tokenBucket" as const }] }
  }
}

const call = bodyEffect.pipe(Resilience.call({ service: "bench", operation: "call", idempotent: true }))

const folder = (): string => {
  const directory = mkdtempSync(join(tmpdir(), "skippy-bench-"))
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** Everything that listens in a program that is watched. */
const listeners = () =>
  Layer.mergeAll(Metrics.layer, TraceStore.layer(), Journal.layer({ directory: folder() })).pipe(
    Layer.provide(NodeFileSystem.layer)
  )

/** The bus must not have dropped anything, or less was done than was timed. */
const complete = Effect.flatMap(EventBus.stats, ({ dropped }) =>
  dropped === 0 ? Effect.void : Effect.die(`${dropped} events were dropped`)
)

const watched = () => {
  const runtime = ManagedRuntime.make(
    Layer.mergeAll(listeners(), Resilience.layer({ services })).pipe(Layer.provideMerge(EventBus.layer()))
  )
  return async (times: number): Promise<void> => {
    const resilience = await runtime.runPromise(Effect.service(Resilience))
    const bus = await runtime.runPromise(EventBus.Current)
    await effectLoopIn(call, Effect.provideService(Resilience, resilience))(times)
    await Effect.runPromise(Effect.provideService(complete, EventBus.Current, bus))
  }
}

/** The pipeline with nobody listening, and with metrics, traces and journal. */
export const observed = Effect.gen(function* () {
  const resilience = yield* Effect.orDie(
    Effect.provide(Resilience, Resilience.layer({ services }).pipe(Layer.provide(EventBus.layer())))
  )
  return {
    name: "whole pipeline, watched",
    times: 200_000,
    contenders: [
      { name: "nobody listens", run: effectLoopIn(call, Effect.provideService(Resilience, resilience)) },
      { name: "metrics, traces and journal listen", run: watched() }
    ],
    targets: [{ subject: "metrics, traces and journal listen", against: "nobody listens", factor: 3 }]
  } satisfies Work
})

const common = { policy: "bench", service: "bench", operation: "call" }

/** One call in five events, as an unlucky one makes them. */
const eventsOf = (n: number): ReadonlyArray<ResilienceEvent.ResilienceEvent> => {
  const call = { ...common, at: n, requestId: `req_20261124_120000_${n.toString(36).padStart(6, "0")}` }
  const failure = { error: "connection reset", category: "transient" } as const
  return [
    { _tag: "CallStarted", ...call, attempt: 1 },
    { _tag: "AttemptDone", ...call, attempt: 1, outcome: "failure", durationMs: 12, ...failure },
    { _tag: "RetryScheduled", ...call, attempt: 1, delayMs: 100, ...failure },
    { _tag: "AttemptDone", ...call, attempt: 2, outcome: "success", durationMs: 9 },
    { _tag: "CallDone", ...call, attempt: 1, outcome: "success", attempts: 2, durationMs: 121, provenance: "live" }
  ]
}

/** Events a burst has; the listeners get their turn after each. */
const burst = 1000

const stream = () => {
  const runtime = ManagedRuntime.make(listeners().pipe(Layer.provideMerge(EventBus.layer())))
  return (times: number): Promise<void> =>
    runtime.runPromise(
      Effect.gen(function* () {
        const bus = yield* EventBus.Current
        let calls = 0
        for (let sent = 0; sent < times;) {
          for (let n = 0; n < burst / 5; n++) {
            for (const event of eventsOf(calls++)) {
              bus.publishUnsafe(event)
              body()
              sent++
            }
          }
          yield* Effect.yieldNow
        }
        yield* Effect.sleep(1)
        yield* complete
      })
    )
}

/** Events through the bus, with metrics, traces and journal listening: 200,000 a second are 5,000 ns for each. */
export const events = Effect.sync(
  () =>
    ({
      name: "an event to metrics, traces and journal",
      times: 200_000,
      contenders: [{ name: "through the bus", run: stream() }],
      targets: [{ subject: "through the bus", atMost: 5000 }]
    }) satisfies Work
)
