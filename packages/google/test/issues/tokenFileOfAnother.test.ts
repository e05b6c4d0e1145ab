/** A file of tokens that somebody else owns, or on a disk that is read only, could not be used though it can be read. */
import { describe, it } from "@effect/vitest"
import { NodeFileSystem, NodePath } from "@effect/platform-node"
import { Effect, FileSystem, Layer, Logger, Option, PlatformError, Redacted } from "effect"
import { expect } from "vitest"
import * as TokenFile from "../../src/auth/TokenFile.ts"

describe("a file of tokens whose mode cannot be changed", () => {
  it.effect("is read, with a warning that others can read it too", () => {
    const told: Array<string> = []
    const logger = Logger.make(({ message }) => void told.push(String(message)))
    return Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = `${yield* fs.makeTempDirectoryScoped()}/token.json`
      yield* fs.writeFileString(
        path,
        JSON.stringify({ type: "authorized_user", client_id: "client", refresh_token: "1//refresh" })
      )
      yield* fs.chmod(path, 0o644)
      const readOnly = {
        ...fs,
        chmod: () =>
          Effect.fail(PlatformError.systemError({ _tag: "PermissionDenied", module: "FileSystem", method: "chmod" }))
      }
      const file = yield* Effect.provideService(TokenFile.make(path), FileSystem.FileSystem, readOnly)
      const found = yield* file.read
      expect(Option.isSome(found) && Redacted.value(found.value.refresh_token)).toBe("1//refresh")
      expect(told.join()).toContain(path)
      expect(told.join()).not.toContain("it is closed")
    }).pipe(Effect.scoped, Effect.provide(Layer.mergeAll(NodeFileSystem.layer, NodePath.layer, Logger.layer([logger]))))
  })
})
