import { EmulatorServer, Fault } from "@skippy/http/testing"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { storages } from "./storages.ts"
import { chunk, noise } from "./support.ts"

const headers = { authorization: "Bearer token-of-a-test" }

describe.each(storages)("a Drive %s, behind a real server", (_, make) => {
  it.effect("keeps what came before a connection broke, and gives it back", () =>
    Effect.gen(function* () {
      const drive = yield* make()
      const server = yield* EmulatorServer.start(drive, {
        faults: Fault.when({ method: "PUT" }, Fault.once(Fault.cutRequest(5 * chunk + 1000)))
      })
      const ask = (url: string, init: RequestInit) =>
        Effect.promise(() => fetch(url, init).catch(() => new Response(null, { status: 599 })))
      const started = yield* ask(`${server.url}/upload/drive/v3/files?uploadType=resumable&fields=id,md5Checksum`, {
        method: "POST",
        headers: { ...headers, "x-upload-content-type": "image/png" },
        body: JSON.stringify({ name: "a.png" })
      })
      const session = started.headers.get("location") ?? ""
      expect(session.startsWith(server.url)).toBe(true)
      const bytes = new Uint8Array(noise(8 * chunk + 5))
      expect((yield* ask(session, { method: "PUT", body: bytes })).status).toBe(599)
      const status = yield* ask(session, { method: "PUT", headers: { "content-range": `bytes */${bytes.length}` } })
      expect([status.status, status.headers.get("range")]).toEqual([308, `bytes=0-${5 * chunk - 1}`])
      const done = yield* ask(session, {
        method: "PUT",
        headers: { "content-range": `bytes ${5 * chunk}-${bytes.length - 1}/${bytes.length}` },
        body: bytes.subarray(5 * chunk)
      })
      expect(done.status).toBe(200)
      const { id } = JSON.parse(yield* Effect.promise(() => done.text()))
      const content = yield* ask(`${server.url}/drive/v3/files/${id}?alt=media`, { headers })
      expect(content.headers.get("content-type")).toBe("image/png")
      expect(Buffer.compare(new Uint8Array(yield* Effect.promise(() => content.arrayBuffer())), bytes)).toBe(0)
      const part = yield* ask(`${server.url}/drive/v3/files/${id}?alt=media`, {
        headers: { ...headers, range: "bytes=10-19" }
      })
      expect([part.status, part.headers.get("content-length")]).toEqual([206, "10"])
    })
  )
})
