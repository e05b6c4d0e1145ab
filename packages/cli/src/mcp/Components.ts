/**
 * Health, component by component, credentials included.
 *
 * @module
 */
import { Health } from "@skippy/core"
import { Effect, Option, Schema } from "effect"
import { type Credential, credentials } from "../command/credentials.ts"
import type { Shape } from "../command/World.ts"

/** What was found of one component. */
export const Component = Schema.Struct({
  /** A path such as `system/disk`. */
  name: Schema.String,
  /** `missing`: of credentials, which not everybody needs; the whole is no worse for it. */
  status: Schema.Literals([...Health.HealthStatus.literals, "missing"]),
  reason: Schema.optionalKey(Schema.String),
  /** The numbers behind it. */
  details: Health.HealthNode.fields.details
})
/** What was found of one component. */
export type Component = typeof Component.Type

const leavesOf = ({ children, details, name, reason, status }: Health.HealthNode): ReadonlyArray<Component> =>
  children.length > 0
    ? children.flatMap(leavesOf)
    : [
        {
          name,
          status,
          ...(reason === undefined ? {} : { reason }),
          ...(details === undefined ? {} : { details })
        }
      ]

const ofCredential = ({ detail, service, source, status }: Credential): Component => ({
  name: `credentials/${service}`,
  status: status === "failed" ? "degraded" : status,
  ...(status === "ok" ? (source === undefined ? {} : { reason: source }) : { reason: detail ?? "not accepted" })
})

/** So long the answer about credentials is waited for, as for any check. */
const patience = "5 seconds"

const silent: ReadonlyArray<Component> = [
  { name: "credentials", status: "degraded", reason: `Google did not answer within ${patience}` }
]

/** Everything that was found, and what to do about it. */
export const componentsOf = (world: Shape) =>
  Effect.gen(function* () {
    const [tree, found] = yield* Effect.all([world.health, Effect.timeoutOption(credentials(world), patience)], {
      concurrency: "unbounded"
    })
    const own = Option.match(found, { onNone: () => silent, onSome: (all) => all.map(ofCredential) })
    const isWorse = tree.status === "ok" && own.some(({ status }) => status === "degraded")
    return {
      status: isWorse ? ("degraded" as const) : tree.status,
      components: [...leavesOf(tree), ...own],
      recommendations: [
        ...Health.recommendations(tree),
        ...own.flatMap(({ name, reason, status }) =>
          status === "degraded" && reason !== undefined ? [`${name}: ${reason}`] : []
        )
      ]
    }
  })
