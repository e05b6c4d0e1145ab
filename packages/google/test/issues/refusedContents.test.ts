/** The content of an upload that the emulator refused stayed in its memory, and in its directory, for good. */
import { describe, expect, it } from "@effect/vitest"
import { NodeFileSystem, NodePath } from "@effect/platform-node"
import { EmulatorClient } from "@skippy/http/testing"
import { Effect, FileSystem, Layer } from "effect"
import { HttpBody } from "effect/http"
import * as DriveEmulator from "../../src/testing/DriveEmulator.ts"

describe("an emulator on disk", () => {
  it.live("keeps no content of uploads it refused", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const directory = yield* fs.makeTempDirectoryScoped()
      const emulator = yield* DriveEmulator.open({ directory, files: [{ id: "a", name: "a", content: "old" }] })
      const { client } = EmulatorClient.make(emulator)
      const blobs = Effect.map(fs.readDirectory(`${directory}/blobs`, { recursive: true }), (names) =>
        names.filter((name) => name.includes("/"))
      )
      const before = yield* blobs
      const headers = { authorization: "Bearer token-of-a-test" }
      const send = (url: string, body: string, type: string) =>
        client.patch(url, { headers, body: HttpBody.text(body, type) })
      const base = "https://www.googleapis.com/upload/drive/v3/files"
      const refused = yield* send(`${base}/nobody?uploadType=media`, "new", "text/plain")
      expect(refused.status).toBe(404)
      expect(yield* blobs).toEqual(before)
      // What another file has stays, though it was refused for this one.
      yield* send(`${base}/nobody?uploadType=media`, "old", "text/plain")
      expect(yield* blobs).toEqual(before)
      expect(emulator.content("a")).toEqual(new TextEncoder().encode("old"))
    }).pipe(Effect.scoped, Effect.provide(Layer.merge(NodeFileSystem.layer, NodePath.layer)))
  )
})
