/** A world with everything that watches, in one folder and without a process: for the tools of health and the resources. */
import { AlertManager, Configuration, EventBus, Health, Journal, Operations, Resilience, Snapshot } from "@skippy/core"
import { Files } from "@skippy/http/authoring"
import { Effect, Layer } from "effect"
import type { World } from "../../../src/command/World.ts"
import { Reported } from "../../../src/output/Reported.ts"
import type { ToolUses } from "../../../src/mcp/Tool.ts"
import * as Support from "./support.ts"

const problem: Configuration.Problem = {
  severity: "error",
  key: "github.token",
  value: "<redacted>",
  origin: "environment SKIPPY_GITHUB_TOKEN",
  problem: "has a line break",
  fix: "set it anew"
}

const reading = {
  uptimeSeconds: 7200,
  cpu: { percent: 12, cores: 2, load1: 0.5 },
  memory: { totalBytes: 8_000_000_000, usedBytes: 4_000_000_000, percent: 50 },
  disks: [{ mount: "/", totalBytes: 1_000_000_000, usedBytes: 900_000_000, percent: 90 }],
  network: [{ interface: "eth0", rxBytesPerSecond: 10, txBytesPerSecond: 20 }],
  processes: { all: 100, running: 1 }
}

const nobody = new Reported({ problem: "not accepted, as a token of somebody else", exitCode: 1 })

const checks: ReadonlyArray<Health.Check> = [
  {
    name: "system/disk",
    critical: false,
    run: Effect.succeed({
      status: "degraded",
      reason: "disk / is 90 % in use",
      advice: "Delete files.",
      details: { "/": 90 }
    })
  }
]

const services = {
  reports: { retry: { maxAttempts: 2, baseDelay: 0, jitter: "none" }, circuitBreaker: { consecutiveFailures: 2 } }
} as const

const partsOf = (path: string): Effect.Effect<Partial<World["Service"]>, never, Operations.Operations | Resilience> =>
  Effect.gen(function* () {
    const alerts = yield* AlertManager.AlertManager
    const { flush } = yield* Journal.Journal
    return {
      places: Effect.succeed({ path, origin: "test", isSandbox: true }),
      resilience: Effect.succeed(yield* Resilience),
      snapshot: (yield* Snapshot.Live).current,
      health: (yield* Health.Health).check,
      system: Effect.succeed(reading),
      problems: Effect.succeed([problem]),
      tokens: Effect.fail(nobody),
      alerts: ({ hours }) => Effect.map(alerts.recent({ hours }), (alerts) => ({ alerts, broken: 0 })),
      sendAlert: alerts.send,
      journal: (filter) =>
        Effect.andThen(flush, Journal.read({ directory: `${path}/metrics`, filter })).pipe(Effect.provide(Files.layer))
    }
  })

/** A call that works, and one that does not. */
export const ok = Effect.succeed("a report").pipe(
  Resilience.call({ service: "reports", operation: "fetch", cacheKey: "a" })
)
export const failing = Effect.fail("down").pipe(
  Resilience.call({ service: "reports", operation: "fetch", idempotent: true }),
  Effect.ignore
)

/** Runs something in such a world. */
export const watched = <A, E>(effect: Effect.Effect<A, E, Resilience | ToolUses>): Promise<A> => {
  const path = Support.folder()
  const layer = Support.uses(partsOf(path), path).pipe(
    Layer.provideMerge(Operations.layer({ path, checks, checkEvery: "never" })),
    Layer.provideMerge(Resilience.layer({ services })),
    Layer.provideMerge(EventBus.layer()),
    Layer.provideMerge(Files.layer)
  )
  return Effect.runPromise(effect.pipe(Effect.provide(layer)))
}
