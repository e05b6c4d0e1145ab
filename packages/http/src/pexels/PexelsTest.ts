/**
 * What a test sees of the Pexels behind `Pexels.layerTest`.
 *
 * @module
 */
import { Context } from "effect"
import type { Served } from "../testing/Exchange.ts"
import type { FaultPlan } from "../testing/Fault.ts"
import type { Options, PexelsEmulator } from "../testing/PexelsEmulator.ts"

/** What the Pexels of a test starts with. */
export interface TestOptions extends Options {
  /** With which key it is asked. Default: the first of `keys`; that of a tester without any. */
  readonly key?: string | undefined
  /** Which requests fail, and how. None by default; `PexelsTest` changes it. */
  readonly faults?: FaultPlan | undefined
}

/** What a test sees of Pexels, and what it can do there. */
export interface TestHandle extends Omit<PexelsEmulator, "handle">, Served {}

/** The Pexels of a test: `photos`, `setLimits`; `faults.set`, `requests` and `clear`. */
export class PexelsTest extends Context.Service<PexelsTest, TestHandle>()("@skippy/http/pexels/PexelsTest") {}
