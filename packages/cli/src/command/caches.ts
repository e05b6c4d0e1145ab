/**
 * Forgets answers that are kept.
 *
 * @module
 */
import { Effect, Schema } from "effect"
import { count, table } from "../output/Style.ts"
import type { Shape } from "./World.ts"

/** How many answers of a service are gone. */
export const Forgotten = Schema.Struct({ service: Schema.String, forgotten: Schema.Int })
/** How many answers of a service are gone. */
export type Forgotten = typeof Forgotten.Type

/** Forgets those that match, of one service or of all; `*` stands for anything, and the operation comes first. */
export const forget = ({ resilience }: Pick<Shape, "resilience">, pattern: string, service?: string) =>
  Effect.gen(function* () {
    const { list, pipeline, state } = yield* resilience
    // A name that is none is an error, not a new service.
    if (service !== undefined) yield* state(service)
    return yield* Effect.forEach(service === undefined ? yield* list : [service], (service) =>
      Effect.map(
        pipeline(service).stages.cache?.invalidateMatching(pattern) ?? Effect.succeed(0),
        (forgotten): Forgotten => ({ service, forgotten })
      )
    )
  })

/** A line for each service. */
export const forgottenText = (all: ReadonlyArray<Forgotten>): string =>
  table(all.map(({ forgotten, service }) => [service, `${count(forgotten, "answer")} forgotten`]))
