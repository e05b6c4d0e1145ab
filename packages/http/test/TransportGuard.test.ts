import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import type { HttpClient } from "effect/http"
import * as UrlGuard from "../src/UrlGuard.ts"
import { client, read, serve, type Watched } from "./transportSupport.ts"

const guard = UrlGuard.make({ allow: ["127.0.0.1"] })

/** Names resolve to these, one list after the other, the last one for ever. */
const resolving = (...answers: ReadonlyArray<ReadonlyArray<string>>) => {
  const asked: Array<string> = []
  const lookup = (hostname: string) =>
    Effect.sync(() => {
      asked.push(hostname)
      return answers[Math.min(asked.length, answers.length) - 1] ?? []
    })
  return { asked, lookup }
}

const refusal = (http: HttpClient.HttpClient, url: string) =>
  Effect.map(Effect.flip(read(http, url)), UrlGuard.refusalOf)

const untouched = ({ bytes, connections }: Watched) => expect([connections, bytes]).toEqual([0, 0])

describe("a guarded transport", () => {
  it.live("lets through what is allowed", () =>
    Effect.gen(function* () {
      const server = yield* serve()
      const http = yield* client({ guard, lookup: resolving(["127.0.0.1"]).lookup })
      expect(yield* read(http, server.url())).toBe("hello")
      expect(yield* read(http, server.url("/", "files.example"))).toBe("hello")
    })
  )

  it.live("refuses a name that resolves to another address the second time", () =>
    Effect.gen(function* () {
      const server = yield* serve((_, response) => {
        response.writeHead(200, { connection: "close" }).end("hello")
      })
      const { asked, lookup } = resolving(["127.0.0.1"], ["127.0.0.2"])
      const http = yield* client({ guard, lookup })
      const url = server.url("/", "rebinding.example")
      expect(yield* read(http, url)).toBe("hello")
      yield* server.until(({ open }) => open.size === 0)
      const error = yield* Effect.flip(read(http, url))
      expect(error.reason._tag).toBe("TransportError")
      expect(UrlGuard.refusalOf(error)).toMatchObject({
        reason: "address",
        host: "rebinding.example",
        address: "127.0.0.2",
        kind: "loopback",
        delivered: false
      })
      expect(asked).toEqual(["rebinding.example", "rebinding.example"])
      expect(server.connections).toBe(1)
    })
  )

  it.live("refuses every address that is not public, without a connection", () =>
    Effect.gen(function* () {
      for (const address of [
        "127.0.0.2",
        "10.0.0.1",
        "169.254.169.254",
        "::1",
        "::ffff:10.0.0.1",
        "fd00:ec2::254",
        "0.0.0.0"
      ]) {
        const http = yield* client({ guard, lookup: resolving([address]).lookup })
        expect(yield* refusal(http, "http://public.example/")).toMatchObject({
          reason: "address",
          host: "public.example"
        })
      }
    })
  )

  it.live("connects to the allowed ones of several addresses only", () =>
    Effect.gen(function* () {
      const server = yield* serve()
      const http = yield* client({ guard, lookup: resolving(["::1", "127.0.0.2", "127.0.0.1"]).lookup })
      expect(yield* read(http, server.url("/", "mixed.example"))).toBe("hello")
    })
  )

  it.live("refuses addresses in URLs in any spelling, and does not resolve them", () =>
    Effect.gen(function* () {
      const server = yield* serve()
      const { asked, lookup } = resolving(["127.0.0.1"])
      const http = yield* client({ guard: UrlGuard.make(), lookup })
      for (const host of ["127.0.0.1", "0x7f.1", "2130706433", "[::ffff:127.0.0.1]", "１２７.1"]) {
        expect(yield* refusal(http, server.url("/", host))).toMatchObject({ reason: "address", address: "127.0.0.1" })
      }
      expect(yield* refusal(http, server.url("/", "[::1]"))).toMatchObject({ reason: "address", address: "::1" })
      for (const name of ["localhost", "LOCALHOST.", "metadata.google.internal"]) {
        expect(yield* refusal(http, server.url("/", name))).toMatchObject({ reason: "name" })
      }
      expect(asked).toEqual([])
      untouched(server)
    })
  )

  it.live("looks at the port as well", () =>
    Effect.gen(function* () {
      const server = yield* serve()
      const other = yield* serve()
      const port = UrlGuard.make({ allow: [`127.0.0.1:${server.port}`] })
      const http = yield* client({ guard: port, lookup: resolving(["127.0.0.1"]).lookup })
      expect(yield* read(http, server.url("/", "a.example"))).toBe("hello")
      expect(yield* refusal(http, other.url("/", "a.example"))).toMatchObject({ reason: "address" })
      untouched(other)
    })
  )

  it.live("looks again at who answered, before it sends anything", () =>
    Effect.gen(function* () {
      const server = yield* serve()
      let checks = 0
      // Lets the resolved address through, but not the one of the connection.
      const second: UrlGuard.UrlGuard = {
        ...guard,
        checkAddress: (hostname, address, port) =>
          ++checks === 1 ? undefined : UrlGuard.make().checkAddress(hostname, address, port)
      }
      const http = yield* client({ guard: second, lookup: resolving(["127.0.0.1"]).lookup })
      expect(yield* refusal(http, server.url("/", "a.example"))).toMatchObject({ address: "127.0.0.1" })
      expect(checks).toBe(2)
      yield* server.until(({ connections, open }) => connections === 1 && open.size === 0)
      expect(server.bytes).toBe(0)
      expect(server.requests).toEqual([])
    })
  )

  it.live("looks at an address that is the host itself before it connects", () =>
    Effect.gen(function* () {
      const server = yield* serve()
      // Lets every URL through.
      const late: UrlGuard.UrlGuard = {
        ...UrlGuard.make(),
        checkResult: UrlGuard.make({ allow: ["0.0.0.0/0"] }).checkResult
      }
      const http = yield* client({ guard: late })
      expect(yield* refusal(http, server.url())).toMatchObject({ address: "127.0.0.1" })
      untouched(server)
    })
  )

  it.live("connects to what a name resolved to when its name is allowed", () =>
    Effect.gen(function* () {
      const server = yield* serve()
      const named = UrlGuard.make({ allow: ["*.corp.example", "localhost"] })
      const http = yield* client({ guard: named, lookup: resolving(["127.0.0.1"]).lookup })
      expect(yield* read(http, server.url("/", "files.corp.example"))).toBe("hello")
      expect(yield* read(http, server.url("/", "localhost"))).toBe("hello")
      expect(yield* refusal(http, server.url("/", "files.example"))).toMatchObject({ address: "127.0.0.1" })
    })
  )
})
