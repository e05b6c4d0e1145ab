/** A program that was killed while it wrote tokens left a file with a refresh token in it, which nobody removed. */
import { describe, it } from "@effect/vitest"
import { NodeFileSystem, NodePath } from "@effect/platform-node"
import { Effect, FileSystem, Layer, Redacted } from "effect"
import { expect } from "vitest"
import * as TokenFile from "../../src/auth/TokenFile.ts"

const user = { type: "authorized_user", client_id: "client", refresh_token: Redacted.make("1//new") } as const

describe("what a program that was killed left beside the file of tokens", () => {
  it.live.each(["write", "remove"] as const)("is gone after the next %s", (step) =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      const leftover = `${folder}/token.json.k3j2.skippy-tmp`
      yield* fs.writeFileString(leftover, '{"refresh_token":"1//old"}')
      yield* fs.utimes(leftover, new Date(0), new Date(0))
      const file = yield* TokenFile.make(`${folder}/token.json`)
      yield* step === "write" ? file.write(user) : file.remove
      expect(yield* fs.readDirectory(folder)).toEqual(step === "write" ? ["token.json"] : [])
    }).pipe(Effect.scoped, Effect.provide(Layer.merge(NodeFileSystem.layer, NodePath.layer)))
  )
})
