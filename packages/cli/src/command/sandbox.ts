/**
 * `skippy sandbox`.
 *
 * @module
 */
import { Effect, Schema } from "effect"
import { UsageError } from "../output/Failure.ts"
import { Output } from "../output/Output.ts"
import { group, number, telling } from "./Operation.ts"
import { summaries } from "./summaries.ts"
import { World } from "./World.ts"

const Served = Schema.Struct({
  /** The address of each service. */
  services: Schema.Record(Schema.String, Schema.String),
  /** What another program sets to use them. */
  environment: Schema.Record(Schema.String, Schema.String)
})

/** Five ports are taken from the first one on. */
const lastPort = 65_535 - 4

const serve = telling(
  "serve",
  {
    summary: "Run the emulators of all services on this machine until Ctrl-C",
    more: "Their addresses, and the variables with which another program uses them, are printed as JSON, one line. Drive keeps its files below the folder of the sandbox; GitHub, Pexels and the web are as new each time.",
    examples: [
      ["sandbox serve", "on free ports"],
      ["sandbox serve --port 4010", "Drive at 4010, Photos at 4011, GitHub at 4012, Pexels at 4013, the web at 4014"]
    ]
  },
  { port: number("port", "The first of five ports; free ones by default") },
  [{ schema: Served, many: false }],
  ({ port }) =>
    Effect.gen(function* () {
      const output = yield* Output
      if (port !== undefined && (port < 1 || port > lastPort))
        return yield* new UsageError({ problem: `--port is ${port}; give a whole number from 1 to ${lastPort}` })
      const served = yield* (yield* World).serve(port)
      yield* output.value({ schema: Served, text: (value) => JSON.stringify(value) }, served)
      return yield* Effect.never
    })
)

/** `skippy sandbox`. */
export const sandbox = group("sandbox", summaries.sandbox, [serve])
