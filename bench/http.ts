/** What protecting an HTTP client costs: the same client bare and protected, against a server in a process of its own. */
import { fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import { Resilience } from "@skippy/core"
import { ResilientHttpClient } from "@skippy/http"
import { TransportNode } from "@skippy/http/node"
import { Effect, Layer, ManagedRuntime } from "effect"
import { HttpClient } from "effect/http"
import { body, type Work } from "./Contender.ts"

/** Callers at the same time. */
const callers = 64

/** The service as a busy program would configure it: room for all callers, and a limit nobody reaches. */
export const services = {
  http: {
    bulkhead: { concurrency: callers },
    rateLimit: { limits: [{ limit: 1_000_000_000, per: "1 minute" }] }
  }
} as const

/** Starts the server in a process of its own that ends with this one, and answers its address. */
export const server = (): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL("httpServer.ts", import.meta.url)))
    child.once("error", reject)
    child.once("message", (port) => {
      // From here on it must not hold this process.
      child.unref()
      child.channel?.unref()
      resolve(`http://127.0.0.1:${String(port)}/rows`)
    })
  })

/** Sends `times` requests, 64 at a time, each answer read whole. */
export const flood = <E>(client: HttpClient.HttpClient.With<E>, url: string, times: number): Effect.Effect<void, E> => {
  let left = times
  const caller = Effect.whileLoop({
    while: () => left-- > 0,
    body: () => Effect.flatMap(client.get(url), ({ arrayBuffer }) => Effect.orDie(arrayBuffer)),
    step: () => {
      body()
    }
  })
  return Effect.forEach(Array.from({ length: callers }), () => caller, { concurrency: callers, discard: true })
}

/** The client and the pipelines of a program. */
export const live = Layer.merge(Layer.orDie(TransportNode.layer()), Layer.orDie(Resilience.layer({ services })))

/** One request and its answer, bare and protected. */
export const http = Effect.sync(() => {
  const runtime = ManagedRuntime.make(live)
  let url: Promise<string> | undefined
  const contender =
    <E>(client: Effect.Effect<HttpClient.HttpClient.With<E>, never, HttpClient.HttpClient | Resilience>) =>
    async (times: number): Promise<void> => {
      const address = await (url ??= server())
      await runtime.runPromise(Effect.flatMap(client, (client) => flood(client, address, times)))
    }
  const bare = "undici through Effect, bare"
  const skippy = "the same, protected"
  return {
    name: `HTTP request on a kept connection, ${callers} at a time`,
    times: 50_000,
    contenders: [
      { name: bare, run: contender(Effect.service(HttpClient.HttpClient)) },
      { name: skippy, run: contender(Effect.map(ResilientHttpClient.make(), ({ client }) => client)) }
    ],
    targets: [{ subject: skippy, against: bare, factor: 1 / 0.85 }]
  } satisfies Work
})
