import { Effect, Result, Schema } from "effect"
import { describe, expect, it } from "vitest"
import { select } from "../../src/mcp/Selection.ts"
import { type AnyTool, type Group, tool } from "../../src/mcp/Tool.ts"

const made = (name: string, group: Group, readOnly: boolean): AnyTool =>
  tool({
    name,
    group,
    title: name,
    description: name,
    hints: { readOnly, destructive: !readOnly, idempotent: true, openWorld: false },
    input: Schema.Struct({}),
    output: { schema: Schema.Struct({}), text: () => "" },
    run: () => Effect.succeed({})
  })

const all = [
  made("gdrive_search_files", "drive", true),
  made("gdrive_trash_file", "drive", false),
  made("http_get", "http", true),
  made("http_post", "http", false),
  made("system_health_check", "health", true)
]

const chosen = (tools?: string, readOnly = false) =>
  Result.getOrThrow(select(all, { tools, readOnly })).map(({ name }) => name)

const problem = (tools?: string, readOnly = false) => {
  const result = select(all, { tools, readOnly })
  return Result.isFailure(result) ? result.failure.problem : "none"
}

describe("which tools a server has", () => {
  it("is all of them unless somebody says otherwise", () => {
    expect(chosen()).toEqual(all.map(({ name }) => name))
  })

  it("is the groups and single tools that are named, in the order of all, each once", () => {
    expect(chosen("health, drive,gdrive_trash_file")).toEqual([
      "gdrive_search_files",
      "gdrive_trash_file",
      "system_health_check"
    ])
    expect(chosen("http_get,")).toEqual(["http_get"])
  })

  it("is only what changes nothing with --read-only", () => {
    expect(chosen(undefined, true)).toEqual(["gdrive_search_files", "http_get", "system_health_check"])
    expect(chosen("http", true)).toEqual(["http_get"])
  })

  it("is refused for a name that is none, with what was meant and what there is", () => {
    expect(problem("drive,helth")).toContain(`"helth"; did you mean "health"?`)
    expect(problem("gdrive_search")).toContain(`no tool "gdrive_search"`)
    expect(problem("htp_get")).toContain(`did you mean "http_get"?`)
    expect(problem("somethingelse")).toMatch(/"somethingelse"\. Groups: drive, photos, .* Tools: gdrive_search_files, /)
  })

  it("is refused when nothing is left", () => {
    expect(problem(" , ")).toContain("give groups or tools")
    expect(problem("photos")).toContain("give groups or tools")
    expect(problem("http_post", true)).toContain("--read-only leaves none of the tools of --tools http_post")
  })
})
