/**
 * What a tool of the MCP server is: what it takes, what it answers, what it asks before, and what it does.
 *
 * A tool knows nothing of the protocol. It says what it does with the same services, forms and errors as the commands; the
 * server turns it into messages of each revision.
 *
 * @module
 */
import { Context, type Effect, type FileSystem, type Path, type Schema } from "effect"
import type { World } from "../command/World.ts"
import type { AnyFailure } from "../output/Failure.ts"

/** Tools that are switched on and off together. */
export const groups = ["drive", "photos", "github", "pexels", "http", "health"] as const
/** Tools that are switched on and off together. */
export type Group = (typeof groups)[number]

/** What is true of a tool, whatever it is called with. */
export interface Hints {
  /** It changes nothing: neither at the service nor on this machine. */
  readonly readOnly: boolean
  /** It may change or replace what was there, and not only add. */
  readonly destructive: boolean
  /** Called again with the same input it changes nothing more. */
  readonly idempotent: boolean
  /** It reaches somebody else's service. */
  readonly openWorld: boolean
}

/** How much of the work is done. */
export interface Done {
  /** Bytes, or things, as `total` counts them. */
  readonly progress: number
  readonly total?: number | undefined
  readonly message?: string | undefined
}

/** What the server does for a tool while it runs. */
export class ToolCall extends Context.Service<
  ToolCall,
  {
    /** Tells the client how far the work is, when it asked for that; else nothing. */
    readonly progress: (done: Done) => Effect.Effect<void>
  }
>()("@skippy/cli/mcp/ToolCall") {}

/** A path that is given by a client is below an allowed root, or it is refused. */
export class Roots extends Context.Service<
  Roots,
  {
    /** The real path of a file or folder that is there and may be read. `field` is the parameter, for the error. */
    readonly readable: (field: string, path: string) => Effect.Effect<string, AnyFailure>
    /** The real path of a file that may be written; its folder is below a root, or can be made there. */
    readonly writable: (field: string, path: string) => Effect.Effect<string, AnyFailure>
  }
>()("@skippy/cli/mcp/Roots") {}

/** What a tool may use. */
export type ToolUses = FileSystem.FileSystem | Path.Path | Roots | ToolCall | World

/** What a tool answers. */
export interface Answer<A, I> {
  /** Of the structured content: an object. */
  readonly schema: Schema.Codec<A, I>
  /** A few lines that say the same to whoever reads no JSON. */
  readonly text: (value: A) => string
}

/** What would be done, and somebody has to agree to first. */
export interface Plan<A> {
  /** The question, with the plan as far as people can read it; `undefined` when there is nothing to ask. */
  readonly question: string | undefined
  /** All that is agreed to, also what the question has no room for: JSON that is the same for the same plan, and for no other. */
  readonly subject: unknown
  /** Does what the plan says, and nothing that has come since. */
  readonly run: Effect.Effect<A, AnyFailure, ToolUses>
}

/** A tool. */
export interface Definition<P, A, I> {
  /** As TOOLS.md names it: `gdrive_search_files`. */
  readonly name: string
  readonly group: Group
  readonly title: string
  readonly description: string
  readonly hints: Hints
  /** A struct; parameters that are not in it are refused. Each field has a description. */
  readonly input: Schema.Codec<P, unknown>
  readonly output: Answer<A, I>
  /** Plans what somebody has to agree to first. Nothing is changed by it. */
  readonly confirm?: ((input: P) => Effect.Effect<Plan<A>, AnyFailure, ToolUses>) | undefined
  /** Does it at once: without a plan, or when nobody is asked. */
  readonly run: (input: P) => Effect.Effect<A, AnyFailure, ToolUses>
}

/** A tool, whatever it takes and answers. `use` gives it away with its types. */
export interface AnyTool {
  readonly name: string
  readonly group: Group
  readonly hints: Hints
  readonly use: <B>(take: <P, A, I>(definition: Definition<P, A, I>) => B) => B
}

/** Makes a tool. */
export const tool = <P, A, I>(definition: Definition<P, A, I>): AnyTool => ({
  name: definition.name,
  group: definition.group,
  hints: definition.hints,
  use: (take) => take(definition)
})
