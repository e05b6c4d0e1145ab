/** What the tests of signing in share: Google's sign-in without a socket, policies that never wait, files in a folder. */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import { Resilience } from "@skippy/core"
import { EmulatorClient, type Fault } from "@skippy/http/testing"
import { ConfigProvider, Effect, Layer, Redacted } from "effect"
import { HttpClient } from "effect/http"
import type { AccessToken } from "../../src/auth/TokenProvider.ts"
import * as TokenMachine from "../../src/testing/auth/TokenMachine.ts"

export const base = "http://google.example"

export interface WorldOptions extends TokenMachine.Options {
  readonly faults?: Fault.FaultPlan | undefined
}

/** Google's sign-in, and the way to it. */
export const makeWorld = ({ faults, ...options }: WorldOptions = {}) => {
  const google = TokenMachine.make(options)
  const emulator = EmulatorClient.make(
    { handle: (request, now) => google.handle(request, now) ?? { status: 404, body: "not found" } },
    { faults }
  )
  return { ...emulator, google, layer: layerOf(emulator.client) }
}

/** No policy waits: what would be a wait is an error at once. */
export const layerOf = (client: HttpClient.HttpClient) =>
  Layer.mergeAll(
    Layer.succeed(HttpClient.HttpClient, client),
    NodeFileSystem.layer,
    NodePath.layer,
    Layer.orDie(
      Resilience.layer({
        services: { http: { rateLimit: false, retry: { baseDelay: 0, maxDelay: 0, maxRetryAfter: 0 } } }
      })
    )
  )

/** The environment of a program. */
export const environment = (variables: Readonly<Record<string, string>>) =>
  ConfigProvider.layer(ConfigProvider.fromUnknown(variables))

export const textOf = ({ value }: AccessToken): string => Redacted.value(value)

/** A pair of keys for a service account: the private one in PEM, the public one as a JSON Web Key. */
export const makeKeys = Effect.promise(async () => {
  const { exportJWK, exportPKCS8, generateKeyPair } = await import("jose")
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true })
  const { e = "", n = "" } = await exportJWK(publicKey)
  return { pem: await exportPKCS8(privateKey), key: { e, n } }
})

/** The same Google, whose clock is so many milliseconds off. */
export const makeWorldAt = (google: TokenMachine.TokenMachine, off: number) =>
  layerOf(
    EmulatorClient.make({
      handle: (request, now) => {
        const { headers, ...answer } = google.handle(request, now + off) ?? { status: 404, headers: {} }
        return { ...answer, headers: { ...headers, date: new Date(now + off).toUTCString() } }
      }
    }).client
  )
