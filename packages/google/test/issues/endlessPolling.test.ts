/** With a `timeoutIn` that stays the same, and no end of the session, Google was asked for ever. */
import { describe, expect, it } from "@effect/vitest"
import * as Polling from "../../src/photos/Polling.ts"

describe("waiting for somebody who never picks", () => {
  it.each([undefined, 1_800_000])(
    "ends after a day, when each answer says %s and nothing of an end",
    (timeoutMillis) => {
      const seen: Polling.Seen = {
        _tag: "Answer",
        mediaItemsSet: false,
        pollMillis: 60_000,
        timeoutMillis,
        expiresAt: undefined
      }
      let state = Polling.begin(0, Infinity, 5000)
      let now = 0
      for (let asked = 0; asked < 2000; asked++) {
        const [decision, next] = Polling.step(state, seen, now)
        if (decision._tag !== "Wait") {
          expect(decision._tag).toBe("Over")
          break
        }
        state = next
        now += decision.millis
      }
      expect(now).toBe(24 * 60 * 60_000)
    }
  )
})
