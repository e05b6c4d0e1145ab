/**
 * `skippy health`.
 *
 * @module
 */
import { Health } from "@skippy/core"
import { Effect } from "effect"
import { exitCodes } from "../output/ExitCode.ts"
import { type Form, Output } from "../output/Output.ts"
import { Reported } from "../output/Reported.ts"
import { oneLine, type Style } from "../output/Style.ts"
import { telling } from "./Operation.ts"
import { summaries } from "./summaries.ts"
import { World } from "./World.ts"

const linesOf = (
  { children, name, reason, status }: Health.HealthNode,
  style: Style,
  depth = 0
): ReadonlyArray<string> => {
  const color = { ok: style.good, degraded: style.poor, down: style.bad }[status]
  const why = reason === undefined || children.length > 0 ? "" : `: ${oneLine(reason)}`
  return [
    `${"  ".repeat(depth)}${color(status)} ${name}${why}`,
    ...children.flatMap((child) => linesOf(child, style, depth + 1))
  ]
}

const form: Form<Health.HealthNode, Health.HealthNode> = {
  schema: Health.HealthNode,
  text: (tree, style) =>
    [...linesOf(tree, style), ...Health.recommendations(tree).map((text) => style.poor(`→ ${oneLine(text)}`))].join(
      "\n"
    )
}

/** `skippy health`. */
export const health = telling(
  "health",
  {
    summary: summaries.health,
    more: "The exit code is 1 when the whole is down.",
    examples: [["health", "disk, memory, processors, configuration, circuits"]]
  },
  {},
  [{ schema: form.schema, many: false }],
  () =>
    Effect.gen(function* () {
      const output = yield* Output
      const tree = yield* (yield* World).health
      yield* output.value(form, tree)
      if (tree.status === "down")
        return yield* new Reported({ problem: tree.reason ?? "it is down", exitCode: exitCodes.other })
      return undefined
    })
)
