import { describe, expect, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { HttpBody, HttpClient } from "effect/http"
import type { Emulator } from "../../src/testing/Emulator.ts"
import * as EmulatorClient from "../../src/testing/EmulatorClient.ts"

const echo: Emulator = {
  handle: ({ body, headers, url }) =>
    url.pathname === "/old"
      ? { status: 301, headers: { location: "/new" } }
      : { status: 200, body: `${headers["content-type"] ?? "no type"}: ${new TextDecoder().decode(body)}` }
}

const echoed = (body: HttpBody.HttpBody) =>
  Effect.flatMap(EmulatorClient.make(echo).client.post("http://emulator.test/", { body }), ({ text }) => text)

describe("the client of an emulator", () => {
  it.effect("sends every kind of body a machine can read", () =>
    Effect.gen(function* () {
      expect(yield* echoed(HttpBody.empty)).toBe("no type: ")
      expect(yield* echoed(HttpBody.jsonUnsafe({ a: 1 }))).toBe(`application/json: {"a":1}`)
      expect(yield* echoed(HttpBody.raw("raw", { contentType: "text/plain" }))).toBe("text/plain: raw")
      expect(yield* echoed(HttpBody.raw(new TextEncoder().encode("bytes")))).toBe("no type: bytes")
      expect(yield* echoed(HttpBody.stream(Stream.make(new TextEncoder().encode("piece"))))).toContain(": piece")
      const form = new FormData()
      form.append("title", "photo")
      expect(yield* echoed(HttpBody.formData(form))).toMatch(
        /^multipart\/form-data; boundary=[^]+name="title"[^]+photo/
      )
    })
  )

  it.effect("refuses a raw body nobody could read, and a body that fails", () =>
    Effect.gen(function* () {
      const raw = yield* Effect.flip(echoed(HttpBody.raw({ not: "bytes" })))
      const failing = yield* Effect.flip(echoed(HttpBody.stream(Stream.fail("disk"))))
      expect([raw.reason._tag, failing.reason._tag]).toEqual(["EncodeError", "EncodeError"])
    })
  )

  it.effect("follows redirects only when it is told to", () =>
    Effect.gen(function* () {
      const { client } = EmulatorClient.make(echo)
      const answer = yield* client.get("http://emulator.test/old")
      expect([answer.status, answer.headers["location"]]).toEqual([301, "/new"])
      expect((yield* HttpClient.followRedirects(client).get("http://emulator.test/old")).status).toBe(200)
    })
  )

  it.effect("dies of a bug of the machine", () =>
    Effect.gen(function* () {
      const { client } = EmulatorClient.make({
        handle: () => {
          throw new Error("a bug")
        }
      })
      const exit = yield* Effect.exit(client.get("http://emulator.test/"))
      expect(String(exit)).toContain("a bug")
    })
  )
})
