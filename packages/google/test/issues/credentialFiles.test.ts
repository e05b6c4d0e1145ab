/**
 * A file of gigabytes was read as a whole because a setting named it; a key copied from a variable was refused; and an
 * address with a user in it, which looks like Google's, was taken.
 */
import { describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer } from "effect"
import { expect } from "vitest"
import { TokenProvider } from "../../src/auth/TokenProvider.ts"
import * as Tokens from "../../src/auth/Tokens.ts"
import { makeKeys, makeWorld } from "../auth/support.ts"

const tokenOf = (path: string) =>
  Effect.provide(
    TokenProvider.use(({ get }) => get),
    Tokens.layerFile({ path, authUrl: "http://127.0.0.1:1" })
  )

const user = JSON.stringify({ type: "authorized_user", client_id: "client", refresh_token: "1//refresh" })

describe("a file of credentials", () => {
  it.effect("that is larger than any is not read", () => {
    let read = 0
    return Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = `${yield* fs.makeTempDirectoryScoped()}/credentials.json`
      yield* fs.writeFileString(path, user)
      yield* fs.truncate(path, 5_000_000_000)
      const counting = Layer.succeed(FileSystem.FileSystem, {
        ...fs,
        readFileString: (...args) =>
          Effect.andThen(
            Effect.sync(() => void read++),
            fs.readFileString(...args)
          )
      })
      const error = yield* Effect.flip(Effect.provide(tokenOf(path), counting))
      expect(error.reason).toBe("badCredentials")
      expect(error.message).toContain(path)
      expect(read).toBe(0)
    }).pipe(Effect.scoped, Effect.provide(makeWorld().layer))
  })

  it.effect("may begin with a byte order mark", () => {
    const world = makeWorld()
    return Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = `${yield* fs.makeTempDirectoryScoped()}/credentials.json`
      const json = { type: "authorized_user", client_id: "client", refresh_token: world.google.refreshToken() }
      yield* fs.writeFileString(path, `\uFEFF${JSON.stringify(json)}`)
      yield* tokenOf(path)
      expect(world.google.issuedCount()).toBe(1)
    }).pipe(Effect.scoped, Effect.provide(world.layer))
  })

  it.effect("may hold a key whose line breaks were written out, as in a variable, with space around it", () => {
    return Effect.gen(function* () {
      const { key, pem } = yield* makeKeys
      const world = makeWorld({ serviceAccounts: [{ email: "robot@example.com", key }] })
      const fs = yield* FileSystem.FileSystem
      const path = `${yield* fs.makeTempDirectoryScoped()}/credentials.json`
      for (const private_key of [pem.replaceAll("\n", "\\n"), `\uFEFF\n ${pem}`, pem.replaceAll("\n", "\r\n")]) {
        yield* fs.writeFileString(
          path,
          JSON.stringify({ type: "service_account", client_email: "robot@example.com", private_key })
        )
        yield* Effect.provide(tokenOf(path), world.layer)
      }
      expect(world.google.issuedCount()).toBe(3)
    }).pipe(Effect.scoped, Effect.provide(makeWorld().layer))
  })

  it.effect("sends what it signs to no address with a user or a password in it", () => {
    return Effect.gen(function* () {
      const { pem } = yield* makeKeys
      const world = makeWorld()
      const fs = yield* FileSystem.FileSystem
      const path = `${yield* fs.makeTempDirectoryScoped()}/credentials.json`
      const json = { type: "service_account", client_email: "robot@example.com", private_key: pem }
      for (const token_uri of [
        "https://oauth2.googleapis.com@evil.example/token",
        "http://localhost.evil.example/token"
      ]) {
        yield* fs.writeFileString(path, JSON.stringify({ ...json, token_uri }))
        const tokens = Tokens.layerFile({ path })
        const error = yield* Effect.flip(
          Effect.provide(
            TokenProvider.use(({ get }) => get),
            Layer.provide(tokens, world.layer)
          )
        )
        expect(error.reason).toBe("badCredentials")
      }
      expect(world.requests()).toEqual([])
    }).pipe(Effect.scoped, Effect.provide(makeWorld().layer))
  })
})
