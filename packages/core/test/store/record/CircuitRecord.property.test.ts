import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { CircuitConfig } from "../../../src/store/CircuitModel.ts"
import * as CircuitReads from "../../../src/store/CircuitReads.ts"
import * as CircuitState from "../../../src/store/CircuitState.ts"
import * as CircuitRecord from "../../../src/store/record/CircuitRecord.ts"

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ _tag: fc.constant("wait" as const), millis: fc.constantFrom(-20, 1, 99, 100, 450, 5000) })
  },
  { weight: 8, arbitrary: fc.record({ _tag: fc.constant("call" as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      _tag: fc.constant("end" as const),
      which: fc.nat(7),
      outcome: fc.constantFrom("Success" as const, "Failure" as const, "Failure" as const, "Ignored" as const),
      latencyMillis: fc.constantFrom(0, 500),
      retryAfterMillis: fc.constantFrom(0, 0, 3000)
    })
  },
  {
    weight: 1,
    arbitrary: fc.record({
      _tag: fc.constant("control" as const),
      command: fc.constantFrom<CircuitState.Command>("open", "isolate", "close", "reset", "disable", "metricsOnly")
    })
  }
)

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

const rate = { threshold: 0.5, minimumCalls: 3 }

const configs: fc.Arbitrary<CircuitConfig> = fc
  .record({
    consecutiveFailures: fc.integer({ min: 0, max: 4 }),
    failureRate: fc.constantFrom(undefined, rate),
    slowCallRate: fc.constantFrom(undefined, { ...rate, slowerThanMillis: 100 }),
    window: fc.constantFrom<NonNullable<CircuitConfig["window"]>>(
      { _tag: "Count", size: 1 },
      { _tag: "Count", size: 8 },
      { _tag: "Time", millis: 500, buckets: 5 }
    ),
    probes: fc.integer({ min: 1, max: 3 }),
    successThreshold: fc.integer({ min: 1, max: 3 }),
    probeTimeoutMillis: fc.constantFrom(50, 2000, Infinity)
  })
  .map(({ window, ...rest }) => ({
    ...rest,
    window: rest.failureRate === undefined && rest.slowCallRate === undefined ? undefined : window,
    maxOpenMillis: 20_000
  }))

const machine = (
  config: CircuitConfig,
  openMillis: (opening: number) => number,
  between: (circuit: CircuitState.Circuit) => CircuitState.Circuit
) => {
  let now = 1_700_000_000_000
  let circuit = CircuitState.make("Closed", now)
  const calls: Array<CircuitState.Admitted> = []
  return (one: Step): unknown => {
    const answer = ((): unknown => {
      switch (one._tag) {
        case "wait":
          now += one.millis
          return CircuitReads.peek(circuit, config, now)
        case "call": {
          const answer = CircuitState.admit(circuit, config, now)
          if (answer._tag === "Admitted") calls.push(answer)
          return answer
        }
        case "end": {
          const [call] = calls.splice(one.which % Math.max(1, calls.length), 1)
          return call && CircuitState.settle(circuit, config, call, { ...one, openMillis }, now)
        }
        case "control":
          return CircuitState.control(circuit, one.command, openMillis, now)
      }
    })()
    circuit = between(circuit)
    return [answer, CircuitReads.view(circuit, now), CircuitReads.isIdle(circuit, "Closed", 1000, now)]
  }
}

describe("a circuit as a record", () => {
  it("decides as one that was never written", { timeout: 60_000 }, () => {
    let opened = 0
    fc.assert(
      fc.property(
        configs,
        fc.constantFrom(100, Infinity),
        fc.array(step, { minLength: 100, maxLength: 100 }),
        (config, base, script) => {
          const openMillis = (opening: number): number => base * 2 ** (opening - 1)
          const real = machine(config, openMillis, (circuit) => circuit)
          const stored = machine(config, openMillis, (circuit) => {
            const read = CircuitRecord.read(CircuitRecord.write(circuit, config), config)
            if (read === undefined) throw new Error("unread")
            return read
          })
          for (const one of script) {
            const answer = real(one)
            if (JSON.stringify(answer).includes(`"to":"Open"`)) opened++
            expect(stored(one)).toEqual(answer)
          }
        }
      ),
      { numRuns: 1000 }
    )
    expect(opened).toBeGreaterThan(1000)
  })

  it("leaves out a window that was counted in another way, and keeps of the last calls what there is room for", () => {
    const of = (window: CircuitConfig["window"]): CircuitConfig => ({
      consecutiveFailures: 0,
      failureRate: rate,
      slowCallRate: undefined,
      window,
      probes: 1,
      successThreshold: 1,
      probeTimeoutMillis: 1000,
      maxOpenMillis: 1000
    })
    const time = of({ _tag: "Time", millis: 500, buckets: 5 })
    const count = of({ _tag: "Count", size: 8 })
    const written = (config: CircuitConfig): string => {
      const circuit = CircuitState.make("Closed", 1000)
      for (let call = 0; call < 5; call++) CircuitState.succeed(circuit, config, circuit.ticket, 1000)
      return CircuitRecord.write(circuit, config)
    }
    const callsOf = (text: string, config: CircuitConfig) => CircuitRecord.read(text, config)?.window?.calls
    expect(callsOf(written(time), time)).toBe(5)
    expect(callsOf(written(time), of({ _tag: "Time", millis: 1000, buckets: 5 }))).toBeUndefined()
    expect(callsOf(written(time), count)).toBeUndefined()
    expect(callsOf(written(count), time)).toBeUndefined()
    expect(callsOf(written(count), of({ _tag: "Count", size: 3 }))).toBe(3)
    expect(callsOf(written(count), of(undefined))).toBeUndefined()
  })

  it.each(["", "7", "{}", `{"state":"Closed"}`, `{"state":"Ajar","probes":[]}`])("is not read from %j", (text) => {
    const config = fc.sample(configs, 1)[0]!
    expect(CircuitRecord.read(text, config)).toBeUndefined()
  })
})
