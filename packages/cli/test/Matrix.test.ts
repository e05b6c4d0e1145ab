/** Every command there is, without a terminal with and without `--json`, and on a terminal. */
import { existsSync, readFileSync } from "node:fs"
import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { bundled, folder, leaves, onTerminal, parsed, run } from "./support.ts"

const root = fileURLToPath(new URL("../../..", import.meta.url))

/** What earlier commands of the same folder answered, by their name. */
type Known = Map<string, ReturnType<typeof parsed>[number]>

interface Step {
  readonly leaf: string
  readonly rest?: ReadonlyArray<string> | ((known: Known) => ReadonlyArray<string>)
  /** Other codes than 0 the result may have: health depends on the machine. */
  readonly codes?: ReadonlyArray<number>
  /** It tells something on stderr with `--json` too. */
  readonly announces?: boolean
}

const drive: ReadonlyArray<Step> = [
  { leaf: "drive list" },
  { leaf: "drive list", rest: ["--all"] },
  { leaf: "drive search", rest: ["name contains 'report'"] },
  { leaf: "drive search", rest: ["--all"] },
  { leaf: "drive info", rest: ["sandbox-may", "--permissions"] },
  { leaf: "drive find-folder", rest: ["Reports"] },
  { leaf: "drive read", rest: ["sandbox-may"] },
  { leaf: "drive download", rest: ["sandbox-may", "may.txt", "--overwrite"] },
  { leaf: "drive create-folder", rest: ["Archive"] },
  { leaf: "drive upload", rest: ["files/a.txt"] },
  { leaf: "drive uploads" },
  { leaf: "drive batch-upload", rest: ["files", "--parent", "sandbox-reports", "--yes"] }
]

const changes: ReadonlyArray<Step> = [
  { leaf: "drive move", rest: ["sandbox-may", "root"] },
  { leaf: "drive rename", rest: ["sandbox-may", "June.txt"] },
  { leaf: "drive copy", rest: ["sandbox-may", "--name", "July.txt"] },
  { leaf: "drive share", rest: ["sandbox-may", "--yes"] },
  { leaf: "drive batch-move", rest: ["sandbox-welcome", "sandbox-may", "--to", "sandbox-reports", "--yes"] },
  { leaf: "drive undo-moves", rest: (known) => [known.get("drive batch-move").id, "--yes"] },
  { leaf: "drive resume-moves", rest: (known) => [known.get("drive batch-move").id] },
  { leaf: "drive organize", rest: ["name contains 'Welcome'", "--to", "sandbox-reports", "--yes"] },
  { leaf: "drive unfinished-moves" },
  { leaf: "drive trash", rest: ["sandbox-may"] }
]

const web: ReadonlyArray<Step> = [
  { leaf: "github create-issue", rest: ["tester/demo", "--title", "Sum"] },
  { leaf: "github create-pr", rest: ["tester/demo", "--title", "Notes", "--head", "notes"] },
  { leaf: "github list-prs", rest: ["tester/demo"] },
  { leaf: "github list-prs", rest: ["tester/demo", "--all"] },
  { leaf: "github repo", rest: ["tester/demo"] },
  { leaf: "github rate-limit" },
  { leaf: "pexels search", rest: ["ocean", "--per-page", "2"] },
  { leaf: "pexels search", rest: ["ocean", "--all"] },
  { leaf: "pexels curated" },
  { leaf: "pexels photo", rest: (known) => [String(known.get("pexels curated").photos[0].id)] },
  {
    leaf: "pexels download",
    rest: (known) => [String(known.get("pexels curated").photos[0].id), "sea.png", "--size", "small", "--overwrite"]
  },
  { leaf: "http get", rest: ["https://example.com/"] },
  { leaf: "http post", rest: ["https://example.com/", "--data", "{}"] },
  { leaf: "http download", rest: ["https://example.com/bytes/1000", "bytes.bin", "--overwrite"] },
  { leaf: "photos create-session" },
  { leaf: "photos check-session", rest: (known) => [known.get("photos create-session").sessionId] },
  { leaf: "photos media", rest: (known) => [known.get("photos create-session").sessionId] },
  { leaf: "photos media", rest: (known) => [known.get("photos create-session").sessionId, "--all"] },
  {
    leaf: "photos download",
    rest: (known) => [known.get("photos media").baseUrl, "sea.jpg", "--overwrite"]
  },
  { leaf: "photos delete-session", rest: (known) => [known.get("photos create-session").sessionId] }
]

const steering: ReadonlyArray<Step> = [
  { leaf: "auth login", announces: true },
  { leaf: "auth status" },
  { leaf: "auth logout" },
  { leaf: "config show" },
  { leaf: "config validate" },
  { leaf: "config init", rest: ["--overwrite"] },
  { leaf: "doctor" },
  { leaf: "policy explain", rest: ["github"] },
  { leaf: "status" },
  { leaf: "health", codes: [1] },
  { leaf: "http get", rest: ["https://example.com/"] },
  { leaf: "journal tail" },
  { leaf: "journal show", rest: (known) => [known.get("journal tail").trace.requestId] },
  { leaf: "journal stats" },
  { leaf: "breaker list" },
  { leaf: "breaker open", rest: ["github", "--yes"], announces: true },
  { leaf: "breaker close", rest: ["github", "--yes"] },
  { leaf: "breaker reset", rest: ["--yes"] },
  { leaf: "cache stats" },
  { leaf: "cache clear" },
  { leaf: "limit" }
]

const groups = { drive, changes, web, steering }

/** Commands of which another file says all this, and more. */
const elsewhere: Readonly<Record<string, string>> = {
  "drive resume-upload": "packages/cli/test/Interrupt.test.ts",
  "drive abandon-upload": "packages/cli/test/Interrupt.test.ts",
  "sandbox serve": "packages/cli/test/Services.test.ts",
  "photos pick": "packages/cli/test/PhotosWait.test.ts",
  "metrics prometheus": "packages/cli/test/Metrics.test.ts",
  "metrics serve": "packages/cli/test/Metrics.test.ts",
  "alert list": "packages/cli/test/Alert.test.ts",
  "alert send": "packages/cli/test/Alert.test.ts",
  "alert silence": "packages/cli/test/Alert.test.ts",
  "alert silences": "packages/cli/test/Alert.test.ts",
  "alert unsilence": "packages/cli/test/Alert.test.ts",
  mcp: "packages/cli/test/mcp/Start.test.ts",
  demo: "test/main-job.test.ts"
}

const escape = "\u001B"
const variables = { SKIPPY_SANDBOX: "1" }
const program = bundled()

const take = async (
  path: string,
  known: Known,
  { announces = false, codes = [], leaf, rest = [] }: Step,
  at: number
) => {
  const args = [...leaf.split(" "), ...(typeof rest === "function" ? rest(known) : rest)]
  const options = { path, program, variables }
  const ends = [0, ...codes]
  const named = args.join(" ")

  const json = await run([...args, "--json"], options)
  expect(ends, `${named} --json: ${json.err}`).toContain(json.code)
  if (json.code === 0 && !announces) expect(json.err, `${named} --json has nothing to say on stderr`).toBe("")
  expect(json.out, `${named} --json is not marked`).not.toContain(escape)
  const lines = parsed(args, json.out)
  known.set(leaf, lines.at(-1))

  const text = await run(args, options)
  expect(ends, `${named}: ${text.err}`).toContain(text.code)
  expect(text.out + text.err, `${named} has no marks where no terminal is`).not.toContain(escape)
  expect(text.err, `${named} has no line that changes`).not.toContain("\r")

  if (args.includes("--all")) return
  // Every second one on a terminal that is asked to be without color.
  const isPlain = at % 2 === 0
  const terminal = await onTerminal(args, path, "", {
    program,
    variables: { ...variables, ...(isPlain ? { NO_COLOR: "1" } : {}) }
  })
  expect(ends, `${named} on a terminal: ${terminal.out}`).toContain(terminal.code)
  expect(terminal.out.trim(), `${named} says something on a terminal`).not.toBe("")
  if (isPlain) expect(terminal.out, `${named} takes NO_COLOR`).not.toContain(`${escape}[3`)

  if (args.includes("--yes")) {
    const refused = await run(
      args.filter((arg) => arg !== "--yes"),
      options
    )
    expect({ code: refused.code, out: refused.out }, `${named} asks nobody`).toEqual({ code: 6, out: "" })
    expect(refused.err, `${named} says how nobody need be asked`).toContain("--yes")
  }
}

describe("every command", () => {
  it("is run here, or in a file that names it", () => {
    const here = new Set(Object.values(groups).flatMap((steps) => steps.map(({ leaf }) => leaf)))
    expect(leaves.length).toBeGreaterThan(40)
    expect(leaves.filter((leaf) => !here.has(leaf) && elsewhere[leaf] === undefined)).toEqual([])
    expect([...here, ...Object.keys(elsewhere)].filter((leaf) => !leaves.includes(leaf))).toEqual([])
    for (const [leaf, file] of Object.entries(elsewhere)) {
      expect(existsSync(join(root, file)), `${file}, which tests ${leaf}`).toBe(true)
      const text = readFileSync(join(root, file), "utf8")
      for (const word of leaf.split(" ")) expect(text, `${file} names ${leaf}`).toContain(`"${word}"`)
    }
  })

  it.concurrent.each(Object.entries(groups))(
    "of %s answers what it documents, with marks on a terminal only, and asks nobody where nobody is",
    async (_, steps) => {
      const path = folder()
      await mkdir(join(path, "files"))
      await writeFile(join(path, "files", "a.txt"), "first")
      const known: Known = new Map()
      for (const [at, step] of steps.entries()) await take(path, known, step, at)
    },
    300_000
  )
})
