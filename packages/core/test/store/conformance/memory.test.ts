/** The stores in memory keep what the conformance suite asks. */
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { conformance } from "./suite.ts"
import { memoryLayer, type Subject } from "./Subject.ts"

const memory: Subject = {
  name: "memory",
  isShared: false,
  bounds: "maxKeys",
  runs: 300,
  steps: 60,
  world: Effect.succeed({ here: memoryLayer, there: memoryLayer }),
  settled: TestClock.adjust(0)
}

conformance(memory)
