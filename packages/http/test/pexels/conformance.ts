/** What every Pexels must do, whatever is behind it. */
import { describe } from "@effect/vitest"
import { downloads } from "./conformanceDownloads.ts"
import { reads } from "./conformanceReads.ts"
import { refusals } from "./conformanceRefusals.ts"
import { testsIn, type World } from "./support.ts"

/** Runs the suite in a world. */
export const conformance = (name: string, world: World): void => {
  describe(`Pexels over ${name}`, () => {
    const test = testsIn(world)
    reads(test)
    refusals(test)
    downloads(test)
  })
}
