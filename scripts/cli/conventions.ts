/**
 * What holds for all commands, in words. Code is between backticks.
 *
 * @module
 */

/** How `skippy` behaves, a sentence or a few each. */
export const conventions: ReadonlyArray<string> = [
  "The result is on stdout, everything else on stderr. Progress is one line that changes on a terminal, a line every five seconds elsewhere; there is none with `--json`.",
  "With `--json` every result is one line of JSON; lists that come one by one are a line for each item (NDJSON). An error is one line of JSON, the last one on stderr.",
  "Color only on a terminal, unless `NO_COLOR` is set; `--color` is over both.",
  "Nobody is asked anything without a terminal, nor with `--json`: what has to be confirmed needs `--yes` there.",
  "Settings: a flag (`--set KEY=VALUE`) is over the environment, that over `skippy.toml` in the working directory, that over `$XDG_CONFIG_HOME/skippy/skippy.toml` (`~/.config`), that over the default; `skippy config show` says which it was.",
  "State, journal and sign-in are in one folder: `--path`, else `SKIPPY_PATH` or the setting `path`, else `$XDG_STATE_HOME/skippy` (`~/.local/state`). Circuits and limits are in `state.db` there, and count for all commands of the same folder. Where it cannot be written they are of one command only, with a warning.",
  "Ctrl-C ends a command cleanly; an upload or a download that was interrupted is gone on with by the same command."
]

/** What the sandbox is. */
export const sandbox = `\`--sandbox\`, or \`SKIPPY_SANDBOX=1\`, uses emulators in the same process instead of the services: no network, no account, the same
policies. Nothing of the environment counts there, so no token of a real account goes anywhere, and everything is below
\`sandbox\` in the folder. Drive keeps its files and the Photos Picker its sessions there; GitHub (\`tester/demo\`), Pexels (ocean,
forest, city) and the web, which answers what it was asked, are as new for each command. No command uses the sandbox unless
it is told to: without credentials it fails, and says how to sign in.`

/** What a pipe that is closed means. */
export const closedPipe = "When nobody reads the result any more, as after `| head`, a command ends with 0."

/** What an optional argument's help says of itself is said once. */
export const withoutOptional = (description: string): string => description.replace(/ \(optional\)$/, "")
