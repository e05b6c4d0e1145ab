/** Whatever goes wrong, no secret is in what is told of it: errors, logs, spans and events. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { inspect } from "node:util"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import { describe, it } from "@effect/vitest"
import { Resilience, Tracing } from "@skippy/core"
import { EventProbe, SpanProbe } from "@skippy/core/testing"
import { Fault } from "@skippy/http/testing"
import { Cause, type Config, Effect, Layer, Logger, Redacted, References, type Tracer } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import * as TestClock from "effect/testing/TestClock"
import { afterEach, beforeEach, expect } from "vitest"
import type * as AuthError from "../../src/auth/AuthError.ts"
import { desktop } from "../../src/auth/DesktopNode.ts"
import * as Login from "../../src/auth/Login.ts"
import { TokenProvider } from "../../src/auth/TokenProvider.ts"
import * as Tokens from "../../src/auth/Tokens.ts"
import { base, environment, makeKeys, makeWorld } from "./support.ts"

let folder = ""
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "skippy-secrets-"))
})
afterEach(() => rmSync(folder, { recursive: true }))

const canary = "CANARY"
/** A server that repeats secrets wherever it can. */
const repeated = [
  canary,
  `<html>${canary}</html>`,
  JSON.stringify({ error: canary, error_description: canary }),
  JSON.stringify({ error: "invalid_grant", error_description: `Bad ${canary}`, error_subtype: canary }),
  JSON.stringify({ error: "invalid_client", error_description: `The client ${canary}` }),
  JSON.stringify({ error: { code: 400, message: canary, status: canary } }),
  JSON.stringify({ access_token: `${canary} with a space` }),
  JSON.stringify({ access_token: canary, expires_in: canary })
]
const faults: ReadonlyArray<Fault.Fault> = [
  Fault.reset,
  Fault.lostAnswer,
  Fault.truncate(),
  ...[200, 302, 400, 401, 403, 404, 429, 500, 503].flatMap((status) =>
    repeated.map((body) => Fault.status(status, { body, headers: { location: `https://evil.example/?${canary}` } }))
  )
]

const exported = ({ attributes, events, links, name, status }: Tracer.NativeSpan) => ({
  name,
  attributes,
  events,
  links,
  failure: status._tag === "Ended" && status.exit._tag === "Failure" ? status.exit : undefined
})

/** All that is inside of a value, as text. */
const textOf = (value: unknown): string => inspect(value, { depth: 30, showHidden: true, maxArrayLength: null })

/** Runs failing programs and gives all that was told. */
const makeTold = () => {
  const { spans, tracer } = SpanProbe.make()
  const probe = EventProbe.make()
  const told: Array<unknown> = []
  const errors: Array<unknown> = []
  const logger = Logger.make(({ cause, message }) => void told.push(message, Cause.pretty(cause)))
  const layer = (client: HttpClient.HttpClient) =>
    Layer.mergeAll(
      Layer.succeed(HttpClient.HttpClient, client),
      Layer.orDie(
        Resilience.layer({
          services: {
            http: { rateLimit: false, circuitBreaker: false, retry: { baseDelay: 0, maxDelay: 0, maxRetryAfter: 0 } }
          }
        })
      )
    ).pipe(
      Layer.provideMerge(Tracing.layer),
      Layer.provideMerge(probe.layer),
      Layer.provideMerge(Logger.layer([logger])),
      Layer.provideMerge(Layer.succeed(References.MinimumLogLevel, "All"))
    )
  const fail = <A, E extends AuthError.AuthError | Config.ConfigError, R>(program: Effect.Effect<A, E, R>) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(program)
      errors.push(error)
      told.push(error, error.message, JSON.stringify(error))
      yield* Effect.logError("it failed", error)
    }).pipe(Effect.withTracer(tracer))
  return {
    fail,
    layer,
    errors,
    text: () => textOf([told, spans.map(exported), probe.events()])
  }
}

const files = Layer.merge(NodeFileSystem.layer, NodePath.layer)

const get = Effect.flatMap(TokenProvider, (tokens) => tokens.get)

describe("no secret is told", () => {
  it.effect("of a refresh token and its client, whatever the endpoint answers", () =>
    Effect.gen(function* () {
      const told = makeTold()
      for (const fault of faults) {
        const world = makeWorld({ faults: Fault.always(fault) })
        const layer = Tokens.layerAuthorizedUser({
          clientId: "client",
          clientSecret: Redacted.make(`${canary}-secret`),
          refreshToken: Redacted.make(`${canary}-refresh`),
          authUrl: base
        }).pipe(Layer.provide(told.layer(world.client)))
        yield* told.fail(Effect.provide(get, layer))
      }
      expect(told.errors.length).toBe(faults.length)
      expect(told.text()).toContain("refreshToken")
      expect(told.text()).not.toContain(canary)
    })
  )

  it.effect("of the key of a service account and what it signs", () =>
    Effect.gen(function* () {
      const { pem } = yield* makeKeys
      const told = makeTold()
      for (const fault of faults.slice(0, 24)) {
        const world = makeWorld({ faults: Fault.always(fault) })
        const layer = Tokens.layerServiceAccount({ email: "robot", privateKey: Redacted.make(pem) }).pipe(
          Layer.provide(told.layer(world.client))
        )
        yield* told.fail(Effect.provide(get, layer))
        for (const { body } of world.requests()) {
          const [, payload = "", signature = ""] = (new URLSearchParams(body).get("assertion") ?? "").split(".")
          expect(payload.length).toBeGreaterThan(50)
          expect(told.text()).not.toContain(payload)
          expect(told.text()).not.toContain(signature)
        }
      }
      const broken = Tokens.layerServiceAccount({
        email: "robot",
        privateKey: Redacted.make(`-----BEGIN PRIVATE KEY-----\n${canary}\n-----END PRIVATE KEY-----`)
      }).pipe(Layer.provide(told.layer(makeWorld().client)))
      yield* told.fail(Effect.provide(get, broken))
      expect(told.text()).not.toContain(canary)
      expect(told.text()).not.toContain(pem.split("\n")[3])
    })
  )

  it.effect("of files that cannot be read or are none", () =>
    Effect.gen(function* () {
      const told = makeTold()
      const world = makeWorld()
      const path = join(folder, "google", "token.json")
      mkdirSync(join(folder, "google"))
      for (const text of [
        canary,
        `{"type":"authorized_user","refresh_token":"${canary}`,
        JSON.stringify({ type: canary, refresh_token: canary }),
        JSON.stringify({ type: "authorized_user", client_id: canary, refresh_token: [canary] }),
        JSON.stringify({ type: "service_account", client_email: 1, private_key: canary }),
        JSON.stringify({ installed: { client_secret: canary } })
      ]) {
        // Others can read it, so there is a warning too.
        writeFileSync(path, text, { mode: 0o644 })
        for (const variables of [{ SKIPPY_PATH: folder }, { SKIPPY_GOOGLE_CREDENTIALS: path }]) {
          const layer = Tokens.layerNoDeps.pipe(
            Layer.provide(Layer.merge(files, told.layer(world.client))),
            Layer.provide(environment(variables))
          )
          yield* told.fail(Effect.provide(get, layer))
        }
      }
      expect(told.errors.length).toBe(12)
      expect(told.text()).not.toContain(canary)
    })
  )

  it.effect("of a token of the environment, of which a part is missing or that is not accepted", () =>
    Effect.gen(function* () {
      const told = makeTold()
      const provided = (token: string) =>
        Tokens.layerNoDeps.pipe(
          Layer.provide(Layer.merge(files, told.layer(makeWorld().client))),
          Layer.provide(environment({ SKIPPY_GOOGLE_ACCESS_TOKEN: token }))
        )
      const renewed = Effect.flatMap(TokenProvider, (tokens) => Effect.flatMap(tokens.get, tokens.renew))
      const error = yield* Effect.flip(Effect.provide(renewed, provided(canary)))
      expect(error).toMatchObject({ reason: "badToken", subject: "SKIPPY_GOOGLE_ACCESS_TOKEN" })
      expect(textOf([error, String(error)])).not.toContain(canary)
      const defect = yield* Effect.flip(Effect.provide(get, provided(`${canary} and more`)))
      expect(defect._tag).toBe("ConfigError")
      expect(textOf([defect, String(defect)])).not.toContain(canary)
    })
  )

  it.effect("of a sign-in: neither code nor verifier nor state", () =>
    Effect.gen(function* () {
      const told = makeTold()
      for (const fault of faults.slice(0, 40)) {
        const world = makeWorld({ faults: Fault.when({ path: "/token" }, Fault.always(fault)) })
        const secrets: Array<string> = []
        const open = (url: string) =>
          Effect.gen(function* () {
            const { headers } = yield* world.client.execute(HttpClientRequest.get(url))
            const back = new URL(headers["location"] ?? "")
            secrets.push(back.searchParams.get("code") ?? "", back.searchParams.get("state") ?? "")
            return yield* Effect.as(Effect.forkDetach(Effect.promise(() => fetch(back))), true)
          }).pipe(Effect.orDie, Effect.withTracerEnabled(false))
        const run = Login.run({
          clientId: "client",
          clientSecret: Redacted.make(`${canary}-secret`),
          path: folder,
          authUrl: base,
          announce: () => Effect.void
        }).pipe(Effect.provideService(Login.Desktop, Effect.succeed({ ...desktop, open })))
        yield* told.fail(Effect.provide(run, Layer.merge(files, told.layer(world.client))))
        secrets.push(new URLSearchParams(world.requests().at(-1)?.body).get("code_verifier") ?? "")
        expect(secrets.every((secret) => secret.length > 20)).toBe(true)
        for (const secret of [canary, ...secrets]) expect(told.text()).not.toContain(secret)
      }
      yield* TestClock.adjust("1 minute")
    })
  )
})
