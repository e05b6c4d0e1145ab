/**
 * `skippy doctor`.
 *
 * @module
 */
import { Effect, Schema } from "effect"
import { exitCodes } from "../output/ExitCode.ts"
import { type Form, Output } from "../output/Output.ts"
import { Reported } from "../output/Reported.ts"
import { count, oneLine } from "../output/Style.ts"
import { type Credential, credentials } from "./credentials.ts"
import { telling } from "./Operation.ts"
import { summaries } from "./summaries.ts"
import { type Found, World } from "./World.ts"

const Check = Schema.Struct({
  name: Schema.String,
  status: Schema.Literals(["ok", "warning", "failed"]),
  detail: Schema.String,
  /** What to do. */
  fix: Schema.optionalKey(Schema.String)
})
type Check = typeof Check.Type

const marks = { ok: "ok     ", warning: "warning", failed: "failed " } as const

const form: Form<ReadonlyArray<Check>, ReadonlyArray<Check>> = {
  schema: Schema.Array(Check),
  text: (all, style) => {
    const color = { ok: style.good, warning: style.poor, failed: style.bad }
    return all
      .flatMap(({ detail, fix, name, status }) => [
        `${color[status](marks[status])}  ${name}: ${oneLine(detail)}`,
        ...(fix === undefined ? [] : [`         ${oneLine(fix)}`])
      ])
      .join("\n")
  }
}

const ofCredential = ({ detail, service, source, status }: Credential): Check => {
  const name = `credentials of ${service}`
  if (status === "ok") return { name, status: "ok", detail: source ?? "there" }
  return status === "missing"
    ? { name, status: "warning", detail: "none", ...(detail === undefined ? {} : { fix: detail }) }
    : { name, status: "failed", detail: detail ?? "not accepted" }
}

const checkOf = ({ fix, ...found }: Found): Check => ({ ...found, ...(fix === undefined ? {} : { fix }) })

/** `skippy doctor`. */
export const doctor = telling(
  "doctor",
  {
    summary: summaries.doctor,
    more: "It is useful with nothing configured: what is missing is a warning with what to do. The exit code is 1 when a check fails.",
    examples: [
      ["doctor", "of this machine and its settings"],
      ["doctor --json", "for a script"]
    ]
  },
  {},
  [{ schema: form.schema, many: false }],
  () =>
    Effect.gen(function* () {
      const output = yield* Output
      const world = yield* World
      const problems = (yield* world.problems).map(({ fix, key, origin, problem, severity }): Check => ({
        name: `setting ${key}`,
        status: severity === "error" ? "failed" : "warning",
        detail: `${problem} (${origin})`,
        fix
      }))
      const settings: ReadonlyArray<Check> =
        problems.length === 0 ? [{ name: "configuration", status: "ok", detail: "nothing wrong with it" }] : problems
      const checks = [
        ...(yield* world.examine).map(checkOf),
        ...settings,
        ...(yield* credentials(world)).map(ofCredential)
      ]
      yield* output.value(form, checks)
      const failed = checks.filter(({ status }) => status === "failed").length
      if (failed > 0)
        return yield* new Reported({ problem: `${count(failed, "check")} failed`, exitCode: exitCodes.other })
      return undefined
    })
)
