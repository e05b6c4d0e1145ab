/**
 * `skippy metrics`.
 *
 * @module
 */
import { MetricHistory } from "@skippy/core"
import { Effect, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { HttpServer } from "effect/http"
import { type Form, Output } from "../output/Output.ts"
import { answer } from "./metricsServer.ts"
import { readingText } from "./metricsTexts.ts"
import { answering, telling } from "./Operation.ts"
import { summaries } from "./summaries.ts"
import { World } from "./World.ts"

const covered =
  "They are counted from the journal, so those of all commands and programs of the same folder are in them, as far back as it goes. States of circuits, what remains of limits and what is kept are of now."

const form: Form<MetricHistory.Reading, typeof MetricHistory.Reading.Encoded> = {
  schema: MetricHistory.Reading,
  text: readingText
}

const print = answering(
  "metrics",
  {
    summary: summaries.metrics,
    more: covered,
    examples: [
      ["metrics", "a line for each number"],
      ["metrics --json", "the same, with the buckets of all times"],
      ["metrics prometheus", "as Prometheus reads it"],
      ["metrics serve", "an address Prometheus reads it at"]
    ]
  },
  {},
  form,
  (_, { metrics }) => Effect.flatMap(metrics, ({ reading }) => reading)
)

const exposition: Form<string, string> = { schema: Schema.String, text: (text) => text, exact: true }

const prometheus = telling(
  "prometheus",
  {
    summary: "Print the metrics as Prometheus reads them",
    more: "With --json it is the same as skippy metrics --json.",
    examples: [["metrics prometheus > /var/lib/node_exporter/skippy.prom", "for the textfile collector"]]
  },
  {},
  [{ schema: form.schema, many: false }],
  () =>
    Effect.gen(function* () {
      const output = yield* Output
      const { prometheus, reading } = yield* (yield* World).metrics
      yield* output.json ? output.value(form, yield* reading) : output.value(exposition, yield* prometheus)
    })
)

const Endpoint = Schema.Struct({
  /** What Prometheus is told to read. */
  metrics: Schema.String,
  /** The health of this machine and of the services, 503 when it is down. */
  health: Schema.String
})

/** The port exporters for Prometheus without one of their own take: https://prometheus.io/docs/instrumenting/exporters/. */
const defaultPort = 9464

const serve = telling(
  "serve",
  {
    summary: "Serve the metrics to Prometheus until Ctrl-C",
    more: `${covered} They follow the journal as it grows, and counters never go down while it runs.`,
    examples: [
      ["metrics serve", `at http://127.0.0.1:${defaultPort}/metrics`],
      ["metrics serve --port 0 --json", "at a free port, which it prints"]
    ]
  },
  {
    port: Flag.Int("port").pipe(
      Flag.withDefault(defaultPort),
      Flag.withMetavar("N"),
      Flag.withDescription(`The port; ${defaultPort} by default, 0 for a free one`)
    ),
    host: Flag.String("host").pipe(
      Flag.withDefault("127.0.0.1"),
      Flag.withMetavar("HOST"),
      Flag.withDescription("The address; 127.0.0.1 by default, which only this machine reaches")
    )
  },
  [{ schema: Endpoint, many: false }],
  ({ host, port }) =>
    Effect.gen(function* () {
      const output = yield* Output
      const world = yield* World
      // What cannot be made is told before anybody asks for it.
      yield* world.metrics
      const server = yield* world.listen({ host, port })
      yield* server.serve(answer(world, host))
      const url = HttpServer.formatAddress(server.address)
      yield* output.value(
        { schema: Endpoint, text: ({ health, metrics }) => `metrics: ${metrics}\nhealth: ${health}` },
        { metrics: `${url}/metrics`, health: `${url}/health` }
      )
      return yield* Effect.never
    })
)

/** `skippy metrics`. */
export const metrics = print.pipe(Command.withSubcommands([prometheus, serve]))
