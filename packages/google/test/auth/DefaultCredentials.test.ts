import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { afterEach, beforeEach, expect } from "vitest"
import { TokenProvider } from "../../src/auth/TokenProvider.ts"
import * as Tokens from "../../src/auth/Tokens.ts"
import { base, environment, makeKeys, makeWorld, textOf } from "./support.ts"

let folder = ""
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "skippy-credentials-"))
})
afterEach(() => rmSync(folder, { recursive: true }))

const put = (name: string, json: unknown): string => {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, typeof json === "string" ? json : JSON.stringify(json), { mode: 0o600 })
  return path
}

const makeGoogle = () => {
  const world = makeWorld()
  const userOf = (email: string) => ({
    type: "authorized_user",
    client_id: "client",
    client_secret: "client-secret",
    refresh_token: world.google.refreshToken({ email })
  })
  /** Who a program with this environment is. */
  const run = <A, E>(
    variables: Readonly<Record<string, string>>,
    use: (tokens: TokenProvider["Service"]) => Effect.Effect<A, E>,
    library: Layer.Layer<never> = noLibrary
  ) =>
    Effect.provide(
      Effect.flatMap(TokenProvider, use),
      Tokens.layerNoDeps.pipe(
        Layer.provide(world.layer),
        Layer.provide(library),
        Layer.provide(environment({ SKIPPY_PATH: join(folder, "state"), SKIPPY_GOOGLE_AUTH_URL: base, ...variables }))
      )
    )
  const whoIs = (variables: Readonly<Record<string, string>>) =>
    run(variables, ({ get }) => Effect.map(get, (token) => world.google.accountOf(textOf(token), 0)?.email))
  return { ...world, userOf, run, whoIs }
}

const noLibrary = Layer.succeed(Tokens.Library, () => Promise.reject(new Error("no metadata server")))

describe("what the environment says", () => {
  it.effect("is taken in its order: a token, a file of ours, one of Google's tools, a sign-in, gcloud", () =>
    Effect.gen(function* () {
      const { userOf, whoIs } = makeGoogle()
      const gcloud = { HOME: folder }
      put(".config/gcloud/application_default_credentials.json", userOf("gcloud@example.com"))
      expect(yield* whoIs(gcloud)).toBe("gcloud@example.com")
      put("state/google/token.json", userOf("signed-in@example.com"))
      expect(yield* whoIs(gcloud)).toBe("signed-in@example.com")
      const tools = { ...gcloud, GOOGLE_APPLICATION_CREDENTIALS: put("tools.json", userOf("tools@example.com")) }
      expect(yield* whoIs(tools)).toBe("tools@example.com")
      const own = { ...tools, SKIPPY_GOOGLE_CREDENTIALS: put("own.json", userOf("own@example.com")) }
      expect(yield* whoIs(own)).toBe("own@example.com")
      expect(yield* whoIs({ ...own, SKIPPY_GOOGLE_ACCESS_TOKEN: "token-of-a-test" })).toBe("tester@example.com")
    })
  )

  it.effect("finds gcloud's folder by CLOUDSDK_CONFIG, and by APPDATA on Windows", () =>
    Effect.gen(function* () {
      const { userOf, whoIs } = makeGoogle()
      put("sdk/application_default_credentials.json", userOf("sdk@example.com"))
      put("AppData/gcloud/application_default_credentials.json", userOf("windows@example.com"))
      const windows = { HOME: folder, APPDATA: join(folder, "AppData") }
      expect(yield* whoIs(windows)).toBe("windows@example.com")
      expect(yield* whoIs({ ...windows, CLOUDSDK_CONFIG: join(folder, "sdk") })).toBe("sdk@example.com")
    })
  )

  it.effect("is nothing: then it tells how to sign in, and a sign-in that comes later counts", () =>
    Effect.gen(function* () {
      const { run, userOf } = makeGoogle()
      yield* run({}, (tokens) =>
        Effect.gen(function* () {
          const error = yield* Effect.flip(tokens.get)
          expect(error).toMatchObject({ reason: "noCredentials", category: "auth" })
          expect(error.message).toContain("sign in (`Login.run`)")
          put("state/google/token.json", userOf("late@example.com"))
          expect(textOf(yield* tokens.get)).toMatch(/^ya29\./)
          expect(yield* tokens.identity).toMatch(/^authorized-user:client:/)
        })
      )
    })
  )

  it.effect("names a file that is not there, or is none, and nothing else is tried", () =>
    Effect.gen(function* () {
      const { userOf, whoIs } = makeGoogle()
      put("state/google/token.json", userOf("signed-in@example.com"))
      const missing = join(folder, "missing.json")
      expect(yield* Effect.flip(whoIs({ SKIPPY_GOOGLE_CREDENTIALS: missing }))).toMatchObject({
        reason: "badCredentials",
        subject: missing,
        fix: "there is no such file: correct SKIPPY_GOOGLE_CREDENTIALS, or unset it"
      })
      for (const [text, fix] of [
        ['{"type": "authorized_user", "refresh_token": "SECRET', "it is no JSON object, or was cut off"],
        [{ type: "authorized_user", client_id: "client" }, "client_id and refresh_token must be texts"],
        [{ type: "service_account", client_email: "robot" }, "client_email and private_key must be texts"],
        [{ installed: { client_id: "client", client_secret: "SECRET" } }, "nobody has signed in yet"],
        [{ type: "something" }, "its type is none that is known"]
      ] as const) {
        const path = put("strange.json", text)
        const error = yield* Effect.flip(whoIs({ SKIPPY_GOOGLE_CREDENTIALS: path }))
        expect(error).toMatchObject({ reason: "badCredentials", subject: path })
        expect(error.message).toContain(fix)
        expect(error.message).not.toContain("SECRET")
      }
    })
  )

  it.effect("may be the key of a service account, with a subject and scopes", () =>
    Effect.gen(function* () {
      const { key, pem } = yield* makeKeys
      const world = makeWorld({ serviceAccounts: [{ email: "robot", key, subjects: ["ada@example.com"] }] })
      const path = put("key.json", { type: "service_account", client_email: "robot", private_key: pem })
      const token = yield* Effect.provide(
        Effect.flatMap(TokenProvider, ({ get }) => get),
        Tokens.layerNoDeps.pipe(
          Layer.provide(world.layer),
          Layer.provide(
            environment({
              SKIPPY_GOOGLE_CREDENTIALS: path,
              SKIPPY_GOOGLE_SUBJECT: "ada@example.com",
              SKIPPY_GOOGLE_SCOPES: "drive.file, https://www.googleapis.com/auth/docs",
              SKIPPY_GOOGLE_AUTH_URL: "http://127.0.0.1:1"
            })
          )
        )
      )
      expect(world.google.accountOf(textOf(token), 0)).toEqual({
        email: "ada@example.com",
        scopes: ["https://www.googleapis.com/auth/drive.file", "https://www.googleapis.com/auth/docs"]
      })
    })
  )

  it.effect("that names a subject for somebody who signed in is refused", () =>
    Effect.gen(function* () {
      const { userOf, whoIs } = makeGoogle()
      put("state/google/token.json", userOf("signed-in@example.com"))
      const error = yield* Effect.flip(whoIs({ SKIPPY_GOOGLE_SUBJECT: "ada@example.com" }))
      expect(error.message).toContain("leave SKIPPY_GOOGLE_SUBJECT out")
    })
  )

  it.effect("names the project whose quota is used, before the file does", () =>
    Effect.gen(function* () {
      const { run, userOf } = makeGoogle()
      const path = put("own.json", { ...userOf("own@example.com"), quota_project_id: "of-the-file" })
      const projectOf = (variables: Readonly<Record<string, string>>) =>
        run({ SKIPPY_GOOGLE_CREDENTIALS: path, ...variables }, ({ get }) =>
          Effect.map(get, ({ quotaProject }) => quotaProject)
        )
      expect(yield* projectOf({})).toBe("of-the-file")
      expect(yield* projectOf({ GOOGLE_CLOUD_QUOTA_PROJECT: "of-the-environment" })).toBe("of-the-environment")
      expect(yield* projectOf({ GOOGLE_CLOUD_QUOTA_PROJECT: "bad\nheader: x" })).toBeUndefined()
    })
  )

  it.effect("leaves to google-auth-library what only it knows", () =>
    Effect.gen(function* () {
      const { run } = makeGoogle()
      const questions: Array<Tokens.LibraryQuestion> = []
      const library = Layer.succeed(Tokens.Library, (question) => {
        questions.push(question)
        return Promise.resolve({ token: `token-${questions.length}`, expiresAt: 3_600_000 })
      })
      for (const type of ["external_account", "impersonated_service_account"]) {
        const path = put("federated.json", { type, audience: "//iam" })
        const [identity, token] = yield* run(
          { SKIPPY_GOOGLE_CREDENTIALS: path },
          (tokens) => Effect.all([tokens.identity, tokens.get]),
          library
        )
        expect(identity).toMatch(new RegExp(`^${type.replaceAll("_", "-")}:[0-9a-f]{16}$`))
        expect(token.expiresAt).toBe(3_600_000)
      }
      const machine = yield* run({}, ({ get }) => get, library)
      expect(textOf(machine)).toBe("token-3")
      expect(questions.map(({ credentials }) => credentials && Redacted.value(credentials)["type"])).toEqual([
        "external_account",
        "impersonated_service_account",
        undefined
      ])
    })
  )

  it.effect("says of such credentials what cannot be used, and nothing the library says", () =>
    Effect.gen(function* () {
      const { run } = makeGoogle()
      const path = put("federated.json", { type: "external_account" })
      const failing = (error: Error) =>
        run(
          { SKIPPY_GOOGLE_CREDENTIALS: path },
          ({ get }) => Effect.flip(get),
          Layer.succeed(Tokens.Library, () => Promise.reject(error))
        )
      const refused = yield* failing(new Error("the answer was SECRET"))
      expect(refused).toMatchObject({ reason: "badCredentials", subject: path })
      expect(refused.message).not.toContain("SECRET")
      expect(yield* failing(Object.assign(new Error("SECRET"), { code: "ECONNREFUSED" }))).toMatchObject({
        reason: "unavailable",
        subject: `${path}: ECONNREFUSED`
      })
    })
  )
})
