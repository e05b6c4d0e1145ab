/** The official client calls the real tools of the real program, over the emulators. */
import { once } from "node:events"
import { mkdir, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { join } from "node:path"
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client"
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio"
import { DriveEmulator } from "@skippy/google/testing"
import { EmulatorServer, Fault } from "@skippy/http/testing"
import { Deferred, Effect, Fiber } from "effect"
import { describe, expect, it } from "vitest"
import { tools } from "../../src/mcp/tools/index.ts"
import { bin, bundled, ended, environmentOf, folder, run, start } from "../support.ts"

const size = 24 * 1024 * 1024

const modes = [
  ["legacy", "legacy", "2025-11-25"],
  ["auto", "auto", "2026-07-28"],
  ["pinned", { pin: "2026-07-28" }, "2026-07-28"]
] as const

type Mode = (typeof modes)[number][1]

/** A client that answers every question with the next of these. */
const clientOf = (mode: Mode, answers: Array<"accept" | "cancel" | "decline"> = []) => {
  const client = new Client(
    { name: "test", version: "1" },
    { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode } }
  )
  const questions: Array<string> = []
  client.setRequestHandler("elicitation/create", ({ params: { message } }) => {
    questions.push(message)
    const action = answers.shift() ?? "cancel"
    return action === "accept" ? { action, content: {} } : { action }
  })
  return { client, questions }
}

const overStdio = (path: string, args: ReadonlyArray<string>, variables: Readonly<Record<string, string>>) =>
  new StdioClientTransport({
    command: process.execPath,
    args: [bin, "mcp", ...args],
    cwd: path,
    env: environmentOf(path, variables),
    stderr: "inherit"
  })

const textOf = ({ content }: Awaited<ReturnType<Client["callTool"]>>): string =>
  content.map((block) => ("text" in block ? block.text : "")).join("\n")

/** What every client can do, however it came in. */
const goesThroughIt = async (client: Client, questions: ReadonlyArray<string>, path: string) => {
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(tools.map(({ name }) => name))
  expect(client.getServerVersion()).toMatchObject({ name: "skippy" })

  await writeFile(join(path, "talk.bin"), Buffer.alloc(size, "talk"))
  const told: Array<number> = []
  const uploaded = await client.callTool(
    { name: "gdrive_upload_file", arguments: { local_file_path: "talk.bin" } },
    { onprogress: ({ progress }) => void told.push(progress) }
  )
  expect(uploaded).toMatchObject({ structuredContent: { name: "talk.bin" } })
  expect(told.length).toBeGreaterThan(0)
  expect(told).toEqual([...new Set(told)].sort((one, other) => one - other))

  const share = { name: "gdrive_share_file", arguments: { file_id: "sandbox-welcome" } }
  const declined = await client.callTool(share)
  expect(declined.isError).toBe(true)
  expect(textOf(declined)).toContain("Not done: declined")
  const shared = await client.callTool(share)
  expect(shared).toMatchObject({ structuredContent: { file_id: "sandbox-welcome" } })
  expect(questions).toHaveLength(2)
  expect(questions[0]).toContain("Welcome.txt")

  const missing = await client.callTool({ name: "gdrive_get_file_metadata", arguments: { file_id: "nothing" } })
  expect(missing.isError).toBe(true)
  expect(textOf(missing)).toContain("Do not repeat the same call")
  const wrong = await client.callTool({ name: "gdrive_get_file_metadata", arguments: { id: "sandbox-welcome" } })
  expect(wrong.isError).toBe(true)
  expect(textOf(wrong)).toContain("file_id is missing")

  const board = await client.readResource({ uri: "resilience://dashboard" })
  expect(board.contents[0]).toMatchObject({ uri: "resilience://dashboard", mimeType: "application/json" })
}

describe.for(modes)("the official client over stdio, %s", ([, mode, revision]) => {
  it("calls tools, sees progress, is asked, and is told what went wrong", async () => {
    const path = folder()
    const { client, questions } = clientOf(mode, ["decline", "accept"])
    await client.connect(overStdio(path, [], { SKIPPY_SANDBOX: "1" }))
    expect(client.getNegotiatedProtocolVersion()).toBe(revision)
    await goesThroughIt(client, questions, path)
    await client.close()
  })
})

it.for([modes[0], modes[2]])(
  "a %s client stops an upload in its middle, which can be gone on with",
  async ([, mode]) => {
    const path = folder()
    await writeFile(join(path, "talk.bin"), Buffer.alloc(size, "talk"))
    const program = Effect.gen(function* () {
      const reached = yield* Deferred.make<void>()
      let chunks = 0
      const drive = DriveEmulator.make()
      const server = yield* EmulatorServer.start(drive, {
        faults: ({ method }) => {
          if (method !== "PUT" || ++chunks !== 1) return undefined
          Deferred.doneUnsafe(reached, Effect.void)
          return Fault.hang
        }
      })
      const variables = { SKIPPY_GOOGLE_DRIVE_URL: server.url, SKIPPY_GOOGLE_ACCESS_TOKEN: "token-of-a-test" }
      const { client } = clientOf(mode)
      yield* Effect.promise(() => client.connect(overStdio(path, [], variables)))
      const upload = { name: "gdrive_upload_file", arguments: { local_file_path: "talk.bin" } }
      const first = yield* Effect.forkScoped(Effect.tryPromise((signal) => client.callTool(upload, { signal })))
      yield* Deferred.await(reached)
      yield* Fiber.interrupt(first)
      const again = yield* Effect.promise(() => client.callTool(upload))
      expect(again).toMatchObject({ structuredContent: { name: "talk.bin", size } })
      expect(drive.createdCount()).toBe(1)
      yield* Effect.promise(() => client.close())
    })
    await Effect.runPromise(Effect.scoped(program))
  }
)

it("somebody who signs in while it runs need not start it anew", async () => {
  const path = folder()
  const program = Effect.gen(function* () {
    const google = DriveEmulator.make()
    const { url } = yield* EmulatorServer.start(google)
    const { client } = clientOf("legacy")
    const variables = { SKIPPY_GOOGLE_DRIVE_URL: url, SKIPPY_GOOGLE_AUTH_URL: url }
    yield* Effect.promise(() => client.connect(overStdio(path, [], variables)))
    const search = Effect.promise(() =>
      client.callTool({ name: "gdrive_search_files", arguments: { query: "name = 'x'" } })
    )
    const before = yield* search
    expect(before.isError).toBe(true)
    expect(textOf(before)).toContain("skippy auth login")
    const token = {
      type: "authorized_user",
      client_id: "desktop.apps.googleusercontent.com",
      refresh_token: google.tokens.refreshToken({ email: "ada@example.com" })
    }
    yield* Effect.promise(() => mkdir(join(path, "state", "google"), { recursive: true }))
    yield* Effect.promise(() =>
      writeFile(join(path, "state", "google", "token.json"), JSON.stringify(token), { mode: 0o600 })
    )
    expect(yield* search).toMatchObject({ structuredContent: { files: [] } })
    yield* Effect.promise(() => client.close())
  })
  await Effect.runPromise(Effect.scoped(program))
})

describe("over HTTP", () => {
  const token = "a-token-that-only-these-tests-know"

  const serving = async (path: string, ...args: ReadonlyArray<string>) => {
    const child = start(["mcp", "--http", "--sandbox", "--json", ...args], {
      path,
      variables: { SKIPPY_MCP_TOKEN: token }
    })
    const exit = ended(child)
    const line = await new Promise<string>((resolve, reject) => {
      child.stdout!.once("data", (bytes: Buffer) => resolve(bytes.toString()))
      exit.then(({ err }) => reject(new Error(err)), reject)
    })
    return { child, exit, url: new URL(JSON.parse(line).url) }
  }

  it("clients of both eras call the real tools, and Ctrl-C ends it", async () => {
    const path = folder()
    const { child, exit, url } = await serving(path)
    for (const [mode, revision] of [
      ["legacy", "2025-11-25"],
      ["auto", "2026-07-28"]
    ] as const) {
      const { client, questions } = clientOf(mode, ["decline", "accept"])
      const headers = { Authorization: `Bearer ${token}` }
      await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }))
      expect(client.getNegotiatedProtocolVersion()).toBe(revision)
      await goesThroughIt(client, questions, path)
      await client.close()
    }
    child.kill("SIGINT")
    const { code, err } = await exit
    expect(code).toBe(130)
    expect(err).not.toContain(token)
    expect(err).toContain("${SKIPPY_MCP_TOKEN}")
  })

  it("a port that is taken is a clear error", async () => {
    const taken = createServer()
    const port = await new Promise<number>((resolve) =>
      taken.listen(0, "127.0.0.1", () => resolve((taken.address() as { port: number }).port))
    )
    const { code, err } = await run(["mcp", "--http", "--port", String(port)])
    taken.close()
    expect(code).toBe(2)
    expect(err).toContain(`port ${port}`)
    expect(err).toContain("give another --port")
  })

  it("other machines are let in with a token of one's own only", async () => {
    const { code, err } = await run(["mcp", "--http", "--host", "0.0.0.0"])
    expect(code).toBe(2)
    expect(err).toContain("SKIPPY_MCP_TOKEN")
    const short = await run(["mcp", "--http"], { variables: { SKIPPY_MCP_TOKEN: "short" } })
    expect(short.code).toBe(2)
    expect(short.err).toContain("at least 16")
  })
})

it.for([
  ["--host", "127.0.0.1", "add --http"],
  ["--tools", "drvie", `did you mean "drive"`],
  ["--root", "nowhere", "--root"]
] as const)("says at its start what is wrong with %s %s", async ([flag, value, text]) => {
  const { code, err, out } = await run(["mcp", flag, value])
  expect({ code, out }).toEqual({ code: 2, out: "" })
  expect(err).toContain(text)
})

it.for([
  ["--host=", "--host is empty"],
  ["--port=70000", "--port is 70000; give one from 0 to 65535"]
] as const)("listens nowhere with %s", async ([flag, text]) => {
  const { code, err, out } = await run(["mcp", "--http", flag], {
    variables: { SKIPPY_MCP_TOKEN: "a-token-of-its-own" }
  })
  expect({ code, out }).toEqual({ code: 2, out: "" })
  expect(err).toContain(text)
})

it.for([
  ["SIGTERM", 130, (child: ReturnType<typeof start>) => child.kill("SIGTERM")],
  ["that nobody reads its answers", 0, (child: ReturnType<typeof start>) => child.stdout!.destroy()]
] as const)("%s ends it, though stdin stays open", async ([, code, end]) => {
  const child = start(["mcp"], { program: bundled(), stdio: ["pipe", "pipe", "ignore"] })
  const ping = (id: number) => child.stdin!.write(`${JSON.stringify({ jsonrpc: "2.0", id, method: "ping" })}\n`)
  const exit = once(child, "exit")
  ping(1)
  await once(child.stdout!, "data")
  end(child)
  ping(2)
  expect(await exit).toEqual([code, null])
})
