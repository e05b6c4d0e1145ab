/**
 * The packages as somebody installs them: packed, installed by npm into a folder that knows nothing of the workspace, checked
 * by the compiler as strictly as it can, and run with the oldest Node they promise and the newest of each line.
 */
import { execFile } from "node:child_process"
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, beforeAll, describe, expect, it } from "vitest"

const execute = promisify(execFile)
const root = fileURLToPath(new URL("..", import.meta.url))
// Temporary folders may be behind a link, and npm tells where it leads.
const folder = realpathSync(mkdtempSync(join(tmpdir(), "skippy-packages-")))
const packs = join(folder, "packs")
/** Where somebody's program is. */
const consumer = join(folder, "consumer")
/** What `npm install --global` fills. */
const machine = join(folder, "machine")

const quietly = ["--no-audit", "--no-fund", "--loglevel=error"]

/** Npm offers Node as a package for each platform. What is there already is not asked for again. */
const nodes = ["22.19.0", "24", "26"] as const
const platform = `node-${process.platform}-${process.arch}`
const homeOf = (version: string) => join(root, ".cache/node", version)
const nodeOf = (version: string) => join(homeOf(version), "node_modules", platform, "bin/node")

const installNode = async (version: string) => {
  if (existsSync(nodeOf(version))) return
  await execute("npm", [
    "install",
    ...quietly,
    "--no-save",
    "--no-package-lock",
    "--prefix",
    homeOf(version),
    `${platform}@${version}`
  ])
}

/** As in a shell where this Node is the one that is found. */
const withNode = (version: string, variables: Readonly<Record<string, string>> = {}) => ({
  cwd: folder,
  env: {
    PATH: [dirname(nodeOf(version)), process.env["PATH"]].join(delimiter),
    HOME: folder,
    METADATA_SERVER_DETECTION: "none",
    SKIPPY_PATH: join(folder, `state-${version}`),
    ...variables
  }
})

const versionOf = (name: string): string =>
  JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8")).version
const packOf = (name: string) => join(packs, `skippy-${name}-${versionOf(name)}.tgz`)
const skippy = join(machine, "bin/skippy")

beforeAll(async () => {
  await Promise.all([
    ...nodes.map(installNode),
    execute("node", ["scripts/pack.ts", "--to", packs], { cwd: root, maxBuffer: 16_000_000 })
  ])
  mkdirSync(consumer)
  writeFileSync(join(consumer, "package.json"), JSON.stringify({ private: true, type: "module" }))
  copyFileSync(join(root, "test/consumer/main.ts"), join(consumer, "main.ts"))
  const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  const oldest = { env: { ...process.env, ...withNode("22.19.0").env, HOME: process.env["HOME"] } }
  await Promise.all([
    execute(
      "npm",
      [
        "install",
        ...quietly,
        "--engine-strict",
        "--prefer-offline",
        "--prefix",
        consumer,
        ...["core", "http", "google"].map(packOf),
        `@effect/platform-node@${devDependencies["@effect/platform-node"]}`,
        `@types/node@${devDependencies["@types/node"]}`
      ],
      oldest
    ),
    // It needs nothing else, so nothing has to be asked for.
    execute(
      "npm",
      ["install", ...quietly, "--engine-strict", "--offline", "--global", "--prefix", machine, packOf("cli")],
      oldest
    )
  ])
}, 300_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe("the packages", () => {
  it.for(["core", "http", "google", "cli"])(
    "%s is made of what its manifest names, with readme and licence",
    (name) => {
      const installed = join(name === "cli" ? join(machine, "lib") : consumer, "node_modules/@skippy", name)
      const text = readFileSync(join(installed, "package.json"), "utf8")
      expect(text).not.toContain("workspace:")
      const { bin = {}, devDependencies, exports, man = [], private: hidden, scripts } = JSON.parse(text)
      expect({ devDependencies, hidden, scripts }).toEqual({})
      const paths: ReadonlyArray<string> = [
        ...Object.values(exports).flatMap((entry) =>
          typeof entry === "string" ? entry : Object.values(entry as object)
        ),
        ...Object.values(bin),
        ...man,
        "README.md",
        "LICENSE"
      ]
      expect(paths.filter((path) => !existsSync(join(installed, path)))).toEqual([])
    }
  )

  it("have nothing of sources that are gone", () => {
    const installed = join(consumer, "node_modules/@skippy")
    const made = globSync("*/dist/**/*.js", { cwd: installed })
    expect(made.length).toBeGreaterThan(300)
    const sourceOf = (path: string) => path.replace("/dist/", "/src/").replace(/\.js$/, ".ts")
    expect(made.filter((path) => !existsSync(join(installed, sourceOf(path))))).toEqual([])
  })

  it.for([
    ["TypeScript 7", "typescript"],
    ["TypeScript 6", "typescript-for-tstyche"]
  ] as const)("have types %s has nothing against, in the strictest program", async ([, compiler]) => {
    writeFileSync(
      join(consumer, `tsconfig.${compiler}.json`),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          exactOptionalPropertyTypes: true,
          noUncheckedIndexedAccess: true,
          skipLibCheck: false,
          module: "nodenext",
          target: "es2024",
          // Types of Effect are told in words of the browser.
          lib: ["es2024", "dom"],
          types: ["node"],
          noEmit: true
        },
        include: ["main.ts"]
      })
    )
    const tsc = join(dirname(fileURLToPath(import.meta.resolve(`${compiler}/package.json`))), "bin/tsc")
    const { stdout } = await execute("node", [tsc, "-p", join(consumer, `tsconfig.${compiler}.json`)]).catch(
      (failed: { readonly stdout: string }) => failed
    )
    expect(stdout).toBe("")
  })

  it.for(nodes)("run in a program on Node %s", async (version) => {
    const { stdout } = await execute("node", [join(consumer, "main.ts")], withNode(version))
    expect(JSON.parse(stdout)).toEqual({
      pipeline: "42 rows",
      shared: 2,
      github: 1,
      drive: [["Skippy"], 0],
      server: "served",
      there: 4
    })
  })
})

describe("the command line, installed", () => {
  it("is one package, with a page for man and the licences of what is in it", () => {
    expect(globSync("*/*", { cwd: join(machine, "lib/node_modules") })).toEqual(["@skippy/cli"])
    expect(readFileSync(join(machine, "share/man/man1/skippy.1"), "utf8")).toContain(".TH SKIPPY 1")
    const licenses = readFileSync(join(machine, "lib/node_modules/@skippy/cli/dist/THIRD-PARTY-LICENSES"), "utf8")
    expect(licenses).toMatch(/^effect [\d.]+ \(MIT\)$[\s\S]*^google-auth-library [\d.]+ \(Apache-2\.0\)$/m)
  })

  it.for(nodes)("tells its version and lists the files of the sandbox on Node %s", async (version) => {
    const run = (...args: ReadonlyArray<string>) => execute(skippy, args, withNode(version))
    expect(await run("--version")).toEqual({ stdout: `${versionOf("cli")}\n`, stderr: "" })
    const { stderr, stdout } = await run("drive", "list", "--sandbox", "--json")
    expect(stderr).toBe("")
    expect(JSON.parse(stdout).files).toHaveLength(3)
  })

  it("tells an MCP client what it is, and ends with its input", async () => {
    const _meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
      "io.modelcontextprotocol/clientCapabilities": {}
    }
    const running = execute(skippy, ["mcp", "--sandbox"], withNode("24"))
    running.child.stdin?.end(
      `${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "server/discover", params: { _meta } })}\n`
    )
    expect(JSON.parse((await running).stdout)).toMatchObject({
      id: 1,
      result: { supportedVersions: expect.arrayContaining(["2026-07-28"]) }
    })
  })

  it("has Google's library in it, for the credentials only that knows", async () => {
    const credentials = join(folder, "external.json")
    writeFileSync(
      credentials,
      JSON.stringify({
        type: "external_account",
        audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/provider",
        subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
        token_url: "https://sts.googleapis.com/v1/token",
        credential_source: { file: join(folder, "not-there") }
      })
    )
    const { stderr } = await execute(
      skippy,
      ["drive", "list"],
      withNode("24", { GOOGLE_APPLICATION_CREDENTIALS: credentials })
    ).catch((failed: { readonly stderr: string }) => failed)
    // The library looked for the file of the token. Without the library we are told to install it.
    expect(stderr).toContain("ENOENT")
    expect(stderr).not.toContain("npm install")
  })

  it("starts in at most four times what Node alone takes", async () => {
    const timed = async (...args: readonly [string, ...Array<string>]): Promise<number> => {
      const [program, ...rest] = args
      const start = performance.now()
      await execute(program, rest, withNode("24"))
      return performance.now() - start
    }
    const [bare, version]: [Array<number>, Array<number>] = [[], []]
    // The shortest of many is what it takes; the others waited for somebody else.
    for (let run = 0; run < 10; run++) {
      bare.push(await timed("node", "--eval", "0"))
      version.push(await timed(skippy, "--version"))
    }
    expect(Math.min(...version) / Math.min(...bare)).toBeLessThan(4)
  })
})
