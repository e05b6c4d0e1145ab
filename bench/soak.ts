/**
 * Many requests through a protected client to a service of which nearly a third goes wrong: 500, 503, 429, connections that
 * are reset, lost answers, answers that break off or hang. Every caller must get an answer or a typed error, nothing may stay
 * acquired, and no POST may be carried out twice.
 *
 *   npm run soak -- [REQUESTS] [SEED]      default 20,000 requests; prints its numbers, and exits with 1 when a promise broke
 */
import { NodeHttpClient } from "@effect/platform-node"
import { type ErrorCategory, Resilience } from "@skippy/core"
import { ResilientHttpClient } from "@skippy/http"
import { type Emulator, EmulatorServer, Fault } from "@skippy/http/testing"
import { Clock, Effect, Layer, Schedule } from "effect"
import { HttpClientRequest } from "effect/http"

const [requests = 20_000, seed = 1] = process.argv.slice(2).map(Number)
const callers = 64
const faultShare = 0.3

const faults = Fault.share(
  faultShare,
  [
    Fault.status(500, { body: "broken" }),
    Fault.status(503, { headers: { "retry-after": "0" } }),
    Fault.status(429, { headers: { "retry-after": "0.02" } }),
    Fault.reset,
    Fault.lostAnswer,
    Fault.truncate(),
    Fault.hang,
    Fault.hangInBody()
  ],
  seed
)

const services = {
  http: {
    timeout: "250 millis",
    deadline: "20 seconds",
    retry: { maxAttempts: 4, baseDelay: "10 millis", maxDelay: "100 millis" },
    budget: { ratio: 1, minPerSecond: 1000 },
    bulkhead: { concurrency: callers, maxQueue: callers },
    rateLimit: { limits: [{ limit: 1_000_000, per: "1 minute" }], maxWait: "10 seconds" },
    // Opens when a run of bad luck makes it look like an outage, so that refusals and probes are part of it.
    circuitBreaker: {
      failureRate: { threshold: 0.4 },
      window: { count: 50 },
      openFor: "50 millis",
      successThreshold: 1
    }
  }
} as const

/** A ledger: a GET reads, a POST books under the name the caller gave it. */
const makeLedger = () => {
  const booked = new Map<string, number>()
  const ledger: Emulator = {
    handle: ({ method, url }) => {
      const name = url.pathname.slice(1)
      if (method === "POST") booked.set(name, (booked.get(name) ?? 0) + 1)
      const rows = Array.from({ length: 20 }, (_, row) => ({ row, name }))
      return {
        status: method === "POST" ? 201 : 200,
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ name, rows })
      }
    }
  }
  return { booked, ledger }
}

/** What callers got, by name. */
class Tally {
  private readonly counts = new Map<string, number>()

  add(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1)
  }

  get(name: string): number {
    return this.counts.get(name) ?? 0
  }

  get sum(): number {
    return Array.from(this.counts.values()).reduce((sum, count) => sum + count, 0)
  }

  lines(): ReadonlyArray<string> {
    return Array.from(this.counts, ([name, count]) => `  ${String(count).padStart(7)}  ${name}`).toSorted()
  }
}

const program = Effect.gen(function* () {
  const { booked, ledger } = makeLedger()
  const server = yield* EmulatorServer.start(ledger, { faults, keep: 1 })
  const http = yield* ResilientHttpClient.make()
  const tally = new Tally()
  const answered = new Set<string>()
  let refusals = 0
  const startedAt = yield* Clock.currentTimeMillis

  const ask = (n: number) => {
    const isPost = n % 4 === 0
    const name = `${isPost ? "post" : "get"}-${n}`
    const request = HttpClientRequest.make(isPost ? "POST" : "GET")(`${server.url}/${name}`)
    return http
      .call(request, (response) => response.json)
      .pipe(
        // A sensible caller comes back when the circuit is closed again.
        Effect.tapError((error) => Effect.sync(() => void (error._tag === "CircuitOpenError" && refusals++))),
        Effect.retry({
          while: (error) => error._tag === "CircuitOpenError",
          schedule: Schedule.spaced("60 millis"),
          times: 100
        }),
        Effect.match({
          onSuccess: (body) => {
            if (isPost) answered.add(name)
            const said = typeof body === "object" && body !== null && "name" in body ? body.name : undefined
            tally.add(said === name ? `${isPost ? "POST" : "GET"} answered` : "a wrong answer")
          },
          onFailure: (error) => {
            const category: ErrorCategory = error.category
            tally.add(`${isPost ? "POST" : "GET"} failed: ${error._tag}, ${category}`)
          }
        })
      )
  }
  yield* Effect.forEach(
    Array.from({ length: requests }, (_, n) => n),
    ask,
    { concurrency: callers, discard: true }
  )
  const took = (yield* Clock.currentTimeMillis) - startedAt

  // Connections that were given up are closed by the next turns of the event loop.
  yield* server.until(({ inFlight }) => inFlight === 0)
  const { bulkhead, limiter } = yield* (yield* Resilience).state("http")
  const { breaker, limiter: limiters } = (yield* Resilience).pipeline("http").stages
  const origin = yield* Effect.fromNullishOr(breaker).pipe(Effect.flatMap((breaker) => breaker.for(server.url).view))
  const ofOrigin = yield* Effect.fromNullishOr(limiters).pipe(
    Effect.flatMap((limiters) => limiters.for(server.url).view)
  )
  const twice = Array.from(booked.values()).filter((times) => times > 1).length
  const missing = Array.from(answered).filter((name) => !booked.has(name)).length

  const promises: ReadonlyArray<readonly [string, boolean]> = [
    [`every caller got an answer or a typed error: ${tally.sum} of ${requests}`, tally.sum === requests],
    [`answers were the caller's own: ${tally.get("a wrong answer")} were not`, tally.get("a wrong answer") === 0],
    [`no POST was carried out twice: ${twice} of ${booked.size} were`, twice === 0],
    [`every POST that was answered was carried out: ${missing} were not`, missing === 0],
    [
      `nothing stays acquired: ${bulkhead?.running ?? 0} permits, ${bulkhead?.waiting ?? 0} waiting for one, ${(limiter?.waiting ?? 0) + ofOrigin.waiting} for the limiter, ${origin.probesRunning} probes, ${server.counts().inFlight} requests`,
      (bulkhead?.running ?? 0) +
        (bulkhead?.waiting ?? 0) +
        (limiter?.waiting ?? 0) +
        ofOrigin.waiting +
        origin.probesRunning +
        server.counts().inFlight ===
        0
    ]
  ]
  console.log(`${requests} requests, ${callers} at a time, ${faultShare * 100} % of the answers faulty, seed ${seed}`)
  console.log(
    `${server.counts().requests} attempts reached the service in ${(took / 1000).toFixed(1)} s, ${refusals} were refused by the open circuit`
  )
  for (const line of tally.lines()) console.log(line)
  for (const [promise, kept] of promises) console.log(`${kept ? "kept  " : "BROKEN"} ${promise}`)
  return promises.every(([, kept]) => kept)
})

const live = Layer.merge(NodeHttpClient.layerUndici, Layer.orDie(Resilience.layer({ services })))
process.exitCode = (await Effect.runPromise(Effect.provide(Effect.scoped(program), live))) ? 0 : 1
