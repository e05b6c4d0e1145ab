/**
 * What a test sees of the Drive behind `Drive.layerTest`.
 *
 * @module
 */
import type { EmulatorClient, Fault } from "@skippy/http/testing"
import { Context } from "effect"
import type { DriveEmulator, Options } from "../testing/DriveEmulator.ts"
import type { QuotaMode } from "./Connection.ts"

/** What the Drive of a test starts with. */
export interface TestOptions extends Options {
  /** As whom it is asked: a token of `tokens`. Default: the first; one of a tester without any. */
  readonly token?: string | undefined
  /** Which requests fail, and how. None by default; `DriveTest` changes it. */
  readonly faults?: Fault.FaultPlan | undefined
  /** How the quota is counted. Default `calls`; nothing waits either way. */
  readonly quota?: QuotaMode | undefined
}

/** What a test sees of Drive, and what it can do there. */
export interface TestHandle
  extends Omit<DriveEmulator, "handle" | "receive">, Omit<EmulatorClient.EmulatorClient, "client"> {}

/** The Drive of a test: `files`, `content`, `createdCount`, `setLimits` …; `faults.set`, `requests` and `clear`. */
export class DriveTest extends Context.Service<DriveTest, TestHandle>()("@skippy/google/drive/DriveTest") {}
