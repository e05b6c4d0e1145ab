/**
 * What the endpoint for Prometheus answers: the metrics, and the health of this machine and of the services.
 *
 * @module
 */
import { describeError, Health } from "@skippy/core"
import { Effect, Schema } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"
import { isLoopback } from "../mcp/HttpGuard.ts"
import type { Shape } from "./World.ts"

/** The text format of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/). */
const textFormat = "text/plain; version=0.0.4; charset=utf-8"

const encodeHealth = Schema.encodeEffect(Schema.fromJsonString(Health.HealthNode))

const pathOf = (url: string): string => url.replace(/[?#].*$/s, "")

const answers: Readonly<
  Record<string, (world: Shape) => Effect.Effect<HttpServerResponse.HttpServerResponse, unknown>>
> = {
  "/metrics": ({ metrics }) =>
    Effect.map(
      Effect.flatMap(metrics, ({ prometheus }) => prometheus),
      (text) => HttpServerResponse.text(text, { contentType: textFormat })
    ),
  "/health": ({ health }) =>
    Effect.flatMap(health, (tree) =>
      Effect.map(encodeHealth(tree), (text) =>
        HttpServerResponse.text(text, {
          contentType: "application/json",
          status: tree.status === "down" ? 503 : 200
        })
      )
    )
}

/**
 * Whether a web page asks, by a name of its own that leads to this machine (DNS rebinding). Where others are let in anyway,
 * any name may lead here.
 */
export const isRebound = (listensAt: string, host: string | undefined): boolean =>
  isLoopback(listensAt) && host !== undefined && !isLoopback(host.toLowerCase().replace(/:\d*$/, ""))

/** Answers a request to a server that listens at `host`. What cannot be read now is tried anew with the next. */
export const answer = (world: Shape, host: string) =>
  Effect.gen(function* () {
    const { headers, method, url } = yield* HttpServerRequest.HttpServerRequest
    if (isRebound(host, headers["host"]))
      return HttpServerResponse.text("the Host header names another machine\n", { status: 403 })
    const found = answers[pathOf(url)]
    if (found === undefined) return HttpServerResponse.text("there are /metrics and /health\n", { status: 404 })
    if (method !== "GET" && method !== "HEAD")
      return HttpServerResponse.text("GET it\n", { status: 405, headers: { allow: "GET, HEAD" } })
    return yield* Effect.catch(found(world), (error) =>
      Effect.succeed(HttpServerResponse.text(`${describeError(error)}\n`, { status: 500 }))
    )
  })
