/**
 * What somebody can try after the demo: command lines that work as they are written. Pure.
 *
 * @module
 */
import type { DemoDone } from "./DemoEvent.ts"

/** What command lines are made of. */
export interface Options {
  /** How the command line is called: `skippy`. */
  readonly program: string
  /** The folder of the run. */
  readonly path: string
  /** A call that is worth looking at. */
  readonly requestId: string | undefined
}

/** A word as a shell takes it. */
export const quoted = (word: string): string =>
  /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

/** How the command line is called so again: `script` is what Node runs, `lifecycle` the script npm runs, if it does. */
export const programOf = (script: string, lifecycle: string | undefined): string => {
  if (lifecycle?.includes("scripts/run.mjs") === true) return "npm run -s skippy --"
  return /\.m?[jt]s$/.test(script) ? `node ${quoted(script)}` : "skippy"
}

/** Command lines, and what each shows. */
export const nextOf = ({ path, program, requestId }: Options): DemoDone["next"] => {
  const there = `--sandbox --path ${quoted(path)}`
  return [
    ...(requestId === undefined
      ? []
      : [
          {
            command: `${program} journal show ${requestId} ${there}`,
            shows: "the call with the most attempts, one by one"
          }
        ]),
    { command: `${program} drive search ${there}`, shows: "files in the Drive of this run" },
    { command: `${program} status --watch --sandbox`, shows: "your own sandbox, live" },
    { command: `${program} mcp --sandbox`, shows: "all of it as tools, for an MCP client" }
  ]
}
