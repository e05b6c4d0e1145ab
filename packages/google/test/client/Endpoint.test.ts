import { describe, expect, it } from "@effect/vitest"
import { ConfigProvider, Effect } from "effect"
import * as Endpoint from "../../src/client/Endpoint.ts"

describe("who may see a token", () => {
  it.each([
    "https://www.googleapis.com/drive/v3/files",
    "https://docs.google.com/feeds/download/documents/export/Export?id=1",
    "https://doc-0s-docs.googleusercontent.com/docs/x",
    "https://lh3.googleusercontent.com/p/x=d"
  ])("is %s, for an API at Google", (url) => {
    expect(Endpoint.trusts("https://www.googleapis.com")(url)).toBe(true)
  })

  it.each([
    "http://www.googleapis.com/drive",
    "https://www.googleapis.com:8443/",
    "https://googleapis.com.example.org/",
    "https://evilgoogleapis.com/",
    "https://google.com@example.org/",
    "https://user:secret@docs.google.com/",
    "https://example.org/docs.google.com",
    "not an address",
    "/drive/v3"
  ])("is not %s", (url) => {
    expect(Endpoint.trusts("https://www.googleapis.com")(url)).toBe(false)
  })

  it("is the own origin alone, for an API that is elsewhere", () => {
    const trusts = Endpoint.trusts("http://127.0.0.1:4000/google")
    expect(trusts("http://127.0.0.1:4000/export/1")).toBe(true)
    expect(trusts("http://127.0.0.1:4001/export/1")).toBe(false)
    expect(trusts("https://docs.google.com/export/1")).toBe(false)
  })
})

describe("the address of an API", () => {
  it.effect("has a default, also for an empty setting", () =>
    Effect.gen(function* () {
      for (const env of [{}, { SKIPPY_X_URL: " " }]) {
        const read = Endpoint.config("SKIPPY_X_URL", "https://x.googleapis.com")
        const provided = Effect.provideService(
          Effect.suspend(() => read),
          ConfigProvider.ConfigProvider,
          ConfigProvider.fromEnv({ env })
        )
        expect(yield* provided).toBe("https://x.googleapis.com")
      }
    })
  )

  it("is told without a slash at the end", () => {
    expect(Endpoint.of("Drive", "http://127.0.0.1:4000/", "https://www.googleapis.com")).toBe("http://127.0.0.1:4000")
  })

  it("is a defect when it is none, which does not show it", () => {
    expect(() => Endpoint.of("Drive", "https://a:hidden@b/?q", "https://www.googleapis.com")).toThrow(/https/)
    expect(() => Endpoint.of("Drive", "https://a:hidden@b/?q", "https://www.googleapis.com")).not.toThrow(/hidden/)
  })
})
