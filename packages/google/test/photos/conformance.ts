/** What every Photos must do, whatever is behind it. */
import { describe } from "@effect/vitest"
import { downloads } from "./conformanceDownloads.ts"
import { refusals } from "./conformanceRefusals.ts"
import { sessions } from "./conformanceSessions.ts"
import { waits } from "./conformanceWaits.ts"
import { testsIn, type World } from "./support.ts"

/** Runs the suite in a world. */
export const conformance = (name: string, world: World): void => {
  describe(`Photos over ${name}`, () => {
    const test = testsIn(world)
    sessions(test)
    waits(test)
    downloads(test)
    refusals(test)
  })
}
