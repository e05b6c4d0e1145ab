import { describe, expect, it } from "@effect/vitest"
import { ConfigProvider, Effect, Redacted } from "effect"
import { HttpClient } from "effect/http"
import * as Connection from "../../src/pexels/Connection.ts"
import { Pexels } from "../../src/pexels/Pexels.ts"
import { inMemory } from "./support.ts"

const withEnv = <A, E, R>(effect: Effect.Effect<A, E, R>, env: Record<string, string>) =>
  Effect.provide(effect, ConfigProvider.layer(ConfigProvider.fromEnv({ env })))

const read = (env: Record<string, string>) => withEnv(Connection.config, env)

const keyOf = (env: Record<string, string>) => Effect.map(read(env), ({ key }) => Redacted.value(key))

describe("the connection to Pexels", () => {
  it.effect("has Skippy's key, else that of everybody", () =>
    Effect.gen(function* () {
      expect(yield* keyOf({ SKIPPY_PEXELS_API_KEY: "one", PEXELS_API_KEY: "two" })).toBe("one")
      expect(yield* keyOf({ SKIPPY_PEXELS_API_KEY: " ", PEXELS_API_KEY: "two\n" })).toBe("two")
    })
  )

  it.effect("is to Pexels itself, or to where it is told", () =>
    Effect.gen(function* () {
      const key = { PEXELS_API_KEY: "one" }
      expect((yield* read(key)).url).toBe("https://api.pexels.com")
      const local = { ...key, SKIPPY_PEXELS_URL: "http://127.0.0.1:40123/pexels/" }
      expect((yield* read(local)).url).toBe("http://127.0.0.1:40123/pexels")
      expect((yield* read({ ...key, SKIPPY_PEXELS_URL: "https://PEXELS.example?" })).url).toBe("https://pexels.example")
    })
  )

  it.effect("cannot be without a key, and says how to get one", () =>
    Effect.gen(function* () {
      for (const env of [{}, { SKIPPY_PEXELS_API_KEY: "", PEXELS_API_KEY: "\t" }]) {
        const error = yield* Effect.flip(read(env))
        expect(error).toMatchObject({ _tag: "PexelsError", reason: "missingKey", category: "auth" })
        expect(error.message).toBe(
          "Pexels: there is no key for Pexels; make one at https://www.pexels.com/api/new/ and set SKIPPY_PEXELS_API_KEY"
        )
      }
    })
  )

  it.effect("fails without a key where the layer is built", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(withEnv(Effect.provide(Effect.void, Pexels.layer), {}))
      expect(error).toMatchObject({ _tag: "PexelsError", reason: "missingKey" })
    })
  )

  it.effect("is refused with the name of the setting, and without its value", () =>
    Effect.gen(function* () {
      for (const env of [
        { SKIPPY_PEXELS_API_KEY: "canary\nx-evil: 1" },
        { PEXELS_API_KEY: "a canary" },
        { SKIPPY_PEXELS_URL: "https://me:canary@pexels.example" },
        { SKIPPY_PEXELS_URL: "https://pexels.example/?key=canary" },
        { SKIPPY_PEXELS_URL: "ftp://canary" },
        { SKIPPY_PEXELS_URL: "canary" }
      ]) {
        const error = yield* Effect.flip(read(env))
        expect(error._tag).toBe("ConfigError")
        expect(error.message).toContain(Object.keys(env)[0])
        expect(`${error.message} ${error}`).not.toContain("canary")
      }
    })
  )

  it("that a program gives is checked when the program starts", () => {
    const key = Redacted.make("one")
    expect(() => Connection.of({ key, url: "api.pexels.com" })).toThrow('Pexels: option "url" is not one; give an http')
    expect(() => Connection.of({ key: Redacted.make("a b") })).toThrow('Pexels: option "key" is not one; a key')
    expect(() => Connection.of({ key: Redacted.make(" ") })).toThrow('Pexels: option "key" is not one')
    expect(Connection.of({ key }).url).toBe("https://api.pexels.com")
  })

  it.effect("keeps what is below another address", () =>
    Effect.gen(function* () {
      const urls: Array<string> = []
      const watched = (client: HttpClient.HttpClient) =>
        HttpClient.mapRequest(client, (request) => {
          urls.push(request.url)
          return request
        })
      const layer = inMemory({ url: "https://proxy.example/pexels" }, watched)
      const asked = Pexels.use(({ curated }) => curated())
      // The emulator knows no proxies.
      expect(yield* Effect.flip(Effect.provide(asked, layer))).toMatchObject({ reason: "notFound" })
      expect(urls).toEqual(["https://proxy.example/pexels/v1/curated"])
    })
  )
})
