/**
 * The emulator and the policies of `GitHub.layerTest`, loaded when a test asks for them.
 *
 * @module
 */
import { type PolicyConfig, Resilience } from "@skippy/core"
import { Context, Effect, Layer, Redacted } from "effect"
import { HttpClient } from "effect/http"
import * as EmulatorClient from "../testing/EmulatorClient.ts"
import * as GitHubEmulator from "../testing/GitHubEmulator.ts"
import { GitHubTest, type TestOptions } from "./GitHubTest.ts"
import { service } from "./Reads.ts"

const tester = { token: "token-of-a-test", login: "tester" }

/** No policy waits: what would be a wait is an error at once. */
export const policies: PolicyConfig.PolicyConfigInput = {
  rateLimit: false,
  lanes: { content: { rateLimit: false } },
  retry: { baseDelay: 0, maxDelay: 0, maxRetryAfter: 0 }
}

/** As whom a test asks. */
export const tokenOf = ({ token, tokens = [tester] }: TestOptions): Redacted.Redacted | undefined => {
  const chosen = token === false ? undefined : (token ?? tokens[0]?.token)
  return chosen === undefined ? undefined : Redacted.make(chosen)
}

/** The GitHub of a test, the way to it, and the policies. */
export const layer = (options: TestOptions): Layer.Layer<GitHubTest | HttpClient.HttpClient | Resilience> => {
  const emulated = Effect.sync(() => {
    const { handle, ...state } = GitHubEmulator.make({ tokens: [tester], ...options })
    const { client, ...served } = EmulatorClient.make({ handle }, { faults: options.faults })
    return Context.make(HttpClient.HttpClient, client).pipe(Context.add(GitHubTest, { ...state, ...served }))
  })
  const resilience = Resilience.layer({ services: { [service]: policies } })
  return Layer.merge(Layer.effectContext(emulated), Layer.orDie(resilience))
}
