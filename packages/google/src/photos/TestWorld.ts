/**
 * The emulator and the policies of `Photos.layerTest`, loaded when a test asks for them.
 *
 * @module
 */
import { type PolicyConfig, Resilience } from "@skippy/core"
import { Files } from "@skippy/http/authoring"
import { EmulatorClient } from "@skippy/http/testing"
import { Context, Effect, Layer, Redacted } from "effect"
import { HttpClient } from "effect/http"
import * as StaticToken from "../auth/StaticToken.ts"
import type { TokenProvider } from "../auth/TokenProvider.ts"
import * as PhotosEmulator from "../testing/PhotosEmulator.ts"
import { service } from "./Api.ts"
import { PhotosTest, type TestOptions } from "./PhotosTest.ts"

const testToken = "token-of-a-test"

/** No policy waits: what would be a wait is an error at once. */
export const policies: PolicyConfig.PolicyConfigInput = {
  rateLimit: false,
  retry: { baseDelay: 0, maxDelay: 0, maxRetryAfter: 0 }
}

/** As whom a test asks. */
export const tokenOf = ({ token, tokens = [] }: TestOptions): Redacted.Redacted =>
  Redacted.make(token ?? tokens[0]?.token ?? testToken)

/** The Google Photos of a test, the way to it, the token, the policies, and the files of the disk. */
export const layer = (
  options: TestOptions
): Layer.Layer<PhotosTest | Files.Files | HttpClient.HttpClient | Resilience | TokenProvider> => {
  const emulated = Effect.sync(() => {
    const { handle, ...state } = PhotosEmulator.make(options)
    const { client, ...served } = EmulatorClient.make({ handle }, { faults: options.faults })
    return Context.make(HttpClient.HttpClient, client).pipe(Context.add(PhotosTest, { ...state, ...served }))
  })
  const resilience = Resilience.layer({ services: { [service]: policies } })
  return Layer.mergeAll(
    Layer.effectContext(emulated),
    Layer.orDie(resilience),
    StaticToken.layer(tokenOf(options)),
    Files.layerIfAny
  )
}
