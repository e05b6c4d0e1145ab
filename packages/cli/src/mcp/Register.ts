/**
 * Gives a server its tools and resources.
 *
 * @module
 */
import { Cause, Context, Effect } from "effect"
import { McpSchema, McpServer } from "effect/ai"
import { exitCodes } from "../output/ExitCode.ts"
import { failureOf } from "../output/Failure.ts"
import { type Calls, callOf } from "./Call.ts"
import * as Consent from "./Consent.ts"
import { describe } from "./Described.ts"
import type { Resource, ResourceTemplate } from "./resources/resilience.ts"
import type { Uses } from "./Server.ts"
import type { AnyTool } from "./Tool.ts"

/** What a server offers. */
export interface Offer {
  readonly tools: ReadonlyArray<AnyTool>
  readonly resources: ReadonlyArray<Resource>
  readonly resourceTemplates: ReadonlyArray<ResourceTemplate>
  /** Whether somebody is asked before a tool does what is hard to take back. */
  readonly confirms: boolean
}

type Server = McpServer.McpServer["Service"]

const addTool = (server: Server, tool: AnyTool, calls: Calls, services: Context.Context<Uses>) => {
  const described = describe(tool)
  const handle = tool.use((definition) => callOf(definition, described, calls))
  return server.addTool({
    tool: new McpSchema.Tool(described),
    annotations: Context.empty(),
    handle: (given: unknown) => Effect.provideContext(handle(given), services)
  })
}

const contentsOf = (uri: string, mimeType: string, text: string): McpSchema.ReadResourceResult =>
  McpSchema.ReadResourceResult.make({ contents: [McpSchema.TextResourceContents.make({ uri, mimeType, text })] })

const isNotFound = (cause: Cause.Cause<unknown>): boolean => failureOf(cause).exitCode === exitCodes.notFound

const messageOf = (cause: Cause.Cause<unknown>): string =>
  (Cause.hasDies(cause) ? undefined : failureOf(cause).report?.error.message) ?? "the resource cannot be read"

/** Errors of resources are errors of the protocol. Of defects nobody outside is told anything. */
const failed = (cause: Cause.Cause<unknown>) => {
  if (Cause.hasInterrupts(cause)) return Effect.interrupt
  const answer = isNotFound(cause)
    ? new McpSchema.InvalidParams({ message: messageOf(cause) })
    : new McpSchema.InternalError({ message: messageOf(cause) })
  return Cause.hasDies(cause) ? Effect.andThen(Effect.logError(cause), Effect.fail(answer)) : Effect.fail(answer)
}

const addResource = (server: Server, { read, ...resource }: Resource, services: Context.Context<Uses>) =>
  server.addResource({
    resource: new McpSchema.Resource(resource),
    annotations: Context.empty(),
    handle: read.pipe(
      Effect.map((text) => contentsOf(resource.uri, resource.mimeType, text)),
      Effect.catchCause(failed),
      Effect.catchTag("InvalidParams", ({ message }) => Effect.fail(new McpSchema.InternalError({ message }))),
      Effect.provideContext(services)
    )
  })

/** `resilience://journal/{id}` as the router knows it. */
const routeOf = (uriTemplate: string): string => uriTemplate.replace(":", "::").replace(/\{\w+\}/, ":0")

const addTemplate = (server: Server, { read, ...template }: ResourceTemplate, services: Context.Context<Uses>) =>
  server.addResourceTemplate({
    template: new McpSchema.ResourceTemplate(template),
    annotations: Context.empty(),
    completions: {},
    routerPath: routeOf(template.uriTemplate),
    handle: (uri, [parameter = ""]) =>
      read(parameter).pipe(
        Effect.map((text) => contentsOf(uri, template.mimeType, text)),
        Effect.catchCause(failed),
        Effect.provideContext(services)
      )
  })

/** Gives a server what it offers. */
export const register = ({
  confirms,
  resources,
  resourceTemplates,
  tools
}: Offer): Effect.Effect<void, never, McpServer.McpServer | Uses> =>
  Effect.gen(function* () {
    const server = yield* McpServer.McpServer
    const services = yield* Effect.context<Uses>()
    const calls = { notifications: server.notifications, consent: confirms ? yield* Consent.make : undefined }
    yield* Effect.forEach(tools, (tool) => addTool(server, tool, calls, services), { discard: true })
    yield* Effect.forEach(resources, (resource) => addResource(server, resource, services), { discard: true })
    yield* Effect.forEach(resourceTemplates, (one) => addTemplate(server, one, services), { discard: true })
  })
