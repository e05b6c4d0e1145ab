/**
 * The manual page `skippy(1)`.
 *
 * @module
 */
import { meanings, version } from "@skippy/cli"
import { Option } from "effect"
import type { HelpDoc } from "effect/cli"
import { closedPipe, conventions, sandbox, withoutOptional } from "./conventions.ts"
import type { Page } from "./pages.ts"
import { bold, example, italic, item, paragraph, plain, prose, section, subsection } from "./roff.ts"

/** `--max-results N`; the choices of a flag are told by its help. */
const flagItem = ({ aliases, description, name, required, type }: HelpDoc.FlagDoc): string => {
  const value = type === "boolean" ? "" : ` ${italic(type.includes("|") ? "choice" : type)}`
  return item(
    [`--${name}`, ...aliases].map(bold).join(", ") + value,
    plain(`${Option.getOrElse(description, () => "")}${required ? " (required)" : ""}`)
  )
}

const argumentItem = ({ description, name, required }: HelpDoc.ArgDoc): string =>
  item(
    italic(name),
    plain(`${withoutOptional(Option.getOrElse(description, () => ""))}${required ? "" : " (optional)"}`)
  )

const commandsOf = ({ children, help, path }: Page): ReadonlyArray<string> => {
  if (children.length > 0) return children.flatMap(commandsOf)
  const { args = [], description, examples = [], flags, usage } = help
  return [
    subsection(
      `skippy ${path.join(" ")}`,
      plain(description),
      paragraph(bold(usage)),
      ...args.map(argumentItem),
      ...flags.map(flagItem),
      ...examples.map(({ command, description }) =>
        example(description === undefined ? command : `# ${description}\n${command}`)
      )
    )
  ]
}

const environment = [
  ["SKIPPY_PATH", "The folder of state, journal and sign-in."],
  ["SKIPPY_SANDBOX", "`1` uses the sandbox, as `--sandbox` does."],
  ["NO_COLOR", "Not empty: no color, unless `--color` says so."],
  ["SKIPPY_*", "The settings; `skippy config show` names each, its value and where it comes from."]
] as const

const files = [
  ["skippy.toml", "Settings of the working directory."],
  ["~/.config/skippy/skippy.toml", "Settings of the user; `$XDG_CONFIG_HOME` counts."],
  ["~/.local/state/skippy", "State, journal and sign-in; `$XDG_STATE_HOME` counts."]
] as const

/** The text of `docs/man/skippy.1`. */
export const manOf = (program: Page): string =>
  [
    String.raw`.\" Made from the help of the commands by scripts/cli.ts. Do not edit.`,
    `.TH SKIPPY 1 "" "skippy ${version}"`,
    // Names of commands and files are not to be broken, nor lines filled by wider spaces.
    ".nh",
    ".ad l",
    section(
      "name",
      `skippy \\- ${plain("call Google Drive, Google Photos, GitHub, Pexels and HTTP behind resilience policies")}`
    ),
    section("synopsis", `${bold("skippy")} ${italic("command")} [${italic("flags")}] [${italic("arguments")}]`),
    section("description", ...conventions.map((text) => paragraph(prose(text)))),
    section("commands", ...program.children.flatMap(commandsOf)),
    section("options", plain("All commands have these."), ...(program.help.globalFlags ?? []).map(flagItem)),
    section("the sandbox", prose(sandbox)),
    section(
      "exit status",
      ...meanings.map(([code, meaning]) => item(bold(String(code)), plain(meaning))),
      paragraph(prose(closedPipe))
    ),
    section("environment", ...environment.map(([name, what]) => item(bold(name), prose(what)))),
    section("files", ...files.map(([name, what]) => item(italic(name), prose(what)))),
    ""
  ].join("\n")
