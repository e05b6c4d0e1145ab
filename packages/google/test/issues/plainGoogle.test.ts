/** An API of Google that was given with `http` got the token in the clear. */
import { describe, it } from "@effect/vitest"
import { ConfigProvider, Effect } from "effect"
import { expect } from "vitest"
import * as Endpoint from "../../src/client/Endpoint.ts"

describe("an API of Google that is given with http", () => {
  it.effect("is asked with https", () =>
    Effect.gen(function* () {
      const config = Endpoint.config("SKIPPY_X_URL", "https://www.googleapis.com")
      const env = { SKIPPY_X_URL: "http://photospicker.googleapis.com/" }
      const url = yield* Effect.provideService(config, ConfigProvider.ConfigProvider, ConfigProvider.fromEnv({ env }))
      expect(url).toBe("https://photospicker.googleapis.com")
      expect(Endpoint.of("X", "http://www.googleapis.com", "")).toBe("https://www.googleapis.com")
      expect(Endpoint.trusts("http://www.googleapis.com")("http://www.googleapis.com/drive")).toBe(false)
    })
  )

  it("is no emulator, which may be asked with http", () => {
    expect(Endpoint.of("X", "http://emulator:8080/", "")).toBe("http://emulator:8080")
    expect(Endpoint.trusts("http://emulator:8080")("http://emulator:8080/x")).toBe(true)
  })
})
