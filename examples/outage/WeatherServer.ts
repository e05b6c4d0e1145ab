/** A weather service on loopback that goes through a bad day by a script: slow, failing, throttling, well again. */
import { createServer, type ServerResponse } from "node:http"
import { Clock, Effect, type Scope } from "effect"

/** One part of the day. */
export interface Phase {
  readonly name: string
  readonly millis: number
  readonly answer: "quickly" | "slowly" | "with 503" | "with 429"
}

/** The day, which ends well and stays so. */
export const phases: ReadonlyArray<Phase> = [
  { name: "healthy", millis: 1500, answer: "quickly" },
  { name: "slow: answers take a second", millis: 1200, answer: "slowly" },
  { name: "failing: every answer is 503", millis: 2300, answer: "with 503" },
  { name: "throttling: every answer is 429, Retry-After: 1", millis: 1500, answer: "with 429" },
  { name: "healthy again", millis: 3500, answer: "quickly" }
]

/** A running server. */
export interface WeatherServer {
  readonly url: string
  /** The phase at a moment, counted from the start of the server. */
  readonly phaseAt: (elapsedMillis: number) => Phase
  /** Requests that came in, by status of their answer; `cut` for those whose client went away first. */
  readonly requests: ReadonlyMap<string, number>
}

const slowMillis = 1000

const last: Phase = { name: "healthy", millis: Infinity, answer: "quickly" }

const phaseAt = (elapsed: number): Phase => {
  let end = 0
  for (const phase of phases) {
    end += phase.millis
    if (elapsed < end) return phase
  }
  return phases.at(-1) ?? last
}

const send = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) => {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body))
}

/** Starts the server on a free port of the loopback address; it stops with the scope. */
export const start: Effect.Effect<WeatherServer, never, Scope.Scope> = Effect.gen(function* () {
  const clock = yield* Clock.Clock
  const startedAt = clock.currentTimeMillisUnsafe()
  const requests = new Map<string, number>()
  const count = (outcome: string) => requests.set(outcome, (requests.get(outcome) ?? 0) + 1)
  const answer = (response: ServerResponse) => {
    switch (phaseAt(clock.currentTimeMillisUnsafe() - startedAt).answer) {
      case "quickly":
        return send(response, 200, { celsius: 21 })
      case "slowly": {
        const timer = setTimeout(() => send(response, 200, { celsius: 20 }), slowMillis)
        response.on("close", () => clearTimeout(timer))
        return
      }
      case "with 503":
        return send(response, 503, { error: "the weather is out" })
      case "with 429":
        return send(response, 429, { error: "too many questions" }, { "retry-after": "1" })
    }
  }
  const server = createServer((_, response) => {
    response.on("close", () => count(response.writableFinished ? String(response.statusCode) : "cut"))
    answer(response)
  })
  const url = yield* Effect.acquireRelease(
    Effect.callback<string>((resume) => {
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = address !== null && typeof address === "object" ? address.port : 0
        resume(Effect.succeed(`http://127.0.0.1:${port}/weather`))
      })
    }),
    () =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
  )
  return { url, phaseAt, requests }
})
