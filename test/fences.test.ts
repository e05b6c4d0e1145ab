/**
 * Every program in the documentation compiles and runs: the `ts` fences of the READMEs, CONTRIBUTING and `docs/`, and those of
 * the examples in doc comments. A `text` fence right after a program is exactly what it prints. `ts no-run` compiles
 * only.
 */
import { execFile } from "node:child_process"
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { beforeAll, describe, expect, it } from "vitest"

interface Fence {
  readonly name: string
  readonly code: string
  readonly runs: boolean
  readonly output: string | undefined
}

const root = fileURLToPath(new URL("..", import.meta.url))
const cache = `${root}.cache/fences`
const execute = promisify(execFile)

const fencePattern = /^```ts( no-run)?\n([\s\S]*?)^```$(?:\n+^```text\n([\s\S]*?)^```$)?/gm
const commentPattern = /\/\*\*[\s\S]*?\*\//g

const fencesIn = (source: string, text: string): ReadonlyArray<Fence> =>
  Array.from(text.matchAll(fencePattern), ([, noRun, code = "", output], index) => ({
    name: `${source}, program ${index + 1}`,
    code,
    runs: noRun === undefined,
    output
  }))

const commentsOf = (source: string): string =>
  Array.from(source.matchAll(commentPattern), ([comment]) => comment.replaceAll(/^[ \t]*\* ?/gm, "")).join("\n")

const fences: ReadonlyArray<Fence> = [
  ...globSync(["README.md", "CONTRIBUTING.md", "docs/**/*.md", "packages/*/README.md"], { cwd: root }).flatMap((path) =>
    fencesIn(path, readFileSync(root + path, "utf8"))
  ),
  ...globSync("packages/*/src/**/*.ts", { cwd: root }).flatMap((path) =>
    fencesIn(path, commentsOf(readFileSync(root + path, "utf8")))
  )
]

const fileOf = (fence: Fence): string => `${cache}/${fence.name.replaceAll(/[^a-zA-Z0-9]+/g, "-")}.ts`

beforeAll(async () => {
  rmSync(cache, { recursive: true, force: true })
  mkdirSync(cache, { recursive: true })
  for (const fence of fences) writeFileSync(fileOf(fence), fence.code)
  writeFileSync(
    `${cache}/tsconfig.json`,
    JSON.stringify({
      extends: "../../tsconfig.base.json",
      compilerOptions: {
        composite: false,
        declaration: false,
        declarationMap: false,
        noEmit: true,
        types: ["node"],
        noUnusedLocals: false
      },
      include: ["*.ts"]
    })
  )
})

describe("the documentation", () => {
  it("has programs", () => {
    expect(fences.length).toBeGreaterThan(10)
  })

  it("compiles", async () => {
    const { stdout } = await execute("tsc", ["-p", cache]).catch((failed: { readonly stdout: string }) => failed)
    expect(stdout).toBe("")
  })

  describe.concurrent("runs and prints what it says", { concurrent: true }, () => {
    it.for(fences.filter((fence) => fence.runs).map((fence) => [fence.name, fence] as const))(
      "%s",
      async ([, fence]) => {
        const { stdout } = await execute("node", [fileOf(fence)])
        if (fence.output !== undefined) expect(stdout).toBe(fence.output)
      }
    )
  })
})
