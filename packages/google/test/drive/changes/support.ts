/** What tests of changes share. */
import { type PolicyConfig, Resilience } from "@skippy/core"
import { EmulatorClient, Fault } from "@skippy/http/testing"
import { Effect, Layer } from "effect"
import { HttpClient } from "effect/http"
import * as StaticToken from "../../../src/auth/StaticToken.ts"
import * as Api from "../../../src/drive/Api.ts"
import * as Changes from "../../../src/drive/changes/Changes.ts"
import * as Ids from "../../../src/drive/changes/Ids.ts"
import * as Connection from "../../../src/drive/Connection.ts"
import { DriveTest } from "../../../src/drive/DriveTest.ts"
import { policies as neverWaiting, tokenOf } from "../../../src/drive/TestWorld.ts"
import * as DriveEmulator from "../../../src/testing/DriveEmulator.ts"

/** A folder whose name is its id. */
export const folder = (id: string, parents?: ReadonlyArray<string>) => ({
  id,
  name: id,
  mimeType: "application/vnd.google-apps.folder",
  parents
})

/** The writes so far, in short. */
export const writes = Effect.map(DriveTest, ({ requests }) =>
  requests()
    .filter(({ method }) => method !== "GET")
    .map(({ method, path, status }) => `${method} ${path.replace(/^.*\/drive\/v3/, "")} ${status ?? "none"}`)
)

/** The first of these requests meets a fault. */
export const first = (method: string, fault: Fault.Fault, path?: RegExp) =>
  Fault.when({ method, path }, Fault.once(fault))

/** After these, a request may have been carried out. */
export const unsure = [
  ["is lost", Fault.lostAnswer],
  ["breaks off", Fault.truncate()],
  ["is 502", Fault.status(502)]
] as const

/** A Drive that programs come and go over. */
export const emulated = (options: DriveEmulator.Options) => {
  const emulator = DriveEmulator.make(options)
  return { ...emulator, ...EmulatorClient.make(emulator) }
}

/** The way to it, and the policies; by default those that never wait. */
export const over = (
  { client }: Pick<EmulatorClient.EmulatorClient, "client">,
  policies: PolicyConfig.PolicyConfigInput = neverWaiting
) =>
  Layer.mergeAll(
    Layer.succeed(HttpClient.HttpClient, client),
    Layer.orDie(Resilience.layer({ services: { "google-drive": policies } })),
    StaticToken.layer(tokenOf({}))
  )

/** A program that changes things. */
export const program = Effect.gen(function* () {
  const api = yield* Api.make(Connection.of({}))
  return yield* Changes.make(api, Ids.make(api))
})
