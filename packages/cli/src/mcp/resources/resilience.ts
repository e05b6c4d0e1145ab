/**
 * What a client can look at without calling a tool: the dashboard, and the journal.
 *
 * Each is JSON. Who has a request id, as errors tell it, sees that call attempt by attempt.
 *
 * @module
 */
import { Journal } from "@skippy/core"
import { Effect, Schema } from "effect"
import { lastOf, storyOf } from "../../command/journalTexts.ts"
import { World } from "../../command/World.ts"
import { exitCodes } from "../../output/ExitCode.ts"
import type { AnyFailure } from "../../output/Failure.ts"
import { Reported } from "../../output/Reported.ts"
import { dashboard, readDashboard } from "../Pictures.ts"

/** What is told of every resource. */
interface Told {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly mimeType: string
}

/** A resource. */
export interface Resource extends Told {
  readonly uri: string
  /** Its text. */
  readonly read: Effect.Effect<string, AnyFailure, World>
}

/** Resources that differ in one part of their address. */
export interface ResourceTemplate extends Told {
  /** Ends with the parameter in braces. */
  readonly uriTemplate: `${string}{${string}}`
  /** The text of one of them. Fails with `notFound` when there is none of this name. */
  readonly read: (parameter: string) => Effect.Effect<string, AnyFailure, World>
}

const mimeType = "application/json"

const jsonOf = <A, I>(schema: Schema.Codec<A, I>) => {
  const encode = Schema.encodeEffect(Schema.fromJsonString(schema))
  return (value: A): Effect.Effect<string> => Effect.orDie(encode(value))
}

const dashboardJson = jsonOf(dashboard.schema)
const recordsJson = jsonOf(Schema.Struct({ records: Schema.Array(Journal.JournalRecord) }))

/** The most records of the journal that are told at once. */
const lastRecords = 50

/** The most records of one call, the call itself among them. */
const recordsOfCall = 200

const board: Resource = {
  uri: "resilience://dashboard",
  name: "dashboard",
  title: "Resilience dashboard",
  description: "Health, circuits, limits, caches, calls, alerts and what to do: the same as get_resilience_dashboard.",
  mimeType,
  read: Effect.flatMap(Effect.flatMap(World, readDashboard), dashboardJson)
}

const journal: Resource = {
  uri: "resilience://journal",
  name: "journal",
  title: "Journal of calls",
  description: `What the last calls of all programs with the same folder did; the last ${lastRecords} records.`,
  mimeType,
  read: Effect.gen(function* () {
    const { records } = yield* (yield* World).journal({})
    return yield* recordsJson({ records: lastOf(records, lastRecords) })
  })
}

const call: ResourceTemplate = {
  uriTemplate: "resilience://journal/{requestId}",
  name: "call",
  title: "A call, attempt by attempt",
  description: `What one call did, by the request id that errors tell: each attempt, wait and cause; at most ${recordsOfCall} records.`,
  mimeType,
  read: (requestId) =>
    Effect.gen(function* () {
      const { records } = yield* (yield* World).journal({ requestId })
      if (records.length === 0)
        return yield* new Reported({ problem: `the journal has no call ${requestId}`, exitCode: exitCodes.notFound })
      return yield* recordsJson({ records: storyOf(records).slice(0, recordsOfCall) })
    })
}

/** Resources of fixed addresses. */
export const resources: ReadonlyArray<Resource> = [board, journal]

/** Resources of addresses with a part that differs. */
export const resourceTemplates: ReadonlyArray<ResourceTemplate> = [call]
