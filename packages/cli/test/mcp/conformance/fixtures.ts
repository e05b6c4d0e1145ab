/**
 * What the official conformance suite asks a server for: tools, resources and prompts of fixed names and answers. Those that
 * can be told as tools of Skippy are, so that they go the same way as the real ones.
 */
import { Context, Effect, Predicate, Schema } from "effect"
import { McpSchema, McpServer } from "effect/ai"
import { UsageError } from "../../../src/output/Failure.ts"
import { nothing } from "../../../src/mcp/Fields.ts"
import { register } from "../../../src/mcp/Register.ts"
import type { Uses } from "../../../src/mcp/Server.ts"
import { tool, ToolCall } from "../../../src/mcp/Tool.ts"

type Server = McpServer.McpServer["Service"]
type Answer = McpSchema.CallToolResult | McpSchema.InputRequired
type Handle = Parameters<Server["addTool"]>[0]["handle"]
type Block = McpSchema.CallToolResult["content"][number]

const hints = { readOnly: true, destructive: false, idempotent: true, openWorld: false }
const Said = Schema.Struct({ said: Schema.String })
const output = { schema: Said, text: ({ said }: typeof Said.Type) => said }

const saying = (name: string, says: Effect.Effect<string, UsageError, ToolCall>, question?: string) => {
  const run = Effect.map(says, (said) => ({ said }))
  return tool({
    name,
    group: "health",
    title: name,
    description: `For the conformance suite: ${name}`,
    hints,
    input: nothing,
    output,
    confirm: question === undefined ? undefined : () => Effect.succeed({ question, subject: name, run }),
    run: () => run
  })
}

const tools = [
  saying("test_simple_text", Effect.succeed("This is a simple text response for testing.")),
  saying(
    "test_error_handling",
    Effect.fail(new UsageError({ problem: "This tool intentionally returns an error for testing" }))
  ),
  saying(
    "test_tool_with_progress",
    Effect.gen(function* () {
      const { progress } = yield* ToolCall
      for (const done of [0, 50, 100]) {
        yield* progress({ progress: done, total: 100 })
        // The suite asks for it.
        yield* Effect.sleep("60 millis")
      }
      return "done"
    })
  ),
  saying("test_input_required_result_tampered_state", Effect.succeed("state-ok"), "Please confirm"),
  saying("test_input_required_result_request_state", Effect.succeed("state-ok"), "Please confirm")
]

const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"))
const png = bytes("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==")
const wav = bytes("UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=")

const text = (said: string) => McpSchema.TextContent.make({ type: "text", text: said })
const image = McpSchema.ImageContent.make({ type: "image", data: png, mimeType: "image/png" })
const audio = McpSchema.AudioContent.make({ type: "audio", data: wav, mimeType: "audio/wav" })
const resource = (uri: string, mimeType: string, said: string) =>
  McpSchema.EmbeddedResource.make({
    type: "resource",
    resource: McpSchema.TextResourceContents.make({ uri, mimeType, text: said })
  })

const answer = (...content: ReadonlyArray<Block>): McpSchema.CallToolResult => new McpSchema.CallToolResult({ content })

const add = (server: Server, name: string, handle: Handle, inputSchema: McpSchema.ToolJson = { type: "object" }) =>
  server.addTool({
    tool: new McpSchema.Tool({ name, description: `For the conformance suite: ${name}`, inputSchema }),
    annotations: Context.empty(),
    handle
  })

const contents = (server: Server) =>
  Effect.all([
    add(server, "test_image_content", () => Effect.succeed(answer(image))),
    add(server, "test_audio_content", () => Effect.succeed(answer(audio))),
    add(server, "test_embedded_resource", () =>
      Effect.succeed(
        answer(resource("test://embedded-resource", "text/plain", "This is an embedded resource content."))
      )
    ),
    add(server, "test_multiple_content_types", () =>
      Effect.succeed(
        answer(
          text("Multiple content types test:"),
          image,
          resource("test://mixed-content-resource", "application/json", `{"test":"data","value":123}`)
        )
      )
    ),
    ...["test_tool_with_logging", "test_logging_tool"].map((name) =>
      add(server, name, () =>
        Effect.gen(function* () {
          const { "notifications/message": log } = server.notifications
          for (const data of ["Tool execution started", "Tool processing data", "Tool execution completed"]) {
            yield* log({ level: "info", data })
            yield* Effect.sleep("50 millis")
          }
          return answer(text("done"))
        })
      )
    ),
    add(server, "json_schema_2020_12_tool", () => Effect.succeed(answer(text("fine"))), jsonSchema)
  ])

const jsonSchema: McpSchema.ToolJson = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  $defs: {
    address: {
      $anchor: "addressDef",
      type: "object",
      properties: { street: { type: "string" }, city: { type: "string" } }
    }
  },
  properties: {
    name: { type: "string" },
    address: { $ref: "#/$defs/address" },
    contactMethod: { type: "string", enum: ["phone", "email"] },
    phone: { type: "string" },
    email: { type: "string" }
  },
  allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
  if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  then: { required: ["phone"] },
  else: { required: ["email"] },
  additionalProperties: false
}

const form = (message: string, properties: McpSchema.ToolJson["properties"] = {}, required: Array<string> = []) => ({
  message,
  mode: "form" as const,
  requestedSchema: { type: "object" as const, properties, required }
})

const elicitation = (message: string, field: string, type = "string") => ({
  method: "elicitation/create" as const,
  params: form(message, { [field]: { type } }, [field])
})
const sampling = (said: string) => ({
  method: "sampling/createMessage" as const,
  params: { messages: [{ role: "user", content: { type: "text", text: said } }], maxTokens: 100 }
})
const roots = { method: "roots/list" as const, params: {} }

const asked = (
  inputRequests: Readonly<Record<string, McpSchema.McpInputRequest>>,
  requestState?: string
): McpSchema.InputRequired => new McpSchema.InputRequired({ inputRequests, requestState })

type Context_ = McpSchema.McpRequestContext["Service"]

/** Asks until everything is answered that was asked for. */
const asking =
  (
    rounds: ReadonlyArray<Readonly<Record<string, McpSchema.McpInputRequest>>>,
    stateOf: (round: number) => string | undefined = () => undefined
  ) =>
  ({ inputResponses = {}, requestState }: Context_): Answer => {
    const round = rounds.findIndex((_, at) => stateOf(at) === requestState)
    const requests = rounds[round] ?? rounds[0]!
    const isAnswered = Object.keys(requests).every((key) => Predicate.isObject(inputResponses[key]))
    if (!isAnswered) return asked(requests, stateOf(Math.max(round, 0)))
    const next = rounds[round + 1]
    return next === undefined ? answer(text(JSON.stringify(inputResponses))) : asked(next, stateOf(round + 1))
  }

const ofContext = (f: (context: Context_) => Answer) => () => McpSchema.McpRequestContext.useSync(f)

const inputs = (server: Server) =>
  Effect.all([
    add(
      server,
      "test_input_required_result_elicitation",
      ofContext(asking([{ user_name: elicitation("What is your name?", "name") }]))
    ),
    add(
      server,
      "test_input_required_result_sampling",
      ofContext(asking([{ capital_question: sampling("What is the capital of France?") }]))
    ),
    add(server, "test_input_required_result_list_roots", ofContext(asking([{ client_roots: roots }]))),
    add(
      server,
      "test_input_required_result_multiple_inputs",
      ofContext(
        asking(
          [
            {
              user_name: elicitation("What is your name?", "name"),
              greeting: sampling("Generate a greeting"),
              client_roots: roots
            }
          ],
          () => "several"
        )
      )
    ),
    add(
      server,
      "test_input_required_result_multi_round",
      ofContext(
        asking(
          [
            { step1: elicitation("Step 1: What is your name?", "name") },
            { step2: elicitation("Step 2: What is your favorite color?", "color") }
          ],
          (round) => `round ${round + 1}`
        )
      )
    ),
    add(
      server,
      "test_input_required_result_capabilities",
      ofContext(({ clientCapabilities }) =>
        asked({
          ...(clientCapabilities.sampling === undefined ? {} : { greeting: sampling("Generate a greeting") }),
          ...(clientCapabilities.elicitation === undefined ? {} : { user: elicitation("Your name?", "name") })
        })
      )
    ),
    add(
      server,
      "test_missing_capability",
      ofContext(() => asked({ greeting: sampling("Generate a greeting") }))
    ),
    add(
      server,
      "test_streaming_elicitation",
      ofContext(() => asked({ user: elicitation("Your name?", "name") }))
    )
  ])

/** A request to a client of 2025. */
const reverse = <A>(
  f: (client: McpSchema.McpReverseClient) => Effect.Effect<A, { readonly message: string }>,
  told: (value: A) => string
) =>
  Effect.gen(function* () {
    const client = yield* Effect.serviceOption(McpSchema.McpServerClient)
    if (client._tag === "None") return answer(text("not supported"))
    return answer(text(told(yield* f(yield* client.value.getClient))))
  }).pipe(
    Effect.scoped,
    Effect.catch((error) => Effect.succeed(answer(text(`not supported: ${error.message}`))))
  )

const decodeForm = Schema.decodeUnknownSync(McpSchema.ElicitRequestFormParams)

const eliciting = (
  server: Server,
  name: string,
  begin: string,
  properties: McpSchema.ToolJson["properties"],
  required: Array<string> = []
) =>
  add(
    server,
    name,
    ({ message = "Please fill in" }) =>
      reverse(
        ({ elicit }) => elicit(decodeForm(form(message, properties, required))),
        (result) =>
          `${begin}: action=${result.action}, content=${JSON.stringify("content" in result ? result.content : {})}`
      ),
    { type: "object", properties: { message: { type: "string" } } }
  )

const legacy = (server: Server) =>
  Effect.all([
    add(
      server,
      "test_sampling",
      ({ prompt }) =>
        reverse(
          ({ createMessage }) => createMessage({ messages: [{ role: "user", content: text(prompt) }], maxTokens: 100 }),
          ({ content }) => `LLM response: ${"text" in content ? content.text : ""}`
        ),
      { type: "object", properties: { prompt: { type: "string" } }, required: ["prompt"] }
    ),
    eliciting(server, "test_elicitation", "User response", {
      username: { type: "string", description: "User's response" },
      email: { type: "string", description: "User's email address" }
    }),
    eliciting(server, "test_elicitation_sep1034_defaults", "Elicitation completed", {
      name: { type: "string", default: "John Doe" },
      age: { type: "integer", default: 30 },
      score: { type: "number", default: 95.5 },
      status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
      verified: { type: "boolean", default: true }
    }),
    eliciting(server, "test_elicitation_sep1330_enums", "Elicitation completed", {
      untitledSingle: { type: "string", enum: ["option1", "option2", "option3"] },
      titledSingle: {
        type: "string",
        oneOf: [
          { const: "value1", title: "First Option" },
          { const: "value2", title: "Second Option" },
          { const: "value3", title: "Third Option" }
        ]
      },
      legacyEnum: {
        type: "string",
        enum: ["opt1", "opt2", "opt3"],
        enumNames: ["Option One", "Option Two", "Option Three"]
      },
      untitledMulti: { type: "array", items: { type: "string", enum: ["option1", "option2", "option3"] } },
      titledMulti: {
        type: "array",
        items: {
          anyOf: [
            { const: "value1", title: "First Choice" },
            { const: "value2", title: "Second Choice" },
            { const: "value3", title: "Third Choice" }
          ]
        }
      }
    })
  ])

const read = (uri: string, mimeType: string, content: string | Uint8Array) =>
  McpSchema.ReadResourceResult.make({
    contents: [
      typeof content === "string"
        ? McpSchema.TextResourceContents.make({ uri, mimeType, text: content })
        : McpSchema.BlobResourceContents.make({ uri, mimeType, blob: content })
    ]
  })

const direct = (uri: string, mimeType: string, content: string | Uint8Array) =>
  McpServer.registerResource({
    uri,
    name: uri,
    description: "For the conformance suite",
    mimeType,
    content: Effect.succeed(read(uri, mimeType, content))
  })

const resources = Effect.all([
  direct("test://static-text", "text/plain", "This is the content of the static text resource."),
  direct("test://static-binary", "image/png", png),
  direct("test://watched-resource", "text/plain", "Watched resource content"),
  McpServer.registerResource`test://template/${McpSchema.param("id", Schema.String)}/data`({
    name: "template",
    description: "For the conformance suite",
    mimeType: "application/json",
    content: (uri, id) =>
      Effect.succeed(
        read(uri, "application/json", JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }))
      )
  })
])

const user = (content: Block) => McpSchema.PromptMessage.make({ role: "user", content })

const prompts = (server: Server) =>
  Effect.all([
    McpServer.registerPrompt({
      name: "test_simple_prompt",
      description: "For the conformance suite",
      content: () => Effect.succeed("This is a simple prompt for testing.")
    }),
    McpServer.registerPrompt({
      name: "test_prompt_with_arguments",
      description: "For the conformance suite",
      parameters: { arg1: Schema.String, arg2: Schema.String },
      completion: { arg1: () => Effect.succeed(["paris", "park", "party"]) },
      content: ({ arg1, arg2 }) => Effect.succeed(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)
    }),
    McpServer.registerPrompt({
      name: "test_prompt_with_embedded_resource",
      description: "For the conformance suite",
      parameters: { resourceUri: Schema.String },
      content: ({ resourceUri }) =>
        Effect.succeed([
          user(resource(resourceUri, "text/plain", "Embedded resource content for testing.")),
          user(text("Please process the embedded resource above."))
        ])
    }),
    McpServer.registerPrompt({
      name: "test_prompt_with_image",
      description: "For the conformance suite",
      content: () => Effect.succeed([user(image), user(text("Please analyze the image above."))])
    }),
    server.addPrompt({
      prompt: new McpSchema.Prompt({
        name: "test_input_required_result_prompt",
        description: "For the conformance suite"
      }),
      annotations: Context.empty(),
      completions: {},
      handle: () =>
        McpSchema.McpRequestContext.useSync(({ inputResponses }) =>
          inputResponses?.["user_context"] === undefined
            ? asked({ user_context: elicitation("What context should the prompt use?", "context") })
            : new McpSchema.GetPromptResult({ messages: [user(text(JSON.stringify(inputResponses)))] })
        )
    })
  ])

/** Gives a server all of it. */
export const fixtures: Effect.Effect<void, never, McpServer.McpServer> = Effect.gen(function* () {
  const server = yield* McpServer.McpServer
  yield* register({ tools, resources: [], resourceTemplates: [], confirms: true }).pipe(
    // None of these tools uses the world.
    Effect.provideContext(Context.empty() as Context.Context<Uses>)
  )
  yield* contents(server)
  yield* inputs(server)
  yield* legacy(server)
  yield* resources
  yield* prompts(server)
})
