/** What a proxy refuses has reached nobody, and says that it was the proxy. */
import { expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { HttpService } from "../../src/HttpService.ts"
import { environment, quick } from "../httpServiceSupport.ts"
import { proxy } from "../transportSupport.ts"

it.live.each([
  [407, "http", "auth"],
  [407, "https", "auth"],
  [403, "https", "transient"],
  [502, "https", "transient"]
] as const)("a proxy that answers %d to a POST by %s has delivered nothing", ([status, scheme, category]) =>
  Effect.gen(function* () {
    const through = yield* proxy({ status })
    const env = environment({ http_proxy: through.url().replace("//", "//me:s3cret@"), https_proxy: through.url() })
    const layer = Layer.orDie(Layer.provide(HttpService.layer({ policies: quick }), env))
    const error = yield* HttpService.pipe(
      Effect.flatMap((http) => http.post({ url: `${scheme}://example.com/`, data: 1 })),
      Effect.flip,
      Effect.provide(layer)
    )
    const code = `PROXY_${status}`
    expect(error).toMatchObject({ _tag: "HttpError", reason: "unreachable", delivered: false, code, category })
    // What only a person can change is not asked for again.
    expect(through.requests.length).toBe(category === "auth" ? 1 : 3)
    expect(error.message).toContain(`the network and the proxy (PROXY_${status})`)
    expect(error.message).not.toContain("s3cret")
  }).pipe(Effect.scoped)
)
