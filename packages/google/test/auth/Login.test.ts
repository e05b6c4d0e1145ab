import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, it } from "@effect/vitest"
import { Fault } from "@skippy/http/testing"
import { Deferred, Effect, Fiber, Layer, Redacted } from "effect"
import { HttpClientRequest } from "effect/http"
import * as TestClock from "effect/testing/TestClock"
import { afterEach, beforeEach, expect, vi } from "vitest"
import { desktop } from "../../src/auth/DesktopNode.ts"
import * as Login from "../../src/auth/Login.ts"
import { TokenProvider } from "../../src/auth/TokenProvider.ts"
import * as Tokens from "../../src/auth/Tokens.ts"
import { base, environment, makeWorld, textOf, type WorldOptions } from "./support.ts"

let folder = ""
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "skippy-login-"))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

const clientId = "desktop.apps.example"
const tokenFile = () => join(folder, "google", "token.json")

const visit = (url: string, init?: RequestInit) =>
  Effect.promise(async () => {
    const response = await fetch(url, init)
    return { status: response.status, text: await response.text(), headers: response.headers }
  })

const makeSignIn = (options: WorldOptions = {}) => {
  const world = makeWorld({
    clients: [{ id: clientId, secret: "client-secret" }],
    email: "ada@example.com",
    ...options
  })
  /** What Google's page sends the browser back to. */
  const agree = (url: string) =>
    Effect.map(world.client.execute(HttpClientRequest.get(url)), ({ headers }) => headers["location"] ?? "")
  const pages: Array<string> = []
  const browser = (url: string) =>
    agree(url).pipe(
      Effect.flatMap((back) => visit(back)),
      Effect.tap(({ text }) => Effect.sync(() => pages.push(text))),
      Effect.forkDetach,
      Effect.as(true)
    )
  const announced: Array<string> = []
  const run = (
    own: Partial<Login.Options> = {},
    open: (url: string) => Effect.Effect<boolean> = (url) => Effect.orDie(browser(url))
  ) =>
    Login.run({
      clientId,
      clientSecret: Redacted.make("client-secret"),
      path: folder,
      authUrl: base,
      announce: (url) => Effect.sync(() => void announced.push(url)),
      ...own
    }).pipe(Effect.provideService(Login.Desktop, Effect.succeed({ ...desktop, open })), Effect.provide(world.layer))
  return { ...world, agree, announced, pages, run }
}

/** Signs in and gives the address as soon as it is announced. */
const begin = ({ run }: ReturnType<typeof makeSignIn>, own: Partial<Login.Options> = {}) =>
  Effect.gen(function* () {
    const url = yield* Deferred.make<string>()
    const fiber = yield* Effect.forkChild(
      run({ openBrowser: false, announce: (announced) => Effect.asVoid(Deferred.succeed(url, announced)), ...own })
    )
    const page = new URL(yield* Deferred.await(url))
    return { fiber, page: page.href, back: page.searchParams.get("redirect_uri") ?? "" }
  })

const isListening = (url: string) =>
  Effect.map(Effect.exit(Effect.tryPromise(() => fetch(url))), ({ _tag }) => _tag === "Success")

describe("signing in", () => {
  it.effect("by the browser leaves tokens that are found from then on", () => {
    const signIn = makeSignIn()
    return Effect.gen(function* () {
      const signedIn = yield* signIn.run({ scopes: ["drive", "photospicker"] })
      expect(signedIn).toEqual({
        file: tokenFile(),
        openedBrowser: true,
        scopes: [Tokens.scopes.drive, Tokens.scopes.photospicker]
      })
      expect(signIn.pages).toEqual([expect.stringContaining("Signed in")])
      const token = yield* Effect.provide(
        Effect.flatMap(TokenProvider, ({ get }) => get),
        Tokens.layerNoDeps.pipe(
          Layer.provide(signIn.layer),
          Layer.provide(environment({ SKIPPY_PATH: folder, SKIPPY_GOOGLE_AUTH_URL: base }))
        )
      )
      expect(signIn.google.accountOf(textOf(token), 0)?.email).toBe("ada@example.com")
    })
  })

  it.effect("asks as Google documents it", () => {
    const signIn = makeSignIn()
    return Effect.gen(function* () {
      yield* signIn.run({ loginHint: "ada@example.com" })
      const [announced = ""] = signIn.announced
      const { code_challenge, redirect_uri, state, ...asked } = Object.fromEntries(new URL(announced).searchParams)
      expect(asked).toEqual({
        client_id: clientId,
        response_type: "code",
        scope: Tokens.scopes.drive,
        code_challenge_method: "S256",
        access_type: "offline",
        prompt: "consent",
        login_hint: "ada@example.com"
      })
      expect(redirect_uri).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
      for (const secret of [code_challenge, state]) expect(secret).toMatch(/^[\w-]{43}$/)
      const form = new URLSearchParams(signIn.requests().at(-1)?.body)
      expect([...form.keys()]).toEqual([
        "client_id",
        "code_verifier",
        "code",
        "grant_type",
        "redirect_uri",
        "client_secret"
      ])
      expect(form.get("code_verifier")).toMatch(/^[\w-]{43}$/)
    })
  })

  it.effect("works by hand when there is no browser, or it does not open", () => {
    const signIn = makeSignIn()
    return Effect.gen(function* () {
      for (const own of [{ openBrowser: false }, {}]) {
        const url = yield* Deferred.make<string>()
        const announce = (announced: string) => Effect.asVoid(Deferred.succeed(url, announced))
        const running = yield* Effect.forkChild(signIn.run({ ...own, announce }, () => Effect.succeed(false)))
        const page = yield* visit(yield* signIn.agree(yield* Deferred.await(url)))
        expect(page).toMatchObject({ status: 200, text: expect.stringContaining("Signed in") })
        expect(page.headers.get("cache-control")).toBe("no-store")
        expect((yield* Fiber.join(running)).openedBrowser).toBe(false)
      }
    })
  })

  it.effect("takes no answer but that to its own question, and goes on waiting", () => {
    const signIn = makeSignIn()
    return Effect.gen(function* () {
      const { back, fiber, page } = yield* begin(signIn)
      const answer = new URL(yield* signIn.agree(page))
      const other = new URL(answer)
      other.searchParams.set("state", "x".repeat(43))
      expect((yield* visit(other.href)).status).toBe(400)
      expect((yield* visit(`${back}/?code=4/stolen`)).status).toBe(400)
      expect((yield* visit(`${back}/favicon.ico`)).status).toBe(404)
      expect((yield* visit(answer.href, { method: "POST" })).status).toBe(404)
      // A name that leads to loopback is not the address the answer is for.
      expect((yield* visit(answer.href.replace("127.0.0.1", "localhost"))).status).toBe(404)
      expect(fiber.pollUnsafe()).toBeUndefined()
      expect((yield* visit(answer.href)).status).toBe(200)
      yield* Fiber.join(fiber)
    })
  })

  it.effect("closes its server when somebody signed in, and when it is interrupted", () => {
    const signIn = makeSignIn()
    return Effect.gen(function* () {
      const first = yield* begin(signIn)
      yield* visit(yield* signIn.agree(first.page))
      yield* Fiber.join(first.fiber)
      expect(yield* isListening(first.back)).toBe(false)
      const second = yield* begin(signIn)
      expect(yield* isListening(second.back)).toBe(true)
      yield* Fiber.interrupt(second.fiber)
      expect(yield* isListening(second.back)).toBe(false)
    })
  })

  it.effect("tells that somebody said no, and keeps nothing", () => {
    const signIn = makeSignIn({ withheld: [Tokens.scopes.drive] })
    return Effect.gen(function* () {
      const error = yield* Effect.flip(signIn.run())
      expect(error).toMatchObject({ reason: "signInFailed", said: "access_denied" })
      expect(existsSync(tokenFile())).toBe(false)
    })
  })

  it.effect("tells what was not granted, and keeps nothing", () => {
    const signIn = makeSignIn({ withheld: [Tokens.scopes.photospicker] })
    return Effect.gen(function* () {
      const error = yield* Effect.flip(signIn.run({ scopes: ["drive", "photospicker"] }))
      expect(error).toMatchObject({ reason: "signInFailed", subject: `not granted: ${Tokens.scopes.photospicker}` })
      expect(existsSync(tokenFile())).toBe(false)
    })
  })

  it.effect("gives up after five minutes", () => {
    const signIn = makeSignIn()
    return Effect.gen(function* () {
      const { back, fiber } = yield* begin(signIn)
      yield* Effect.yieldNow
      yield* TestClock.adjust("5 minutes")
      expect(yield* Effect.flip(Fiber.join(fiber))).toMatchObject({ reason: "signInFailed" })
      expect(yield* isListening(back)).toBe(false)
    })
  })

  it.effect("exchanges a code once: an answer that was lost is not asked for again", () => {
    const signIn = makeSignIn({ faults: Fault.when({ path: "/token" }, Fault.once(Fault.lostAnswer)) })
    return Effect.gen(function* () {
      expect(yield* Effect.flip(signIn.run())).toMatchObject({ reason: "unavailable" })
      expect(signIn.requests().filter(({ path }) => path === "/token").length).toBe(1)
    })
  })

  it.effect("takes its client from the environment", () =>
    Effect.gen(function* () {
      const variables = { SKIPPY_GOOGLE_CLIENT_ID: clientId, SKIPPY_GOOGLE_CLIENT_SECRET: "client-secret" }
      const client = yield* Effect.provide(Login.client, environment(variables))
      expect(yield* makeSignIn().run(client)).toMatchObject({ file: tokenFile() })
      const missing = yield* Effect.flip(Effect.provide(Login.client, environment({ SKIPPY_GOOGLE_CLIENT_ID: "" })))
      expect(missing.message).toContain("SKIPPY_GOOGLE_CLIENT_ID")
    })
  )

  it.effect("tells that the client is wrong", () => {
    const signIn = makeSignIn()
    return Effect.gen(function* () {
      const error = yield* Effect.flip(signIn.run({ clientSecret: Redacted.make("another") }))
      expect(error).toMatchObject({ reason: "badClient", said: "invalid_client" })
      expect(error.message).toContain("SKIPPY_GOOGLE_CLIENT_SECRET")
    })
  })

  it.effect("opens the system's browser with the address and nothing else", () =>
    Effect.gen(function* () {
      const seen = join(folder, "seen")
      const program = join(folder, process.platform === "darwin" ? "open" : "xdg-open")
      writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$#" "$1" > ${seen}.part && mv ${seen}.part ${seen}\n`)
      chmodSync(program, 0o755)
      vi.stubEnv("PATH", `${folder}:${process.env["PATH"]}`)
      expect(yield* desktop.open("http://127.0.0.1:1/?a=$(id)&b='x'")).toBe(true)
      while (!existsSync(seen)) yield* Effect.promise(() => new Promise((resume) => setImmediate(resume)))
      expect(readFileSync(seen, "utf8")).toBe("1\nhttp://127.0.0.1:1/?a=$(id)&b='x'\n")
      vi.stubEnv("PATH", join(folder, "nothing"))
      expect(yield* desktop.open("http://127.0.0.1:1/")).toBe(false)
    })
  )
})

describe("signing out", () => {
  const revoke = ({ layer }: ReturnType<typeof makeSignIn>) =>
    Effect.provide(Login.revoke({ path: folder, authUrl: base }), layer)

  const refreshTokenOf = () => JSON.parse(readFileSync(tokenFile(), "utf8")).refresh_token as string

  it.effect("ends the tokens and forgets them", () => {
    const signIn = makeSignIn()
    return Effect.gen(function* () {
      yield* signIn.run()
      const refreshToken = refreshTokenOf()
      expect(yield* revoke(signIn)).toBe(true)
      expect(existsSync(tokenFile())).toBe(false)
      expect(yield* revoke(signIn)).toBe(false)
      const layer = Tokens.layerAuthorizedUser({
        clientId,
        clientSecret: Redacted.make("client-secret"),
        refreshToken: Redacted.make(refreshToken),
        authUrl: base
      }).pipe(Layer.provide(signIn.layer))
      const error = yield* Effect.flip(
        Effect.provide(
          Effect.flatMap(TokenProvider, ({ get }) => get),
          layer
        )
      )
      expect(error.reason).toBe("signInAgain")
    })
  })

  it.effect("forgets tokens that were ended elsewhere, and keeps them while Google cannot be asked", () => {
    const signIn = makeSignIn()
    return Effect.gen(function* () {
      yield* signIn.run()
      signIn.faults.set(() => Fault.reset)
      expect(yield* Effect.flip(revoke(signIn))).toMatchObject({ reason: "unavailable" })
      expect(existsSync(tokenFile())).toBe(true)
      signIn.faults.set(() => undefined)
      signIn.google.revoke(refreshTokenOf())
      expect(yield* revoke(signIn)).toBe(true)
      expect(existsSync(tokenFile())).toBe(false)
    })
  })
})
