/**
 * Tools that tell how the machine, the configuration and the protected services are.
 *
 * @module
 */
import { Configuration, Health, HealthChecks, Snapshot } from "@skippy/core"
import { Effect, Schema } from "effect"
import { type Breaker, breakersOf, breakersText } from "../../command/breakers.ts"
import { problemsText } from "../../command/problems.ts"
import { World } from "../../command/World.ts"
import { bytesText, count, facts, oneLine, plainStyle, table } from "../../output/Style.ts"
import { nothing, snake } from "../Fields.ts"
import { Calls, Circuit, dashboard, readDashboard } from "../Pictures.ts"
import { type AnyTool, tool } from "../Tool.ts"
import { componentsOf, Component } from "../Components.ts"

/** They look, and nothing more; at Google only whether it accepts the credentials. */
const looks = { readOnly: true, destructive: false, idempotent: true, openWorld: false } as const

const check = tool({
  name: "system_health_check",
  group: "health",
  title: "Check health",
  description:
    "Checks disk, memory, CPU, configuration, credentials and circuits: the whole and each component, with what to do.",
  hints: { ...looks, openWorld: true },
  input: nothing,
  output: {
    schema: Schema.Struct({
      status: Health.HealthStatus,
      components: Schema.Array(Component),
      recommendations: Schema.Array(Schema.String)
    }),
    text: ({ components, recommendations, status }) =>
      [
        `health: ${status}`,
        table(components.map(({ name, reason = "", status }) => [status, name, reason])),
        ...recommendations.map((text) => `→ ${oneLine(text)}`)
      ].join("\n")
  },
  run: () => Effect.flatMap(World, componentsOf)
})

const { cpu, disks, memory, network, processes, uptimeSeconds } = HealthChecks.SystemReading.fields

const metrics = tool({
  name: "get_system_metrics",
  group: "health",
  title: "Measure the machine",
  description:
    "Uptime, CPU, memory, disks, network and processes of this machine, and calls and events of this server since it began.",
  hints: looks,
  input: nothing,
  output: {
    schema: snake({
      uptimeSeconds,
      cpu,
      memory: snake(memory.fields),
      disks: Schema.Array(snake(disks.value.fields)),
      network: Schema.Array(snake(network.value.fields)),
      processes,
      resilience: Schema.Struct({
        events: snake(Snapshot.Snapshot.fields.events.fields),
        services: Schema.Array(snake({ service: Schema.String, latency: Calls }))
      })
    }),
    text: ({ cpu, disks, memory, processes, resilience, uptimeSeconds }) =>
      [
        facts([
          ["up", `${Math.round(uptimeSeconds / 3600)} h`],
          ["cpu", `${cpu.percent} % of ${cpu.cores} cores`],
          ["memory", `${memory.percent} % of ${bytesText(memory.totalBytes)}`],
          ...disks.map(
            ({ mount, percent, totalBytes }) => [`disk ${mount}`, `${percent} % of ${bytesText(totalBytes)}`] as const
          ),
          ["processes", `${processes.all}, ${processes.running} running`]
        ]),
        ...resilience.services.map(
          ({ latency, service }) =>
            `${service}: ${count(latency.calls, "call")}, ${latency.failed} failed, p95 ${Math.round(latency.p95)} ms`
        )
      ].join("\n")
  },
  run: () =>
    Effect.gen(function* () {
      const { snapshot, system } = yield* World
      const { events, services } = yield* snapshot
      return {
        ...(yield* system),
        resilience: {
          events,
          services: services.flatMap(({ latency, service }) => (latency === undefined ? [] : [{ service, latency }]))
        }
      }
    })
})

const validate = tool({
  name: "validate_skippy_configuration",
  group: "health",
  title: "Check the configuration",
  description: "Tells every problem of the configuration at once, each with a fix. Secrets are not shown.",
  hints: looks,
  input: nothing,
  output: {
    schema: Schema.Struct({ valid: Schema.Boolean, problems: Schema.Array(Configuration.Problem) }),
    text: ({ problems }) => problemsText(problems, plainStyle)
  },
  run: () =>
    Effect.map(
      Effect.flatMap(World, ({ problems }) => problems),
      (problems) => ({
        valid: problems.every(({ severity }) => severity === "warning"),
        problems
      })
    )
})

const summaryOf = (breakers: ReadonlyArray<Breaker>) => {
  const countOf = (...states: ReadonlyArray<string>) =>
    breakers.filter(({ circuit }) => states.includes(circuit.state)).length
  return {
    total: breakers.length,
    closed: countOf("Closed"),
    open: countOf("Open", "ForcedOpen"),
    halfOpen: countOf("HalfOpen")
  }
}

const { Finite } = Schema

const breakers = tool({
  name: "get_circuit_breaker_status",
  group: "health",
  title: "Show circuit breakers",
  description: "The circuits of all services and of their parts in trouble, with counts, and a summary.",
  hints: looks,
  input: nothing,
  output: {
    schema: Schema.Struct({
      breakers: Schema.Array(
        Schema.Struct({ service: Schema.String, partition: Schema.optionalKey(Schema.String), circuit: Circuit })
      ),
      summary: snake({ total: Finite, closed: Finite, open: Finite, halfOpen: Finite })
    }),
    text: ({ breakers, summary: { closed, halfOpen, open, total } }) =>
      `${total} circuits: ${closed} closed, ${open} open, ${halfOpen} being tried again\n${breakersText(breakers, plainStyle)}`
  },
  run: () => Effect.map(Effect.flatMap(World, breakersOf), (breakers) => ({ breakers, summary: summaryOf(breakers) }))
})

const board = tool({
  name: "get_resilience_dashboard",
  group: "health",
  title: "Show everything",
  description:
    "Health, circuits, limits with what remains, caches, calls, alerts of the last 24 hours, and what to do: all at once.",
  hints: looks,
  input: nothing,
  output: dashboard,
  run: () => Effect.flatMap(World, readDashboard)
})

/** Tools that tell how everything is. */
export const healthTools: ReadonlyArray<AnyTool> = [check, metrics, validate, breakers, board]
