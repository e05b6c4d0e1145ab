/**
 * Makes docs/cli.md, the reference of the command line, from the help of the commands and the schemas of their results.
 * `--check` fails when the file is not what the commands say.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { NodeServices } from "@effect/platform-node"
import { config, FailureReport, load, meanings, Results } from "@skippy/cli"
import { Context, Effect, Layer, Option, Schema } from "effect"
import { CliConfig, CliOutput, Command, type HelpDoc } from "effect/cli"

const root = await Effect.runPromise(load(["--completions"]))

/** A schema of JSON, as far as it is looked at here. */
interface Json {
  readonly [key: string]: unknown
  readonly $ref?: string
  readonly type?: string
  readonly enum?: ReadonlyArray<unknown>
  readonly properties?: Readonly<Record<string, Json>>
  readonly required?: ReadonlyArray<string>
  readonly items?: Json
  readonly additionalProperties?: Json | boolean
  readonly anyOf?: ReadonlyArray<Json>
  readonly oneOf?: ReadonlyArray<Json>
  readonly allOf?: ReadonlyArray<Json>
}

/** Unions of more objects have pages of their own. */
const manyObjects = 8

const shapeOf = (
  schema: Json,
  definitions: Readonly<Record<string, Json>>,
  indent: string,
  seen: ReadonlyArray<string>
): string => {
  const of = (inner: Json, deeper = indent) => shapeOf(inner, definitions, deeper, seen)
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1)
    const target = definitions[name]
    return target === undefined || seen.includes(name)
      ? "… the same again"
      : shapeOf(target, definitions, indent, [...seen, name])
  }
  const union = schema.anyOf ?? schema.oneOf
  if (union !== undefined) {
    if (union.filter(({ type }) => type === "object").length > manyObjects) return "object (see events.md)"
    return Array.from(new Set(union.map((one) => of(one)))).join(" | ")
  }
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ")
  if (schema.type === "array") {
    const inner = of(schema.items ?? {})
    return /^[\w"]+$/.test(inner) ? `${inner}[]` : `Array<${inner}>`
  }
  if (schema.type === "object" || schema.properties !== undefined) {
    const deeper = `${indent}  `
    const fields = Object.entries(schema.properties ?? {}).map(
      ([name, inner]) => `${deeper}${name}${schema.required?.includes(name) === true ? "" : "?"}: ${of(inner, deeper)}`
    )
    if (fields.length > 0) return `{\n${fields.join("\n")}\n${indent}}`
    const values = schema.additionalProperties
    return typeof values === "object" ? `{ [name]: ${of(values)} }` : "{}"
  }
  return schema.type ?? "any"
}

const shape = (schema: Schema.Constraint): string => {
  const document: { readonly schema: Json; readonly definitions: Readonly<Record<string, Json>> } = JSON.parse(
    JSON.stringify(Schema.toJsonSchemaDocument(schema))
  )
  return shapeOf(document.schema, document.definitions, "", [])
}

/** What help says of a command. */
const helpOf = (path: ReadonlyArray<string>): Promise<HelpDoc.HelpDoc> => {
  let doc: HelpDoc.HelpDoc | undefined
  const presenter: CliOutput.Presenter = {
    present: (event) =>
      Effect.sync(() => {
        if (event._tag === "Help") doc = event.helpDoc
      })
  }
  const platform = Layer.mergeAll(
    NodeServices.layer,
    Layer.succeed(CliOutput.Presenter, presenter),
    Layer.succeed(CliConfig.CliConfig, config)
  )
  // Help runs no command, so nothing of what commands need is asked for.
  const run = Command.runWith(root, { version: "" })([...path, "--help"]) as Effect.Effect<
    void,
    unknown,
    NodeServices.NodeServices
  >
  return Effect.runPromise(Effect.provide(run, platform)).then(() => {
    if (doc === undefined) throw new Error(`there is no help of skippy ${path.join(" ")}`)
    return doc
  })
}

/** A bar would end the cell. */
const cell = (text: string): string => text.replaceAll("|", "\\|")

/** Padded as oxfmt pads it, so that formatting changes nothing. */
const tableOf = (header: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const cells = rows.map((row) => row.map(cell))
  const widths = header.map((name, at) => Math.max(name.length, ...cells.map((row) => row[at]?.length ?? 0)))
  const padded = (row: ReadonlyArray<string>): string =>
    `| ${widths.map((width, at) => (row[at] ?? "").padEnd(width)).join(" | ")} |`
  return [padded(header), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...cells.map(padded)].join(
    "\n"
  )
}

const flagRow = ({ aliases, description, name, required, type }: HelpDoc.FlagDoc): ReadonlyArray<string> => [
  [`--${name}`, ...aliases].map((one) => `\`${one}\``).join(", "),
  type === "boolean" ? "" : `\`${type}\``,
  `${Option.getOrElse(description, () => "")}${required ? " (required)" : ""}`
]

const section = async (command: Command.Command.Any, path: ReadonlyArray<string>, depth: number): Promise<string> => {
  const children = command.subcommands.flatMap(({ commands }) => commands)
  const { args = [], description, examples = [], flags, usage } = await helpOf(path)
  const parts = [`${"#".repeat(depth)} skippy ${path.join(" ")}`, description]
  if (children.length === 0) {
    parts.push(`\`\`\`text\n${usage}\n\`\`\``)
    if (args.length > 0)
      parts.push(
        tableOf(
          ["argument", "what"],
          args.map(({ description, name, required }) => [
            `\`${name}\``,
            `${Option.getOrElse(description, () => "").replace(/ \(optional\)$/, "")}${required ? "" : " (optional)"}`
          ])
        )
      )
    if (flags.length > 0) parts.push(tableOf(["flag", "value", "what"], flags.map(flagRow)))
    if (examples.length > 0)
      parts.push(
        `\`\`\`sh\n${examples.map(({ command, description }) => `# ${description ?? ""}\n${command}`).join("\n\n")}\n\`\`\``
      )
    for (const { many, schema, when } of Context.get(command.annotations, Results)) {
      const what = `\`--json\`${when === undefined ? "" : ` ${when}`}: ${many ? "a line for each" : "one line"}`
      parts.push(`${what}\n\n\`\`\`text\n${shape(schema)}\n\`\`\``)
    }
  }
  const inner = await Promise.all(children.map((child) => section(child, [...path, child.name], depth + 1)))
  return [...parts, ...inner].join("\n\n")
}

const groups = root.subcommands.flatMap(({ commands }) => commands)
const { globalFlags = [] } = await helpOf([])

const text = `<!-- Made from the help of the commands by scripts/cli.ts. Do not edit. -->

# The command line

\`skippy\` calls Google Drive, the Photos Picker, GitHub, Pexels and HTTP through the same policies as a program does: retries,
limits, circuits, timeouts. \`npm run bundle\` makes it one file, \`packages/cli/dist/skippy.mjs\`, which needs nothing but Node
22.19 or newer.

- The result is on stdout, everything else on stderr. Progress is one line that changes on a terminal, a line every five seconds elsewhere; there is none with \`--json\`.
- With \`--json\` every result is one line of JSON; lists that come one by one are a line for each item (NDJSON). An error is one line of JSON, the last one on stderr.
- Color only on a terminal, unless \`NO_COLOR\` is set; \`--color\` is over both.
- Nobody is asked anything without a terminal, nor with \`--json\`: what has to be confirmed needs \`--yes\` there.
- Settings: a flag (\`--set KEY=VALUE\`) is over the environment, that over \`skippy.toml\` in the working directory, that over \`$XDG_CONFIG_HOME/skippy/skippy.toml\` (\`~/.config\`), that over the default; see [settings](settings.md).
- State, journal and sign-in are in one folder: \`--path\`, else \`SKIPPY_PATH\` or the setting \`path\`, else \`$XDG_STATE_HOME/skippy\` (\`~/.local/state\`). Circuits and limits are in \`state.db\` there, and count for all commands of the same folder. Where it cannot be written they are of one command only, with a warning.
- Ctrl-C ends a command cleanly; an upload or a download that was interrupted is gone on with by the same command.

## The sandbox

\`--sandbox\`, or \`SKIPPY_SANDBOX=1\`, uses emulators in the same process instead of the services: no network, no account, the same
policies. Nothing of the environment counts there, so no token of a real account goes anywhere, and everything is below
\`sandbox\` in the folder. Drive keeps its files and the Photos Picker its sessions there; GitHub (\`tester/demo\`), Pexels (ocean,
forest, city) and the web, which answers what it was asked, are as new for each command. No command uses the sandbox unless
it is told to: without credentials it fails, and says how to sign in.

## Exit codes

${tableOf(
  ["code", "meaning"],
  meanings.map(([code, meaning]) => [String(code), meaning])
)}

When nobody reads the result any more, as after \`| head\`, a command ends with 0.

An error with \`--json\`, on stderr:

\`\`\`text
${shape(FailureReport)}
\`\`\`

## Flags of all commands

${tableOf(["flag", "value", "what"], globalFlags.map(flagRow))}

${(await Promise.all(groups.map((group) => section(group, [group.name], 2)))).join("\n\n")}
`

const file = new URL("../docs/cli.md", import.meta.url)
if (!process.argv.includes("--check")) writeFileSync(file, text)
else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
  console.error("docs/cli.md is not what the commands say; run: npm run cli")
  process.exitCode = 1
}
