/**
 * `skippy breaker`.
 *
 * @module
 */
import { Effect, Schema } from "effect"
import { UsageError } from "../output/Failure.ts"
import { type Form } from "../output/Output.ts"
import { Breaker, breakersOf, breakersText } from "./breakers.ts"
import { confirm, yes } from "./Confirm.ts"
import { answering, argument, group, maybeArgument, on, text } from "./Operation.ts"
import { summaries } from "./summaries.ts"
import type { Shape } from "./World.ts"

const form: Form<ReadonlyArray<Breaker>, ReadonlyArray<Breaker>> = {
  schema: Schema.Array(Breaker),
  text: breakersText
}

const list = answering(
  "list",
  {
    summary: "List the circuits of all services",
    alias: "ls",
    examples: [["breaker list", "state, since when, failures"]]
  },
  {},
  form,
  (_, world) => breakersOf(world)
)

const service = argument("service", "google-drive, google-photos, github, pexels or http")
const partition = text("partition", "NAME", "A part of the service, such as https://api.example.com of http")

const ofService = (all: ReadonlyArray<Breaker>, of: string): ReadonlyArray<Breaker> =>
  all.filter(({ service }) => service === of)

/** The service whose calls each go through the circuit of their origin. The one of the service itself stops none. */
const byOrigin = "http"

const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text

/** The circuit of a service, or of a part of it. */
const controlOf = ({ resilience }: Shape, service: string, partition: string | undefined) =>
  Effect.gen(function* () {
    const breaker = yield* (yield* resilience).circuit(service)
    if (breaker === undefined) return yield* new UsageError({ problem: `${service} has no circuit` })
    if (service === byOrigin && (partition === undefined || !isOrigin(partition)))
      return yield* new UsageError({
        problem: `--partition is ${partition === undefined ? "missing" : `"${partition}"`}; ${service} has a circuit for each origin, so give one, such as https://api.example.com`
      })
    return partition === undefined ? breaker : breaker.for(partition)
  })

const open = answering(
  "open",
  {
    summary: "Open a circuit: calls are refused at once",
    more: "It has to be confirmed: asked on a terminal, with --yes elsewhere.",
    examples: [
      ["breaker open github --yes", "for its open time, as if it had tripped"],
      ["breaker open github --hold --yes", "until somebody closes it"]
    ]
  },
  { service, partition, hold: on("hold", "Until it is closed or reset"), yes },
  form,
  ({ hold, partition, service, yes }, world) =>
    Effect.gen(function* () {
      const control = yield* controlOf(world, service, partition)
      yield* confirm(`open the circuit of ${service}`, yes, "Calls will be refused.")
      yield* hold ? control.isolate : control.open
      return ofService(yield* breakersOf(world), service)
    })
)

const close = answering(
  "close",
  {
    summary: "Close a circuit: calls go through again",
    more: "It has to be confirmed: asked on a terminal, with --yes elsewhere.",
    examples: [["breaker close github --yes", "before its time is over"]]
  },
  { service, partition, yes },
  form,
  ({ partition, service, yes }, world) =>
    Effect.gen(function* () {
      const control = yield* controlOf(world, service, partition)
      yield* confirm(`close the circuit of ${service}`, yes, "Calls will go through, though the service may be down.")
      yield* control.close
      return ofService(yield* breakersOf(world), service)
    })
)

const reset = answering(
  "reset",
  {
    summary: "Make circuits as new, those of all parts of a service too",
    more: "Limits and what is kept stay. It has to be confirmed: asked on a terminal, with --yes elsewhere.",
    examples: [
      ["breaker reset github --yes", "of one service"],
      ["breaker reset --yes", "of all services"]
    ]
  },
  { service: maybeArgument("service", "All services without one"), yes },
  form,
  ({ service, yes }, world) =>
    Effect.gen(function* () {
      const { circuit, list, reset } = yield* world.resilience
      // A name that is none is told before anybody is asked.
      if (service !== undefined) yield* circuit(service)
      const what = service === undefined ? "all circuits" : `the circuits of ${service}`
      yield* confirm(`reset ${what}`, yes, "What they counted is forgotten.")
      yield* Effect.forEach(service === undefined ? yield* list : [service], reset, { discard: true })
      const all = yield* breakersOf(world)
      return service === undefined ? all : ofService(all, service)
    })
)

/** `skippy breaker`. */
export const breaker = group("breaker", summaries.breaker, [list, open, close, reset])
