/**
 * The parts of the demo: a service each, what is done with it, and what is read of it meanwhile.
 *
 * @module
 */
import type { Duration, Effect } from "effect"
import type { AnyFailure } from "../output/Failure.ts"
import { drive, readDrive } from "./DriveActs.ts"
import type { Say } from "./Say.ts"
import type { policies } from "./Script.ts"
import type { Stage } from "./Stage.ts"
import { github, http, pexels, readGitHub, readHttp, readPexels } from "./WebActs.ts"

/** One service of the demo. */
export interface Part {
  readonly service: keyof typeof policies
  readonly act: (stage: Stage, say: Say) => Effect.Effect<void, AnyFailure>
  readonly read: (stage: Stage) => Effect.Effect<unknown, AnyFailure>
  /** How long it is left to its act before somebody reads. */
  readonly readAfter: Duration.Input
}

/** All of them. */
export const parts: ReadonlyArray<Part> = [
  { service: "google-drive", act: drive, read: readDrive, readAfter: "1 second" },
  { service: "github", act: github, read: readGitHub, readAfter: "1 second" },
  { service: "pexels", act: pexels, read: readPexels, readAfter: "2500 millis" },
  { service: "http", act: http, read: readHttp, readAfter: "1 second" }
]
