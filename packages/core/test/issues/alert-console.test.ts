import { describe, expect, it } from "@effect/vitest"
import { Console, Effect } from "effect"
import * as ConsoleSink from "../../src/alert/sink/ConsoleSink.ts"

describe("the console sink", () => {
  it.effect("writes one line an alert, whatever an error message says", () =>
    Effect.gen(function* () {
      const lines: Array<unknown> = []
      const console: Console.Console = Object.assign(Object.create(globalThis.console), {
        error: (line: unknown) => lines.push(line)
      })
      const sink = yield* ConsoleSink.make().pipe(Effect.provideService(Console.Console, console))
      const message = "first\n1970-01-01T00:00:00.000Z RESOLVED all is well\u001b[2J"
      const alert = { name: "A", level: "ERROR", title: "A", message, labels: {} } as const
      const times = { at: 0, startsAt: 0, lastSeenAt: 0, count: 1, silenced: false, lasting: true }
      yield* sink.send({
        at: 0,
        group: {},
        reason: "changed",
        alerts: [{ ...times, status: "firing", fingerprint: "A", alert }]
      })
      expect(lines).toHaveLength(1)
      expect(String(lines[0])).not.toMatch(/\p{Cc}/u)
    })
  )
})
