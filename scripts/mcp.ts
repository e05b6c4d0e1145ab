/**
 * Makes docs/mcp-tools.md, the list of the tools of the MCP server, from the tools. `--check` fails when the file is not what
 * they say.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { type Described, describeTool, tools } from "@skippy/cli"
import { tableOf } from "./table.ts"

/** What is read of a parameter. */
interface Parameter {
  readonly default?: unknown
}

/** The tokenizer is one of the command line's own, for the test that holds the list below its limit. */
const { encode }: { readonly encode: (text: string) => ReadonlyArray<number> } = createRequire(
  new URL("../packages/cli/package.json", import.meta.url)
)("gpt-tokenizer/encoding/o200k_base")

const isNeeded = ({ inputSchema: { required } }: Described, name: string): boolean =>
  Array.isArray(required) && required.includes(name)

const parameterOf = (tool: Described, [name, parameter]: readonly [string, Parameter]): string => {
  if (isNeeded(tool, name)) return `\`${name}\``
  return parameter.default === undefined ? `\`${name}\`?` : `\`${name}\` = \`${JSON.stringify(parameter.default)}\``
}

const kindOf = ({ annotations: { destructiveHint, idempotentHint, openWorldHint, readOnlyHint } }: Described): string =>
  [
    readOnlyHint ? "looks" : destructiveHint ? "**changes**" : "adds",
    ...(idempotentHint && !readOnlyHint ? ["once"] : []),
    ...(openWorldHint ? [] : ["here"])
  ].join(", ")

const described = tools.map((tool) => ({
  group: tool.group,
  asks: tool.use(({ confirm }) => confirm !== undefined),
  tool: describeTool(tool)
}))

const rowOf = ({ asks, tool }: (typeof described)[number]): ReadonlyArray<string> => {
  const parameters: Readonly<Record<string, Parameter>> = Object(tool.inputSchema["properties"] ?? {})
  return [
    `\`${tool.name}\``,
    Object.entries(parameters)
      .map((entry) => parameterOf(tool, entry))
      .join(", "),
    `${kindOf(tool)}${asks ? ", asks first" : ""}`,
    tool.description
  ]
}

const sections = Array.from(
  Map.groupBy(described, ({ group }) => group),
  ([group, own]) => `## ${group}\n\n${tableOf(["tool", "parameters", "kind", "what it does"], own.map(rowOf))}`
)

/** To the hundred, so that a word more or less changes nothing here. */
const tokens = Math.ceil(encode(JSON.stringify({ tools: described.map(({ tool }) => tool) })).length / 100) * 100

const text = `<!-- Made from the tools by scripts/mcp.ts. Do not edit. -->

# The tools of the MCP server

${tools.length} tools in ${sections.length} groups. The whole list, schemas of input and output included, takes less than ${tokens.toLocaleString("en")} tokens (o200k) of
a client's context; \`skippy mcp --tools GROUP,TOOL\` and \`--read-only\` make it shorter.

- Parameters: \`name\` has to be given, \`name\`? may be left out, \`name\` = \`value\` has a default. Others are refused.
- Kind: \`looks\` changes nothing; \`adds\` replaces nothing that is there; **changes** may replace or take away. \`once\`: called again with the
  same input it changes nothing more. \`here\`: it reaches nobody else's service. \`asks first\`: somebody has to agree to what it is about to do.
  These are the hints of the protocol: \`readOnlyHint\`, \`destructiveHint\`, \`idempotentHint\` and \`openWorldHint\`.
- Answers are structured, with keys in snake case, and told in a few lines too. What comes from the cache says so: \`from_cache\`,
  \`age_seconds\`, and \`stale\` when it is past its time and the service cannot be asked.

${sections.join("\n\n")}
`

const file = new URL("../docs/mcp-tools.md", import.meta.url)
if (!process.argv.includes("--check")) writeFileSync(file, text)
else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
  console.error("docs/mcp-tools.md is not what the tools say; run: npm run mcp")
  process.exitCode = 1
}
