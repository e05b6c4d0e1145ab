/** Any Effect behind the policies of a service: `Resilience.call` where it is made, one layer where the program begins. */
import { Resilience } from "@skippy/core"
import { Effect } from "effect"

/** Yours: it stands for a request, a query, a file on a share. It fails twice, answers once, and is down from then on. */
let asked = 0
const fetchPrice = (item: string) =>
  Effect.suspend(() => (++asked === 3 ? Effect.succeed(`${item} costs 42`) : Effect.fail("connection reset")))

/** The same, protected: repeated after a back-off, refused while the service is down, answered from what was kept. */
const price = (item: string) =>
  fetchPrice(item).pipe(Resilience.call({ service: "prices", operation: "fetch", idempotent: true, cacheKey: item }))

/** What is left out has the defaults: docs/pipeline.md. Here all of it is short, so that the example is. */
const layer = Resilience.layer({
  services: {
    prices: {
      retry: { maxAttempts: 3, baseDelay: "10 millis" },
      circuitBreaker: { consecutiveFailures: 5, openFor: "1 minute" },
      cache: { ttl: "1 millis" }
    }
  }
})

const program = Effect.gen(function* () {
  for (let call = 1; call <= 4; call++) {
    const before = asked
    const answer = yield* price("tea")
    const { circuit } = yield* (yield* Resilience).state("prices")
    console.log(`${answer}, asked ${asked - before} times, the circuit is ${circuit?.state}`)
    // What was kept is fresh for a millisecond here.
    yield* Effect.sleep("10 millis")
  }
})

await Effect.runPromise(Effect.provide(program, layer))
