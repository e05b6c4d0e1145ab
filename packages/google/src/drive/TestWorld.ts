/**
 * The emulator and the policies of `Drive.layerTest`, loaded when a test asks for them.
 *
 * @module
 */
import { type PolicyConfig, Resilience, StateStore } from "@skippy/core"
import { Checksums, Files } from "@skippy/http/authoring"
import { EmulatorClient } from "@skippy/http/testing"
import { Context, Effect, Layer, Redacted } from "effect"
import { HttpClient } from "effect/http"
import * as StaticToken from "../auth/StaticToken.ts"
import * as DriveEmulator from "../testing/DriveEmulator.ts"
import { service } from "./Api.ts"
import type { Needs } from "./Operations.ts"
import { DriveTest, type TestOptions } from "./DriveTest.ts"

const tester = { token: "token-of-a-test", email: "tester@example.com" }

/** No policy waits: what would be a wait is an error at once. */
export const policies: PolicyConfig.PolicyConfigInput = {
  rateLimit: false,
  retry: { baseDelay: 0, maxDelay: 0, maxRetryAfter: 0 }
}

/** As whom a test asks. */
export const tokenOf = ({ token, tokens = [tester] }: TestOptions): Redacted.Redacted =>
  Redacted.make(token ?? tokens[0]?.token ?? tester.token)

/** The Drive of a test, the way to it, the token, the policies, and the files of the disk. */
export const layer = (options: TestOptions): Layer.Layer<DriveTest | Needs> => {
  const emulated = Effect.sync(() => {
    const { handle, receive, ...state } = DriveEmulator.make({ tokens: [tester], ...options })
    const { client, ...served } = EmulatorClient.make({ handle, receive }, { faults: options.faults })
    return Context.make(HttpClient.HttpClient, client).pipe(Context.add(DriveTest, { ...state, ...served }))
  })
  const resilience = Resilience.layer({ services: { [service]: policies } })
  return Layer.mergeAll(
    Layer.effectContext(emulated),
    Layer.orDie(resilience),
    StaticToken.layer(tokenOf(options)),
    Files.layerIfAny,
    Layer.orDie(Checksums.layer),
    StateStore.layerMemory
  )
}
