/**
 * The pipelines of all services, each compiled once.
 *
 * @module
 */
import { Effect, Predicate, Schema, type Scope } from "effect"
import { InvalidOptionError } from "../error/InvalidOptionError.ts"
import * as Catalog from "./Catalog.ts"
import * as Pipeline from "./Pipeline.ts"
import * as PolicyConfig from "./PolicyConfig.ts"

/** Nobody configured or called a service of this name. */
export class UnknownServiceError extends Schema.TaggedError<UnknownServiceError>()("UnknownServiceError", {
  service: Schema.String,
  known: Schema.Array(Schema.String)
}) {
  readonly category = "notFound"

  override get message(): string {
    return `there is no service "${this.service}"; known are ${this.known.join(", ")}`
  }
}

/** The pipelines of all services. */
export interface Registry {
  /** The pipeline of a service, made with the defaults when nobody configured it. */
  readonly pipeline: (service: string) => Pipeline.Pipeline
  readonly known: (service: string) => Effect.Effect<Pipeline.Pipeline, UnknownServiceError>
  readonly all: () => ReadonlyArray<Pipeline.Pipeline>
  readonly names: () => ReadonlyArray<string>
}

/** Services made on demand are kept up to this many; their names may come from user input. */
const maxOnDemand = 1000

const catalog: Readonly<Record<string, PolicyConfig.PolicyConfigInput>> = Catalog.services

/** Options that the schema allows and a policy refuses are a problem of the configuration too. */
const compiled = (
  service: string,
  config: PolicyConfig.Policies
): Effect.Effect<Pipeline.Pipeline, PolicyConfig.PolicyConfigError> =>
  Effect.catchDefect(Pipeline.make(service, config), (defect) =>
    Predicate.isTagged(defect, "InvalidOptionError") && defect instanceof InvalidOptionError
      ? Effect.fail(
          new PolicyConfig.PolicyConfigError({
            service,
            problems: [{ path: `${defect.policy}.${defect.option}`, value: defect.value, fix: defect.fix }]
          })
        )
      : Effect.die(defect)
  )

/** Compiles the services of the catalog and those given. */
export const make = (
  services: Readonly<Record<string, PolicyConfig.PolicyConfigInput>>
): Effect.Effect<Registry, PolicyConfig.PolicyConfigError, Scope.Scope> =>
  Effect.gen(function* () {
    const base = yield* Effect.orDie(PolicyConfig.decode("defaults", Catalog.defaults))
    const defaults = PolicyConfig.merge({}, base)
    const pipelines = new Map<string, Pipeline.Pipeline>()
    for (const service of new Set([...Object.keys(catalog), ...Object.keys(services)])) {
      const own = yield* PolicyConfig.decode(service, services[service] ?? {})
      const known = yield* Effect.orDie(PolicyConfig.decode(service, catalog[service] ?? {}))
      const config = PolicyConfig.merge(own, PolicyConfig.merge(known, defaults))
      pipelines.set(service, yield* compiled(service, config))
    }

    const context = yield* Effect.context<Scope.Scope>()
    const onDemand = new Map<string, Pipeline.Pipeline>()
    const demand = (service: string): Pipeline.Pipeline => {
      const pipeline = Effect.runSyncWith(context)(Pipeline.make(service, defaults))
      onDemand.set(service, pipeline)
      if (onDemand.size > maxOnDemand) {
        const [oldest] = onDemand.keys()
        if (oldest !== undefined) onDemand.delete(oldest)
      }
      return pipeline
    }
    const find = (service: string) => pipelines.get(service) ?? onDemand.get(service)
    const all = () => [...pipelines.values(), ...onDemand.values()]
    const names = () => [...pipelines.keys(), ...onDemand.keys()]
    yield* Effect.addFinalizer(() =>
      Effect.forEach(all(), ({ stages }) => stages.cache?.close ?? Effect.void, { discard: true })
    )
    return {
      pipeline: (service) => find(service) ?? demand(service),
      known: (service) => {
        const pipeline = find(service)
        return pipeline === undefined
          ? Effect.fail(new UnknownServiceError({ service, known: names() }))
          : Effect.succeed(pipeline)
      },
      all,
      names
    }
  })
