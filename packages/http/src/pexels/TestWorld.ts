/**
 * The emulator and the policies of `Pexels.layerTest`, loaded when a test asks for them.
 *
 * @module
 */
import { type PolicyConfig, Resilience } from "@skippy/core"
import { Context, Effect, Layer, Redacted } from "effect"
import { HttpClient } from "effect/http"
import * as Files from "../Files.ts"
import * as EmulatorClient from "../testing/EmulatorClient.ts"
import * as PexelsEmulator from "../testing/PexelsEmulator.ts"
import { imageService, service } from "./Exchange.ts"
import { PexelsTest, type TestOptions } from "./PexelsTest.ts"

const testKey = "key-of-a-test"

/** No policy waits: what would be a wait is an error at once. */
export const policies: PolicyConfig.PolicyConfigInput = {
  rateLimit: false,
  retry: { baseDelay: 0, maxDelay: 0, maxRetryAfter: 0 }
}

/** With which key a test asks. */
export const keyOf = ({ key, keys = [testKey] }: TestOptions): Redacted.Redacted =>
  Redacted.make(key ?? keys[0] ?? testKey)

/** The Pexels of a test, the way to it, the policies, and the files of the disk. */
export const layer = (
  options: TestOptions
): Layer.Layer<Files.Files | HttpClient.HttpClient | PexelsTest | Resilience> => {
  const emulated = Effect.sync(() => {
    const { handle, ...state } = PexelsEmulator.make({ keys: [testKey], ...options })
    const { client, ...served } = EmulatorClient.make({ handle }, { faults: options.faults })
    return Context.make(HttpClient.HttpClient, client).pipe(Context.add(PexelsTest, { ...state, ...served }))
  })
  const resilience = Resilience.layer({ services: { [service]: policies, [imageService]: policies } })
  return Layer.mergeAll(Layer.effectContext(emulated), Layer.orDie(resilience), Files.layerIfAny)
}
