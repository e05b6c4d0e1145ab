/** Going through the gate of a shared store changes nothing, whether answers are at hand or come later. */
import { Effect } from "effect"
import * as Away from "../../../src/store/away/Away.ts"
import { atHand, later, rawMemory, turns, withoutTimeout } from "../away/RawMemory.ts"
import type { Subject } from "./Subject.ts"
import { conformance } from "./suite.ts"

const gated = (name: "sqlite" | "redis", answer: typeof atHand): Subject => ({
  name,
  isShared: true,
  bounds: "maxKeys",
  runs: 50,
  steps: 60,
  world: Effect.sync(() => {
    const raw = Effect.succeed(rawMemory(answer))
    const layer = Away.layer(name, raw, withoutTimeout)
    return { here: layer, there: Away.layer(name, raw, withoutTimeout) }
  }),
  settled: turns
})

conformance(gated("sqlite", atHand))
conformance(gated("redis", later))
