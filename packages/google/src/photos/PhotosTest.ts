/**
 * What a test sees of the Google Photos behind `Photos.layerTest`.
 *
 * @module
 */
import type { EmulatorClient, Fault } from "@skippy/http/testing"
import { Context } from "effect"
import type { Options, PhotosEmulator } from "../testing/PhotosEmulator.ts"

/** What the Google Photos of a test starts with. */
export interface TestOptions extends Options {
  /** As whom it is asked: a token of `tokens`. Default: the first; one of a tester without any. */
  readonly token?: string | undefined
  /** Which requests fail, and how. None by default; `PhotosTest` changes it. */
  readonly faults?: Fault.FaultPlan | undefined
}

/** What a test sees of Google Photos, and what it can do there. */
export interface TestHandle
  extends Omit<PhotosEmulator, "handle" | "receive">, Omit<EmulatorClient.EmulatorClient, "client"> {}

/** The Google Photos of a test: `pick`, `sessions`, `media`, `setLimits` …; `faults.set`, `requests` and `clear`. */
export class PhotosTest extends Context.Service<PhotosTest, TestHandle>()("@skippy/google/photos/PhotosTest") {}
