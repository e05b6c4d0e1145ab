/** Exit codes, and what is said of a command line, a setting or an input that cannot be. */
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { bundled, failure, folder, leaves, type Options, run } from "./support.ts"

const variables = { SKIPPY_SANDBOX: "1" }
const program = bundled()

/** So many commands at the same time: two processors have no more to give. */
const many = 6

const inTurn = async <A>(all: ReadonlyArray<A>, work: (one: A) => Promise<void>): Promise<void> => {
  const rest = [...all]
  const worker = async () => {
    for (let one = rest.shift(); one !== undefined; one = rest.shift()) await work(one)
  }
  await Promise.all(Array.from({ length: many }, worker))
}

interface Case {
  readonly args: ReadonlyArray<string>
  readonly code: number
  readonly tag: string
  /** What the message and its hints have to say. */
  readonly says: ReadonlyArray<string>
  readonly options?: Options
}

const wrong = (args: ReadonlyArray<string>, ...says: ReadonlyArray<string>): Case => ({
  args,
  code: 2,
  tag: "UsageError",
  says
})
const input = (args: ReadonlyArray<string>, ...says: ReadonlyArray<string>): Case => ({
  ...wrong(args, ...says),
  tag: "InvalidInputError"
})

const usage: ReadonlyArray<Case> = [
  wrong(["drive", "lsit"], `there is no command "lsit"`, "did you mean list or ls?", "skippy drive --help"),
  wrong(["driv"], `there is no command "driv"`, "did you mean drive?"),
  wrong(["drive", "list", "--maxresults", "3"], "no flag --maxresults", "did you mean --max-results?"),
  wrong(["drive", "share", "x", "--with", "domian"], `--with is "domian"`, "give anyone, user, domain", "mean domain?"),
  wrong(["limit", "--color", "alway"], `--color is "alway"`, "did you mean always?"),
  wrong(["drive", "list", "--max-results", "three"], `--max-results is "three"; give a number`),
  wrong(["drive", "list", "--max-results", "1.5"], `--max-results is "1.5"; give a whole number`),
  wrong(["drive", "list", "--max-results"], "--max-results has no value"),
  wrong(["drive", "list", "--max-results", "1", "--max-results", "2"], "--max-results is given 2 times; give it once"),
  wrong(["drive", "info"], "file-id is missing"),
  wrong(["github", "create-issue", "tester/demo"], "--title is missing"),
  wrong(["limit", "more"], `"more"`),
  wrong(["limit", "--set", "github.max_attempts"], `--set is "github.max_attempts"; give KEY=VALUE`),
  wrong(["http", "get", "https://example.com", "--header", "x"], `--header is "x"; give KEY=VALUE`),
  wrong(["journal", "tail", "--since", "soon"], `--since is "soon"; give a duration`),
  wrong(["journal", "tail", "--lines", "-5"], "--lines is -5; give a whole number of at least 0"),
  wrong(["journal", "show", ""], "request-id is empty", "skippy journal tail"),
  wrong(["config", "show", "githb"], `there is no setting "githb"`),
  wrong(["sandbox", "serve", "--port", "70000"], "--port is 70000; give a whole number from 1 to 65531"),
  {
    ...wrong(["limit", "--set", "github.max_atempts=3"], "github.max_atempts", `did you mean "github.max_attempts"?`),
    tag: "ConfigurationError"
  },
  {
    ...wrong(["limit", "--set", "github.max_attempts=none"], `github.max_attempts is "none"`, "give a whole number"),
    tag: "ConfigurationError"
  },
  ...[
    ["breaker", "open", "gihtub", "--yes"],
    ["cache", "clear", "gihtub"],
    ["policy", "explain", "gihtub"],
    ["journal", "tail", "--service", "gihtub"]
  ].map((args): Case => ({
    ...wrong(args, `there is no service "gihtub"`, "known are google-drive", "did you mean github?"),
    tag: "UnknownServiceError"
  })),
  input(["drive", "info", ""], `fileId is ""; give an id`),
  input(["drive", "list", "--max-results", "-1"], "maxResults is -1; give a whole number from 1 to 1000"),
  input(["drive", "upload", "."], `path is "."; it is a directory`),
  input(["drive", "upload", "nothing"], `path is "nothing"; there is no such file`),
  input(["drive", "batch-upload", "/dev/null", "--yes"], `directory is "/dev/null"; it is a file`),
  input(["drive", "download", "sandbox-may", "."], `path is "."; there is a directory`),
  input(["github", "repo", "nothing"], `repository is "nothing"; give "owner/name"`),
  { ...wrong(["http", "get", "nowhere"], "this is not a URL"), tag: "UrlRefusedError" }
]

/** A folder in which `there` is. */
const withFile = async () => {
  const path = folder()
  await writeFile(join(path, "there"), "")
  return path
}

const asked = (path: string) => ["http", "get", `https://example.com/status/${path}`]

const codes: ReadonlyArray<Case> = [
  { args: ["drive", "download", "sandbox-may", "there"], code: 1, tag: "DownloadError", says: ["--overwrite"] },
  { args: ["drive", "info", "nothing-here"], code: 3, tag: "DriveError", says: ["skippy journal show"] },
  { args: ["drive", "list"], code: 4, tag: "AuthError", says: ["skippy auth login", "--sandbox"], options: {} },
  {
    args: [...asked("503"), "--set", "http.max_attempts=1"],
    code: 5,
    tag: "HttpError",
    says: ["503", "skippy journal show"]
  },
  { args: ["http", "get", "http://127.0.0.1/"], code: 6, tag: "UrlRefusedError", says: ["--set http.allow=127.0.0.1"] },
  { args: ["drive", "share", "sandbox-may"], code: 6, tag: "NotConfirmed", says: ["add --yes"] },
  { args: ["drive", "search", "no query"], code: 7, tag: "DriveError", says: ["Invalid Value"] }
]

describe("a command that fails", () => {
  it("says with one line of JSON what is wrong, with which value, and what to do, and writes no result", async () => {
    const path = await withFile()
    await inTurn([...usage, ...codes], async ({ args, code, options = { variables }, says, tag }) => {
      const ran = await run([...args, "--json"], { path, program, ...options })
      const named = args.join(" ")
      expect({ named, code: ran.code, out: ran.out }).toEqual({ named, code, out: "" })
      const error = failure(ran.err)
      expect({ named, tag: error.tag, exitCode: error.exitCode, retryable: error.retryable }).toEqual({
        named,
        tag,
        exitCode: code,
        retryable: code === 5
      })
      const told = [error.message, ...error.hints].join("\n")
      expect({ named, unsaid: says.filter((text) => !told.includes(text)), told }).toEqual({ named, unsaid: [], told })
    })
  }, 300_000)

  it("says the same to people, in lines of which one only begins with the name of the program", async () => {
    const path = await withFile()
    const [lsit, ...others] = usage
    const some = [lsit!, ...others.filter(({ tag }) => tag === "ConfigurationError"), ...codes.slice(0, 2)]
    await inTurn(some, async ({ args, code, says }) => {
      const ran = await run(args, { path, program, variables })
      expect({ args, code: ran.code, out: ran.out }).toEqual({ args, code, out: "" })
      const lines = ran.err.trimEnd().split("\n")
      expect(lines[0]).toMatch(/^skippy: /)
      for (const line of lines.slice(1)) expect(line).toMatch(/^ {2}\S/)
      for (const text of says) expect(ran.err).toContain(text)
    })
  }, 120_000)

  it("tells a service that fails for a passing reason from one that fails for good", async () => {
    const path = folder()
    const options = { path, program, variables: { ...variables, SKIPPY_HTTP_MAX_ATTEMPTS: "1" } }
    const answers = [
      ["200", 0],
      ["404", 3],
      ["401", 4],
      ["503", 5],
      ["422", 7]
    ] as const
    await inTurn(answers, async ([status, code]) => {
      expect(await run(asked(status), options)).toMatchObject({ code })
    })
  }, 120_000)

  it("is no batch of which a part failed, unless its exit code says so", async () => {
    const path = folder()
    const args = ["drive", "batch-move", "not-there", "sandbox-welcome", "--to", "sandbox-reports", "--yes", "--json"]
    const { code, err, out } = await run(args, { path, program, variables })
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ counts: { moved: 1, failed: 1 } })
    expect(failure(err)).toMatchObject({ tag: "Reported", exitCode: 1 })
  })

  it("takes what follows -- as it is, and a flag where the other flags are", async () => {
    const path = folder()
    const made = await run(["drive", "create-folder", "--sandbox", "--json", "--", "--json"], { path, program })
    expect(JSON.parse(made.out)).toMatchObject({ name: "--json" })
    const words = await run(["drive", "info", "--sandbox", "--", "--json"], { path, program })
    expect(words.code).toBe(3)
    expect(words.err).toMatch(/^skippy: /)
    const wrong = await run(["drive", "lst", "--json=true"], { path, program })
    expect(failure(wrong.err)).toMatchObject({ exitCode: 2 })
  })

  it("has help with an example for every command", async () => {
    expect(leaves.length).toBeGreaterThan(40)
    const { out } = await run(["drive", "upload", "--help"], { program })
    expect(out).toContain("EXAMPLES")
  })
})
