/**
 * GitHub, Pexels and HTTP, live or over the emulators.
 *
 * @module
 */
import { GitHub, HttpService, Pexels, Transport, UrlGuard } from "@skippy/http"
import { EmulatorClient } from "@skippy/http/testing"
import { Effect, Layer } from "effect"
import { HttpClient } from "effect/http"
import { type AnyFailure, UsageError } from "../output/Failure.ts"
import type { Base } from "./Base.ts"
import type { Settled } from "./Settled.ts"

const emulated = (name: "github" | "pexels" | "web") =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.map(
      Effect.promise(() => import("./Emulators.ts")),
      (emulators) => EmulatorClient.make(emulators[name]()).client
    )
  )

/** GitHub. */
export const github = ({ places: { isSandbox } }: Settled): Layer.Layer<GitHub, AnyFailure, Base> =>
  Layer.provide(GitHub.layerNoDeps, isSandbox ? emulated("github") : Transport.layer)

/** Pexels. */
export const pexels = ({ places: { isSandbox } }: Settled): Layer.Layer<Pexels, AnyFailure, Base> =>
  Layer.provide(Pexels.layerNoDeps, isSandbox ? emulated("pexels") : Transport.layer)

/** Which hosts may be called: public ones, and those of `http.allow`. */
const guardOf = ({ configuration: { get } }: Settled): Effect.Effect<UrlGuard.UrlGuard, UsageError> => {
  const allow = (get("http.allow") ?? "").split(",").flatMap((entry) => (entry.trim() === "" ? [] : [entry.trim()]))
  return Effect.try({
    try: () => UrlGuard.make({ allow }),
    catch: () =>
      new UsageError({
        problem: `http.allow has something that is no host; give names, "*.name", addresses or ranges, with ":port" or without, and commas between them`
      })
  })
}

/** Addresses somebody else chose. */
export const http = (settled: Settled): Layer.Layer<HttpService, AnyFailure, Base> =>
  Layer.unwrap(
    Effect.map(guardOf(settled), (guard) =>
      Layer.provide(
        HttpService.layerNoDeps({ guard }),
        settled.places.isSandbox ? emulated("web") : Transport.layerWith({ guard })
      )
    )
  )
