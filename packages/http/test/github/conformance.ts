/** What every GitHub must do, whatever is behind it. */
import { describe } from "@effect/vitest"
import { creations } from "./conformanceCreations.ts"
import { reads } from "./conformanceReads.ts"
import { refusals } from "./conformanceRefusals.ts"
import { testsIn, type World } from "./support.ts"

/** Runs the suite in a world. */
export const conformance = (name: string, world: World): void => {
  describe(`GitHub over ${name}`, () => {
    const test = testsIn(world)
    creations(test)
    reads(test)
    refusals(test)
  })
}
