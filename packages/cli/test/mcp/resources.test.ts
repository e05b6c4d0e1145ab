import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import { resources, resourceTemplates } from "../../src/mcp/resources/resilience.ts"
import { healthTools } from "../../src/mcp/tools/health.ts"
import * as Support from "./tools/support.ts"
import { failing, ok, watched } from "./tools/watched.ts"

const read = (uri: string) => Effect.map(resources.find((one) => one.uri === uri)!.read, (text) => JSON.parse(text))

interface Dashboard {
  readonly services: ReadonlyArray<{ readonly service: string; readonly circuit?: { readonly state: string } }>
}

const statesOf = ({ services }: Dashboard) => services.map(({ circuit, service }) => [service, circuit?.state])

interface Records {
  readonly records: ReadonlyArray<{ readonly _tag: string; readonly trace: { readonly requestId: string } }>
}

const tracesOf = ({ records }: Records) => records.filter(({ _tag }) => _tag === "Trace").map(({ trace }) => trace)

const [call] = resourceTemplates

describe("resources", () => {
  it("are the dashboard and the journal, each with all a client has to know", () => {
    expect(resources.map(({ uri }) => uri)).toEqual(["resilience://dashboard", "resilience://journal"])
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual(["resilience://journal/{requestId}"])
    for (const { description, mimeType, title } of [...resources, ...resourceTemplates]) {
      expect(mimeType).toBe("application/json")
      expect(title).not.toBe("")
      expect(description).toMatch(/\.$/)
    }
  })

  it("say in the dashboard what the tool says", () =>
    watched(
      Effect.gen(function* () {
        yield* failing
        const { json } = yield* Support.call(healthTools, "get_resilience_dashboard", {})
        const dashboard = yield* read("resilience://dashboard")
        expect(Object.keys(dashboard)).toEqual(Object.keys(json))
        expect(statesOf(dashboard)).toEqual(statesOf(json))
        expect(dashboard.alerts).toEqual(json.alerts)
      })
    ))

  it("tell the last calls, and one of them attempt by attempt", () =>
    watched(
      Effect.gen(function* () {
        yield* ok
        yield* failing
        const traces = tracesOf(yield* read("resilience://journal"))
        expect(traces).toMatchObject([{ success: true }, { success: false, attempts: 2 }])
        const story = tracesOf(JSON.parse(yield* call!.read(traces[1]!.requestId)))
        expect(story).toMatchObject([
          {
            lines: [
              { attempt: 1, outcome: "failure" },
              { attempt: 2, outcome: "failure" }
            ]
          }
        ])
      })
    ))

  it("tell no more than the last fifty", () =>
    watched(
      Effect.gen(function* () {
        yield* Effect.repeat(ok, { times: 60 })
        expect((yield* read("resilience://journal")).records).toHaveLength(50)
      })
    ))

  it("have no call the journal does not have", () =>
    watched(
      Effect.gen(function* () {
        const error = yield* Effect.flip(call!.read("req_none"))
        expect(error.message).toBe("the journal has no call req_none")
      })
    ))
})
