/** What every Drive must do, whatever is behind it. Each part has a file of its own, and a line here. */
import { describe } from "@effect/vitest"
import { batches } from "./conformanceBatches.ts"
import { changes } from "./conformanceChanges.ts"
import { downloads } from "./conformanceDownloads.ts"
import { reads } from "./conformanceReads.ts"
import { refusals } from "./conformanceRefusals.ts"
import { sharing } from "./conformanceSharing.ts"
import { uploads } from "./conformanceUploads.ts"
import { type Test, testsIn, type World } from "./support.ts"

const parts: ReadonlyArray<(test: Test) => void> = [reads, downloads, refusals, changes, sharing, batches, uploads]

/** Runs the suite in a world. */
export const conformance = (name: string, world: World): void => {
  describe(`Drive over ${name}`, () => {
    const test = testsIn(world)
    for (const part of parts) part(test)
  })
}
