import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { bypass, proxyFor } from "../src/transport/ProxyEnvironment.ts"
import { environment } from "./transportSupport.ts"

const chosen = (env: Readonly<Record<string, string>>, url: string) =>
  Effect.map(proxyFor, (choose) => choose(new URL(url))?.origin).pipe(Effect.provide(environment(env)))

describe("which proxy", () => {
  it.effect.each([
    [{}, "http://a.example", undefined],
    [{ http_proxy: "http://p:1" }, "http://a.example", "http://p:1"],
    [{ http_proxy: "http://p:1" }, "https://a.example", undefined],
    [{ HTTP_PROXY: "http://p:1" }, "http://a.example", "http://p:1"],
    [{ HTTP_PROXY: "http://p:1", REQUEST_METHOD: "GET" }, "http://a.example", undefined],
    [{ http_proxy: "http://p:1", REQUEST_METHOD: "GET" }, "http://a.example", "http://p:1"],
    [{ http_proxy: "http://low:1", HTTP_PROXY: "http://up:1" }, "http://a.example", "http://low:1"],
    [{ https_proxy: "http://p:1" }, "https://a.example", "http://p:1"],
    [{ https_proxy: "http://p:1" }, "http://a.example", undefined],
    [{ HTTPS_PROXY: "http://p:1", REQUEST_METHOD: "GET" }, "https://a.example", "http://p:1"],
    [{ https_proxy: "http://low:1", HTTPS_PROXY: "http://up:1" }, "https://a.example", "http://low:1"],
    [{ https_proxy: "", HTTPS_PROXY: "http://up:1" }, "https://a.example", "http://up:1"],
    [{ https_proxy: "" }, "https://a.example", undefined],
    [{ https_proxy: "p.example:3128" }, "https://a.example", "http://p.example:3128"],
    [{ https_proxy: "user:pass@p.example:3128/" }, "https://a.example", "http://p.example:3128"],
    [{ https_proxy: "HTTPS://p.example" }, "https://a.example", "https://p.example"],
    [{ https_proxy: "http://[::1]:3128" }, "https://a.example", "http://[::1]:3128"],
    [{ https_proxy: "http://p:1", no_proxy: "a.example" }, "https://a.example", undefined],
    [{ https_proxy: "http://p:1", NO_PROXY: "a.example" }, "https://a.example", undefined],
    [{ https_proxy: "http://p:1", no_proxy: "b.example", NO_PROXY: "a.example" }, "https://a.example", "http://p:1"],
    [{ https_proxy: "http://p:1", no_proxy: "*" }, "https://a.example", undefined]
  ] as const)("%j: %s goes through %s", ([env, url, expected]) =>
    Effect.gen(function* () {
      expect(yield* chosen(env, url)).toBe(expected)
    })
  )

  it.effect.each([
    ["http://user:pass@p:1", "user:pass"],
    ["http://user@p:1", "user:"],
    ["http://:pass@p:1", ":pass"],
    ["http://us%40er:p%3Aa%2Fss@p:1", "us@er:p:a/ss"],
    ["http://p:1", undefined]
  ] as const)("%s has the credentials %s", ([value, expected]) =>
    Effect.gen(function* () {
      const choose = yield* proxyFor.pipe(Effect.provide(environment({ http_proxy: value })))
      const server = choose(new URL("http://a.example/"))
      const header = server?.authorization && Redacted.value(server.authorization)
      expect(header && Buffer.from(header.replace(/^Basic /, ""), "base64").toString()).toBe(expected)
    })
  )
})

describe("NO_PROXY", () => {
  it.each([
    ["example.com", "http://example.com", true],
    ["example.com", "https://www.example.com", true],
    ["example.com", "http://notexample.com", false],
    ["example.com", "http://example.com.evil.test", false],
    [".example.com", "http://example.com", true],
    [".example.com", "http://www.example.com", true],
    [".example.com", "http://nonexample.com", false],
    ["*.example.com", "http://www.example.com", true],
    ["*.example.com", "http://example.com", false],
    ["EXAMPLE.com", "http://example.COM.", true],
    ["example.com.", "http://example.com", true],
    ["a.test,b.test", "http://b.test", true],
    [" a.test ,\tb.test ", "http://a.test", true],
    ["a.test b.test", "http://b.test", true],
    ["example.com:8080", "http://example.com:8080", true],
    ["example.com:8080", "http://www.example.com:8080", true],
    ["example.com:8080", "http://example.com", false],
    ["example.com:80", "http://example.com", true],
    ["example.com:443", "https://example.com", true],
    ["example.com:443", "http://example.com", false],
    ["*", "https://anything.example:1234", true],
    ["a.test,*", "http://[::1]", true],
    ["*.*", "http://a.example", false],
    ["127.0.0.1", "http://127.0.0.1:8080", true],
    ["127.0.0.1", "http://0x7f.1", true],
    ["127.0.0.1", "http://localhost", false],
    ["localhost", "http://localhost:3000", true],
    ["192.168.0.0/16", "http://192.168.4.5", true],
    ["192.168.0.0/16", "http://192.169.0.1", false],
    ["192.168.0.0/99", "http://192.168.4.5", false],
    ["::1", "http://[::1]:8080", true],
    ["[::1]", "http://[::1]", true],
    ["[::1]:8080", "http://[::1]", false],
    ["fd00::/8", "http://[fd12::1]", true],
    ["", "http://example.com", false],
    [",,", "http://example.com", false],
    ["<local>;192.168.*,b.test", "http://b.test", true]
  ])("%j leaves %s out: %s", (list, url, expected) => {
    expect(bypass(list)(new URL(url))).toBe(expected)
  })
})
