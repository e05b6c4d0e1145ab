/**
 * The reference of the command line for `docs/`.
 *
 * @module
 */
import { FailureReport, meanings } from "@skippy/cli"
import { Option } from "effect"
import type { HelpDoc } from "effect/cli"
import { closedPipe, conventions, sandbox, withoutOptional } from "./conventions.ts"
import type { Page } from "./pages.ts"
import { shape } from "./shape.ts"
import { tableOf } from "../table.ts"

const flagRow = ({ aliases, description, name, required, type }: HelpDoc.FlagDoc): ReadonlyArray<string> => [
  [`--${name}`, ...aliases].map((one) => `\`${one}\``).join(", "),
  type === "boolean" ? "" : `\`${type}\``,
  `${Option.getOrElse(description, () => "")}${required ? " (required)" : ""}`
]

const argumentRow = ({ description, name, required }: HelpDoc.ArgDoc): ReadonlyArray<string> => [
  `\`${name}\``,
  `${withoutOptional(Option.getOrElse(description, () => ""))}${required ? "" : " (optional)"}`
]

const section = ({ children, help, path, results }: Page): string => {
  const { args = [], description, examples = [], flags, usage } = help
  const parts = [`${"#".repeat(path.length + 1)} skippy ${path.join(" ")}`, description]
  if (children.length === 0) {
    parts.push(`\`\`\`text\n${usage}\n\`\`\``)
    if (args.length > 0) parts.push(tableOf(["argument", "what"], args.map(argumentRow)))
    if (flags.length > 0) parts.push(tableOf(["flag", "value", "what"], flags.map(flagRow)))
    if (examples.length > 0)
      parts.push(
        `\`\`\`sh\n${examples.map(({ command, description }) => `# ${description ?? ""}\n${command}`).join("\n\n")}\n\`\`\``
      )
    for (const { many, schema, when } of results) {
      const what = `\`--json\`${when === undefined ? "" : ` ${when}`}: ${many ? "a line for each" : "one line"}`
      parts.push(`${what}\n\n\`\`\`text\n${shape(schema)}\n\`\`\``)
    }
  }
  return [...parts, ...children.map(section)].join("\n\n")
}

/** The text of `docs/cli.md`. */
export const markdownOf = ({
  children,
  help: { globalFlags = [] }
}: Page): string => `<!-- Made from the help of the commands by scripts/cli.ts. Do not edit. -->

# The command line

\`skippy\` calls Google Drive, the Photos Picker, GitHub, Pexels and HTTP through the same policies as a program does: retries,
limits, circuits, timeouts. \`npm run bundle\` makes it one file, \`packages/cli/dist/skippy.mjs\`, which needs nothing but Node
22.19 or newer. The same as a page for \`man\`: \`man docs/man/skippy.1\`; installed with npm, \`man skippy\`.

${conventions.map((line) => `- ${line}`).join("\n")}

All settings are in [settings](settings.md).

## The sandbox

${sandbox}

## Exit codes

${tableOf(
  ["code", "meaning"],
  meanings.map(([code, meaning]) => [String(code), meaning])
)}

${closedPipe}

An error with \`--json\`, on stderr:

\`\`\`text
${shape(FailureReport)}
\`\`\`

## Flags of all commands

${tableOf(["flag", "value", "what"], globalFlags.map(flagRow))}

${children.map(section).join("\n\n")}
`
