/** What a proxy refuses has reached nobody, and says that it was the proxy. */
import { expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { HttpService } from "../../src/HttpService.ts"
import { environment, quick } from "../httpServiceSupport.ts"
import { proxy } from "../transportSupport.ts"

it.live.each([
  [407, "http"],
  [407, "https"],
  [403, "https"],
  [502, "https"]
] as const)("a proxy that answers %d to a POST by %s has delivered nothing", ([status, scheme]) =>
  Effect.gen(function* () {
    const through = yield* proxy({ status })
    const env = environment({ http_proxy: through.url().replace("//", "//me:s3cret@"), https_proxy: through.url() })
    const layer = Layer.orDie(Layer.provide(HttpService.layer({ policies: quick }), env))
    const error = yield* HttpService.pipe(
      Effect.flatMap((http) => http.post({ url: `${scheme}://example.com/`, data: 1 })),
      Effect.flip,
      Effect.provide(layer)
    )
    expect(error).toMatchObject({ _tag: "HttpError", reason: "unreachable", delivered: false, code: `PROXY_${status}` })
    expect(error.message).toContain(`the network and the proxy (PROXY_${status})`)
    expect(error.message).not.toContain("s3cret")
  }).pipe(Effect.scoped)
)
