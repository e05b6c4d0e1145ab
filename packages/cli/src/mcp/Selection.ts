/**
 * Which of the tools a server has: groups and single tools, and only those that change nothing. Pure.
 *
 * @module
 */
import { nearName } from "@skippy/core"
import { Result } from "effect"
import { UsageError } from "../output/Failure.ts"
import { type AnyTool, groups } from "./Tool.ts"

/** What somebody wants. */
export interface Selection {
  /** Names of groups and tools, with commas between them: `drive,health,http_get`. All tools without it. */
  readonly tools: string | undefined
  /** Only tools that change nothing. */
  readonly readOnly: boolean
}

const refused = (problem: string): Result.Result<never, UsageError> => Result.fail(new UsageError({ problem }))

const named = ({ group, name }: AnyTool, names: ReadonlySet<string>): boolean => names.has(group) || names.has(name)

/** The tools that are wanted, in the order of all. Fails for a name that is none, and when no tool is left. */
export const select = (
  all: ReadonlyArray<AnyTool>,
  { readOnly, tools }: Selection
): Result.Result<ReadonlyArray<AnyTool>, UsageError> => {
  const names = tools?.split(",").flatMap((part) => (part.trim() === "" ? [] : [part.trim()]))
  const known = new Set<string>([...groups, ...all.map(({ name }) => name)])
  const unknown = names?.find((name) => !known.has(name))
  if (unknown !== undefined) {
    const near = nearName(unknown, known)
    const list = `Groups: ${groups.join(", ")}. Tools: ${all.map(({ name }) => name).join(", ")}.`
    return refused(
      `--tools: there is no group and no tool "${unknown}"${near === undefined ? "." : `; did you mean "${near}"?`} ${list}`
    )
  }
  const given = new Set(names)
  const chosen = names === undefined ? all : all.filter((tool) => named(tool, given))
  const left = readOnly ? chosen.filter(({ hints }) => hints.readOnly) : chosen
  if (chosen.length === 0) return refused(`--tools: give groups or tools, such as ${groups.join(",")}`)
  if (left.length === 0)
    return refused(`--read-only leaves none of the tools of --tools ${tools ?? ""}; take one of them away`)
  return Result.succeed(left)
}
