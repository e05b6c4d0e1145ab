/**
 * The MCP server, whatever it is reached by: who it says it is, and which revisions it speaks.
 *
 * @module
 */
import { Context, Effect, type FileSystem, Layer, type Path } from "effect"
import { McpProtocol, McpSchema, McpServer } from "effect/ai"
import type { World } from "../command/World.ts"
import type { Roots } from "./Tool.ts"

/** What tools and resources use. */
export type Uses = FileSystem.FileSystem | Path.Path | Roots | World

/** Revisions of the protocol, the newest first. */
const protocols = [McpProtocol.v2026_07_28, McpProtocol.v2025_11_25, McpProtocol.v2025_06_18] as const

const instructions = [
  "Tools for Google Drive, Google Photos, GitHub, Pexels and HTTP, and for the health of the calls to them.",
  "Calls are repeated, limited and cut off by Skippy itself: do not repeat a call that failed unless its error says so, and then not sooner.",
  "An answer with from_cache and stale is an older one, given because the service is down.",
  "Local paths are below the folders the server was started for."
].join(" ")

/** Who the server says it is. */
export const about = (version: string) => ({
  name: "skippy",
  version,
  description: "Other people's APIs, on their bad days too",
  instructions,
  protocols
})

/** Seen by nobody. */
const hidden = Context.make(McpSchema.EnabledWhen, () => false)

const nothing = Effect.succeed(McpSchema.ReadResourceResult.make({ contents: [] }))

/**
 * Says that there are tools and resources before they are loaded: a client asks for that first, and waits for the answer
 * before it asks for anything else.
 */
export const promised: Layer.Layer<never, never, McpServer.McpServer> = Layer.effectDiscard(
  Effect.gen(function* () {
    const server = yield* McpServer.McpServer
    yield* server.addTool({
      tool: new McpSchema.Tool({ name: "promised", inputSchema: { type: "object" } }),
      annotations: hidden,
      handle: () => Effect.fail(new McpSchema.InvalidParams({ message: "this is no tool" }))
    })
    yield* server.addResource({
      resource: new McpSchema.Resource({ uri: "resilience://promised", name: "promised" }),
      annotations: hidden,
      handle: nothing
    })
  })
)
