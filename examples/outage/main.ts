/**
 * A bad day of a weather service, and how its callers get through it: real HTTP calls to a server on loopback that slows
 * down, fails, throttles and recovers, all of them through one pipeline. Takes about ten seconds, and leaves a journal and
 * the history of its alerts in `SKIPPY_PATH` (default `.cache/skippy`), which tell the same day from files alone.
 */
import { EventBus, Operations, Resilience, TraceStore } from "@skippy/core"
import { NodeFileSystem, NodePath } from "@effect/platform-node"
import { Clock, Config, Console, Duration, Effect, Exit, Fiber, Layer, Stream } from "effect"
import { Transport } from "@skippy/http"
import * as DriveErrands from "./DriveErrands.ts"
import * as Errands from "./Errands.ts"
import { tell } from "./Files.ts"
import { Timeline } from "./Timeline.ts"
import * as Weather from "./Weather.ts"
import { phases, start } from "./WeatherServer.ts"

const every = Duration.millis(60)
const cities = ["Bergen", "Lisbon", "Quito"]

const write = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const outcomes = new Map<string, number>()
const count = (outcome: string): void => {
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
}

const program = (path: string) =>
  Effect.gen(function* () {
    const clock = yield* Clock.Clock
    const now = (): number => clock.currentTimeMillisUnsafe()
    const server = yield* start
    const resilience = yield* Resilience
    const startedAt = now()
    const timeline = new Timeline(startedAt, write)
    const seen = new Set<string>()
    yield* Console.log(`${yield* resilience.describe("weather")}\n`)
    yield* EventBus.events.pipe(
      Stream.runForEach((event) =>
        Effect.sync(() => {
          seen.add(event._tag === "CircuitTransition" ? `circuit ${event.to}` : event._tag)
          if (event._tag === "CircuitTransition" && event.to === "Open") count("times the circuit opened")
          timeline.add(event)
        })
      ),
      Effect.forkScoped
    )

    const { forecast, measure } = yield* Weather.make(server.url)
    const ask = (n: number) =>
      (n % 3 === 0 ? measure("Oslo") : forecast(cities[n % cities.length] ?? "Oslo")).pipe(
        Effect.exit,
        Effect.map((exit) => {
          if (Exit.isSuccess(exit)) return count(`answered ${exit.value.provenance}`)
          const error = exit.cause.reasons.find((reason) => reason._tag === "Fail")?.error
          count(`failed: ${error?._tag ?? "unexpected"}`)
        })
      )

    const day = phases.reduce((sum, phase) => sum + phase.millis, 0)
    const calls: Array<Fiber.Fiber<unknown>> = []
    let phase = ""
    for (let n = 0; now() - startedAt < day; n++) {
      const current = server.phaseAt(now() - startedAt).name
      if (current !== phase) timeline.mark(now(), `── the service is ${(phase = current)}`)
      calls.push(yield* Effect.forkChild(ask(n)))
      yield* Effect.sleep(every)
    }
    yield* Fiber.awaitAll(calls)
    yield* Effect.sleep(every)
    timeline.flush()

    const made = calls.length
    const answered = Array.from(outcomes).reduce((sum, [name, n]) => sum + (name.startsWith("answered") ? n : 0), 0)
    const requests = Array.from(server.requests.values()).reduce((sum, n) => sum + n, 0)
    write(
      `\n${made} calls in ${((now() - startedAt) / 1000).toFixed(1)} s, ${answered} answered (${Math.round((answered / made) * 100)} %)`
    )
    for (const [outcome, n] of Array.from(outcomes).toSorted()) write(`  ${String(n).padStart(4)}  ${outcome}`)
    write(`${requests} requests reached the service`)
    for (const [status, n] of Array.from(server.requests).toSorted()) {
      write(`  ${String(n).padStart(4)}  ${status === "cut" ? "cut off by a timeout" : `answered ${status}`}`)
    }
    const { p50, p95 } = yield* Effect.flatMap(TraceStore.TraceStore, (traces) => traces.statistics("weather"))
    write(`half of the calls took at most ${p50} ms, 95 % at most ${p95} ms`)
    const { circuit } = yield* resilience.state("weather")
    write(`the circuit is ${circuit?.state ?? "missing"} at the end of the day`)

    const expected = [
      "circuit Open",
      "CircuitRejected",
      "circuit HalfOpen",
      "circuit Closed",
      "RetryScheduled",
      "LimiterPenalized"
    ]
    const missing = expected.filter((what) => !seen.has(what))
    if (missing.length > 0 || circuit?.state !== "Closed") {
      return yield* Effect.die(
        `this day went differently than it should: ${missing.join(", ") || "the circuit did not close"}`
      )
    }

    write("\nmeanwhile, with typed services")
    const mishaps: Array<string> = []
    const say: Errands.Say = (line, went) => {
      write(`  ${line}`)
      if (!went) mishaps.push(line)
    }
    yield* Errands.run(path, say)
    yield* DriveErrands.run(path, say)
    if (mishaps.length > 0) return yield* Effect.die(`these errands went wrong: ${mishaps.join("; ")}`)
  })

const watched = (path: string) =>
  Operations.layer({ path, snapshot: { sampleEvery: "1 second" } }).pipe(
    Layer.provideMerge(
      Resilience.layer({
        services: { ...Weather.services, ...Errands.services, "google-drive": DriveErrands.policies }
      })
    ),
    Layer.provideMerge(Layer.merge(EventBus.layer(), Transport.layer))
  )

const day = Effect.gen(function* () {
  const path = yield* Config.String("SKIPPY_PATH").pipe(Config.withDefault(".cache/skippy"))
  const from = yield* Clock.currentTimeMillis
  yield* program(path).pipe(Effect.scoped, Effect.provide(watched(path)))
  // The layer is over, so everything is written; what follows is read from the files.
  write(`\nwhat the files in ${path} tell of this day`)
  for (const line of yield* tell(path, from)) write(`  ${line}`)
})

await Effect.runPromise(day.pipe(Effect.provide(Layer.merge(NodeFileSystem.layer, NodePath.layer))))
