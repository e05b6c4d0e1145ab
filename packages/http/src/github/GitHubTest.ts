/**
 * What a test sees of the GitHub behind `GitHub.layerTest`.
 *
 * @module
 */
import { Context } from "effect"
import type { Served } from "../testing/Exchange.ts"
import type { FaultPlan } from "../testing/Fault.ts"
import type { GitHubEmulator, Options } from "../testing/GitHubEmulator.ts"

/** What the GitHub of a test starts with. */
export interface TestOptions extends Options {
  /** As whom it is asked: a token of `tokens`, or `false` for nobody. Default: the first; one of a tester without any. */
  readonly token?: string | false | undefined
  /** Which requests fail, and how. None by default; `GitHubTest` changes it. */
  readonly faults?: FaultPlan | undefined
}

/** What a test sees of GitHub, and what it can do there. */
export interface TestHandle extends Omit<GitHubEmulator, "handle">, Served {}

/** The GitHub of a test: `pulls`, `issues`, `createdCount`, `setLimits`; `faults.set`, `requests` and `clear`. */
export class GitHubTest extends Context.Service<GitHubTest, TestHandle>()("@skippy/http/github/GitHubTest") {}
