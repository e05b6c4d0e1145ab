/**
 * Makes docs/settings.md, the table of all settings, from the settings themselves.
 * `--check` fails when the file is not what the settings say.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { Configuration } from "@skippy/core"
import { Effect, FileSystem, Layer } from "effect"
import { tableOf } from "./table.ts"

const code = (text: string): string => `\`${text}\``

/** In a duration only the lower bound is its own: the rest stands above the table. */
const mustBe = ({ check, type }: Configuration.Setting): string =>
  type === "duration" ? check.slice(check.lastIndexOf(", ") + 2) : check

const typeOf = ({ type, unit }: Configuration.Setting): string => (unit === undefined ? type : `${type}, ${unit}`)

const defaultOf = ({ setting, value }: Configuration.Line): string => {
  const own = value === undefined ? "–" : code(value)
  return setting.inherits === undefined ? own : `${code(setting.inherits)} when set, else ${own}`
}

const header: ReadonlyArray<string> = ["key", "environment variable", "type, unit", "must be", "default", "what"]

const rowOf = (line: Configuration.Line): ReadonlyArray<string> => [
  code(line.setting.key),
  code(line.setting.env),
  typeOf(line.setting),
  mustBe(line.setting),
  defaultOf(line),
  line.setting.description
]

/** Nothing but the defaults: no environment, no files. */
const lines = await Effect.runPromise(
  Effect.map(Configuration.Configuration, ({ list }) => list).pipe(
    Effect.provide(Layer.provide(Configuration.layer({ environment: {} }), FileSystem.layerNoop({})))
  )
)

const services = lines.findIndex(({ setting }) => setting.key.endsWith(".rate_limit"))
const serviceOf = ({ setting }: Configuration.Line): string => setting.key.slice(0, setting.key.indexOf("."))

/** The settings of the services are the last ones, service by service. */
const sections = [["General", lines.slice(0, services)] as const, ...Map.groupBy(lines.slice(services), serviceOf)]
  .map(([name, own]) => `## ${name}\n\n${tableOf(header, own.map(rowOf))}\n`)
  .join("\n")

const text = `<!-- Made from packages/core/src/config/Settings.ts by scripts/settings.ts. Do not edit. -->

# Settings

All ${lines.length} settings there are; [configuration](configuration.md) tells where they are set and which source decides.

- A duration is a number of seconds, such as \`30\`, or a text, such as \`"30 seconds"\`.
- A dash as default means that it is not set.
- A \`secret\` is shown as \`<redacted>\` wherever settings are shown.
- In a TOML file the part before the dot is the table: \`[github]\`, then \`token = "…"\`. A dash and an underscore in a key are the same.

${sections}`

const file = new URL("../docs/settings.md", import.meta.url)
if (!process.argv.includes("--check")) writeFileSync(file, text)
else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
  console.error("docs/settings.md is not what the settings say; run: npm run settings")
  process.exitCode = 1
}
