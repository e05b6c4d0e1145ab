/** What one program kept is an answer for another one that shares its store. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Resilience } from "@skippy/core"
import { SqliteStores } from "@skippy/core/node"
import { Effect, Layer, Redacted } from "effect"
import { HttpClient } from "effect/http"
import { afterAll, describe, expect, it } from "vitest"
import { GitHub } from "../../src/github/GitHub.ts"
import * as EmulatorClient from "../../src/testing/EmulatorClient.ts"
import * as GitHubEmulator from "../../src/testing/GitHubEmulator.ts"
import { ada, engine, repository } from "./support.ts"

const folders: Array<string> = []
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), "skippy-github-"))
  folders.push(made)
  return made
}
afterAll(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true })
})

const listed = [{ ...engine, pulls: [{ title: "First", head: "notes" }] }]

/** A program of its own in a folder: what it read, and what GitHub was asked. */
const program = <A>(directory: string, use: (github: GitHub["Service"]) => Effect.Effect<A, unknown>) => {
  const { handle } = GitHubEmulator.make({ tokens: [ada], repositories: listed })
  const { client, requests } = EmulatorClient.make({ handle })
  const layer = GitHub.layerWith({ token: Redacted.make(ada.token) }).pipe(
    Layer.provide(Layer.succeed(HttpClient.HttpClient, client)),
    Layer.provide(Resilience.layer()),
    Layer.provide(SqliteStores.layer({ directory }))
  )
  return Effect.runPromise(Effect.provide(GitHub.use(use), Layer.fresh(layer))).then((answer) => ({
    answer,
    asked: requests().map(({ method, path }) => `${method} ${path}`)
  }))
}

const readAll = (github: GitHub["Service"]) =>
  Effect.all({
    pulls: github.listPullRequests({ repository }),
    repository: github.getRepository(repository)
  })

describe("programs that share a store", () => {
  it("answer from what another one kept, dates and all, and ask nothing", async () => {
    const directory = folder()
    const first = await program(directory, readAll)
    expect(first.asked).toHaveLength(2)
    expect(first.answer.pulls).toMatchObject({ fromCache: false, pullRequests: [{ title: "First" }] })
    const second = await program(directory, readAll)
    expect(second.asked).toEqual([])
    for (const name of ["pulls", "repository"] as const) {
      const { ageSeconds: _, ...answer } = second.answer[name]
      const { ageSeconds: __, ...before } = first.answer[name]
      expect(answer).toEqual({ ...before, fromCache: true })
    }
  })

  it("ask again when another version of the program kept it in another form", async () => {
    const directory = folder()
    await program(directory, (github) => github.getRepository(repository))
    const database = new DatabaseSync(join(directory, "state.db"))
    database.prepare("UPDATE entries SET value = replace(value, 'full_name', 'fullName')").run()
    database.close()
    const { answer, asked } = await program(directory, (github) => github.getRepository(repository))
    expect([answer.fullName, answer.fromCache, asked]).toEqual([repository, false, [`GET /repos/${repository}`]])
  })
})
