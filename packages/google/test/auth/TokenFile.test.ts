import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import { describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Logger, Option, Redacted, Schema } from "effect"
import { HttpClientRequest, HttpClientResponse } from "effect/http"
import * as TestClock from "effect/testing/TestClock"
import { afterEach, beforeEach, expect } from "vitest"
import type { AuthorizedUser } from "../../src/auth/CredentialsFile.ts"
import * as TokenFile from "../../src/auth/TokenFile.ts"
import { TokenProvider } from "../../src/auth/TokenProvider.ts"
import * as Tokens from "../../src/auth/Tokens.ts"
import { base, environment, makeWorld, textOf } from "./support.ts"

let folder = ""
let path = ""
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "skippy-tokens-"))
  path = join(folder, "google", "token.json")
})
afterEach(() => rmSync(folder, { recursive: true }))

const files = Layer.merge(NodeFileSystem.layer, NodePath.layer)

const user = (refreshToken: string): AuthorizedUser => ({
  type: "authorized_user",
  client_id: "desktop",
  client_secret: Redacted.make("client-secret"),
  refresh_token: Redacted.make(refreshToken),
  scopes: ["scope-1"]
})

const modeOf = (name: string) => statSync(name).mode & 0o777

/** Files are read in their own time, which no test clock moves. */
const turn = Effect.promise(() => new Promise((resume) => setImmediate(resume)))

const held = (found: Option.Option<AuthorizedUser>) =>
  Option.map(found, ({ refresh_token }) => Redacted.value(refresh_token))

describe("the file of tokens", () => {
  it.effect("can be read by its owner only, in a folder only the owner can enter, and gives what was written", () =>
    Effect.gen(function* () {
      const file = yield* TokenFile.make(path)
      expect(Option.isNone(yield* file.read)).toBe(true)
      yield* file.write(user("refresh-1"))
      expect([modeOf(path), modeOf(join(folder, "google"))]).toEqual([0o600, 0o700])
      expect(readFileSync(join(folder, "google", ".gitignore"), "utf8")).toBe("*\n")
      expect(held(yield* file.read)).toEqual(Option.some("refresh-1"))
      expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({
        type: "authorized_user",
        client_id: "desktop",
        client_secret: "client-secret",
        refresh_token: "refresh-1",
        scopes: ["scope-1"]
      })
      yield* file.write(user("refresh-2"))
      expect(readdirSync(join(folder, "google"))).toEqual([".gitignore", "token.json"])
      yield* file.remove
      yield* file.remove
      expect(existsSync(path)).toBe(false)
    }).pipe(Effect.provide(files))
  )

  it.effect("that others could read is closed to them, with a warning", () => {
    const warnings: Array<string> = []
    const logger = Logger.make(({ logLevel, message }) => void warnings.push(`${logLevel}: ${String(message)}`))
    return Effect.gen(function* () {
      const file = yield* TokenFile.make(path)
      yield* file.write(user("refresh-1"))
      chmodSync(path, 0o644)
      expect(held(yield* file.read)).toEqual(Option.some("refresh-1"))
      expect(modeOf(path)).toBe(0o600)
      expect(warnings).toEqual([expect.stringContaining("could be read by others")])
      expect(warnings.join()).not.toContain("refresh-1")
    }).pipe(Effect.provide(Layer.merge(files, Logger.layer([logger]))))
  })

  it.effect("that is torn is told as such, without what is in it", () =>
    Effect.gen(function* () {
      const file = yield* TokenFile.make(path)
      yield* file.write(user("refresh-1"))
      writeFileSync(path, readFileSync(path, "utf8").slice(0, -20), { mode: 0o600 })
      const error = yield* Effect.flip(file.read)
      expect(error).toMatchObject({ reason: "badCredentials", subject: path })
      expect(error.message).toContain("was cut off")
      expect(error.message).not.toContain("refresh-1")
    }).pipe(Effect.provide(files))
  )

  it.effect("that cannot be written leaves nothing behind and says where it should have been", () =>
    Effect.gen(function* () {
      mkdirSync(path, { recursive: true })
      writeFileSync(join(path, "something"), "")
      const file = yield* TokenFile.make(path)
      const error = yield* Effect.flip(file.write(user("refresh-1")))
      expect(error).toMatchObject({ reason: "storage" })
      expect(error.message).toContain(path)
      expect(readdirSync(join(folder, "google"))).toEqual(["token.json"])
    }).pipe(Effect.provide(files))
  )

  it.effect("takes another refresh token only where the one it replaces still stands", () =>
    Effect.gen(function* () {
      const file = yield* TokenFile.make(path)
      yield* file.write(user("refresh-1"))
      expect(yield* file.rotate(Redacted.make("refresh-1"), Redacted.make("refresh-2"))).toBe(true)
      expect(yield* file.rotate(Redacted.make("refresh-1"), Redacted.make("refresh-3"))).toBe(false)
      expect(held(yield* file.read)).toEqual(Option.some("refresh-2"))
    }).pipe(Effect.provide(files))
  )

  it.effect("gives what another process was given meanwhile to whoever came too late", () => {
    const { client, google, layer, requests } = makeWorld({ rotates: true })
    const variables = environment({ SKIPPY_PATH: folder, SKIPPY_GOOGLE_AUTH_URL: base })
    const late = Effect.provide(
      Effect.flatMap(TokenProvider, ({ get }) => get),
      Tokens.layerNoDeps.pipe(Layer.provide(layer), Layer.provide(variables))
    )
    return Effect.gen(function* () {
      const file = yield* TokenFile.make(path)
      const first = google.refreshToken()
      yield* file.write(user(first))
      const form = { grant_type: "refresh_token", client_id: "desktop", refresh_token: first }
      const answer = yield* client.execute(
        HttpClientRequest.bodyUrlParams(HttpClientRequest.post(`${base}/token`), form)
      )
      const { refresh_token: second } = yield* HttpClientResponse.schemaBodyJson(
        Schema.Struct({ refresh_token: Schema.String })
      )(answer)
      const running = yield* Effect.forkChild(late)
      while (requests().length < 2) yield* turn
      yield* file.rotate(Redacted.make(first), Redacted.make(second))
      while (running.pollUnsafe() === undefined) yield* Effect.andThen(turn, TestClock.adjust("250 millis"))
      expect(google.accountOf(textOf(yield* Fiber.join(running)), 0)).toBeDefined()
      expect(requests().map(({ status }) => status)).toEqual([200, 400, 200])
      expect(held(yield* file.read)).not.toEqual(Option.some(second))
    }).pipe(Effect.provide(files))
  })

  it.effect("is asked about for a second, and then the refusal stands", () => {
    const { google, layer, requests } = makeWorld()
    const variables = environment({ SKIPPY_PATH: folder, SKIPPY_GOOGLE_AUTH_URL: base })
    return Effect.gen(function* () {
      const tokens = yield* TokenProvider
      const file = yield* TokenFile.make(path)
      const revoked = google.refreshToken()
      google.revoke(revoked)
      yield* file.write(user(revoked))
      const running = yield* Effect.forkChild(Effect.flip(tokens.get))
      while (requests().length < 1) yield* turn
      while (running.pollUnsafe() === undefined) yield* Effect.andThen(turn, TestClock.adjust("250 millis"))
      expect(yield* Fiber.join(running)).toMatchObject({ reason: "signInAgain", subject: path })
      expect(requests().length).toBe(1)
    }).pipe(Effect.provide(Layer.merge(files, Tokens.layerNoDeps.pipe(Layer.provide(layer), Layer.provide(variables)))))
  })
})
