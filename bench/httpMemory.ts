/** Whether a protected client keeps its memory flat, over many requests and over many origins, on real connections. Run with
 * `--expose-gc` and the name of a section; prints JSON: heap in bytes halfway and at the end. */
import { Resilience } from "@skippy/core"
import { ResilientHttpClient } from "@skippy/http"
import { TransportNode } from "@skippy/http/node"
import { Effect, Layer } from "effect"
import { flood, server, services } from "./http.ts"

const collect = globalThis.gc
if (collect === undefined) throw new Error("bench/httpMemory.ts needs node --expose-gc")

/** What is in use after the garbage is gone, once those who wait for it had their turn. */
const used = Effect.gen(function* () {
  for (let n = 0; n < 4; n++) {
    yield* Effect.sleep("50 millis")
    collect()
  }
  const { arrayBuffers, external, heapUsed } = process.memoryUsage()
  return heapUsed + external + arrayBuffers
})

const requests = Effect.gen(function* () {
  const total = 200_000
  const { client } = yield* ResilientHttpClient.make()
  const url = yield* Effect.promise(server)
  yield* flood(client, url, total / 2)
  const halfway = yield* used
  yield* flood(client, url, total / 2)
  return { total, halfway, end: yield* used }
})

/** Each origin is called once, so everything kept for one is kept for nothing. */
const origins = Effect.gen(function* () {
  const total = 100_000
  const callers = 32
  const { client } = yield* ResilientHttpClient.make()
  const { pathname, port } = new URL(yield* Effect.promise(server))
  const visit = (from: number, to: number) =>
    Effect.forEach(
      Array.from({ length: to - from }, (_, n) => from + n),
      (n) => Effect.flatMap(client.get(`http://host-${n}.test:${port}${pathname}`), ({ arrayBuffer }) => arrayBuffer),
      { concurrency: callers, discard: true }
    )
  yield* visit(0, total / 2)
  const halfway = yield* used
  yield* visit(total / 2, total)
  const { breaker } = (yield* Resilience).pipeline("http").stages
  const remembered = breaker === undefined ? 0 : (yield* breaker.keys).length
  return { total, halfway, end: yield* used, remembered }
})

const sections: Readonly<Record<string, typeof requests | typeof origins>> = { requests, origins }
const section = sections[process.argv[2] ?? ""]
if (section === undefined) throw new Error(`name a section: ${Object.keys(sections).join(", ")}`)

const live = Layer.merge(
  // Every name is this machine.
  TransportNode.layer({ lookup: () => Effect.succeed(["127.0.0.1"]) }),
  Resilience.layer({ services })
)
console.log(JSON.stringify(await Effect.runPromise(Effect.provide(section, live))))
process.exit(0)
