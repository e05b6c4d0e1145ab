import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { NodeServices } from "@effect/platform-node"
import { Effect, FileSystem, Layer, PlatformError } from "effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type Chosen, choose, type Entry, find, limits, of } from "../../src/demo/Choice.ts"
import { folder } from "../support.ts"

const file = (name: string, size = 10): Entry => ({ name, size, isFile: true })
const namesOf = (entries: ReadonlyArray<Entry>) => choose(entries).map(({ name }) => name)

describe("the choice of files", () => {
  it("takes documents and pictures, by name", () => {
    expect(namesOf([file("b.PDF"), file("a.md"), file("c.jpeg"), file("c.ts"), file("d"), file("e.json")])).toEqual([
      "a.md",
      "b.PDF",
      "c.jpeg"
    ])
  })

  it.for([
    ".hidden.md",
    "client_secret.txt",
    "my-passwords.txt",
    "Credentials.pdf",
    "api-token.txt",
    "private.md",
    "id_rsa.txt",
    "ssh-key.txt",
    "deploy_key.txt",
    "prod.env.txt",
    "server.pem"
  ])("leaves out %s, which could hold a secret", (name) => {
    expect(namesOf([file(name)])).toEqual([])
  })

  it("takes names that only sound like it", () => {
    expect(namesOf([file("keyboard.md"), file("monkeys.png"), file("environment.md")])).toHaveLength(3)
  })

  it("leaves out links, folders, and what is empty or large", () => {
    expect(
      namesOf([
        { ...file("link.md"), isFile: false },
        file("empty.md", 0),
        file("large.md", limits.fileBytes + 1),
        file("largest.md", limits.fileBytes)
      ])
    ).toEqual(["largest.md"])
  })

  it("stays within its bounds, whatever there is", () => {
    const entry = fc.record({
      name: fc.string({ minLength: 1, maxLength: 6 }).map((name) => `${name}.md`),
      size: fc.integer({ min: 0, max: 2 * limits.fileBytes }),
      isFile: fc.boolean()
    })
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 60 }), (entries) => {
        const chosen = choose(entries)
        expect(chosen.length).toBeLessThanOrEqual(limits.files)
        expect(chosen.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(limits.bytes)
        expect(chosen.every((one) => entries.includes(one) && one.isFile)).toBe(true)
      })
    )
  })

  const looked = <A>(effect: Effect.Effect<A, never, NodeServices.NodeServices>) =>
    Effect.runPromise(Effect.provide(effect, NodeServices.layer))
  const put = (directory: string, names: ReadonlyArray<string>) => {
    mkdirSync(directory, { recursive: true })
    for (const name of names) writeFileSync(join(directory, name), "text")
  }
  const told = (chosen: Chosen | undefined) => chosen?.files.map(({ name }) => name)

  it("prefers the documents below the working directory to those in it", async () => {
    const here = folder()
    put(here, ["one.md", "two.md", "three.md"])
    expect(told(await looked(find(here)))).toEqual(["one.md", "three.md", "two.md"])
    put(join(here, "docs"), ["a.md", "b.md", "c.md"])
    expect(told(await looked(find(here)))).toEqual(["a.md", "b.md", "c.md"])
  })

  it("finds none where there are too few", async () => {
    const here = folder()
    put(here, ["one.md", "two.md", "notes.ts"])
    expect(await looked(find(here))).toBeUndefined()
  })

  it("does not follow links out of a directory, and takes a directory that is not there for an empty one", async () => {
    const here = folder()
    put(here, ["real.md"])
    symlinkSync("/etc/passwd", join(here, "linked.md"))
    expect(told(await looked(of(here)))).toEqual(["real.md"])
    expect(told(await looked(of(join(here, "nowhere"))))).toEqual([])
  })

  const denied = PlatformError.systemError({
    _tag: "PermissionDenied",
    module: "FileSystem",
    method: "access",
    description: "not yours"
  })

  it("looks at a few of a directory with very many, and at none that is no document", async () => {
    const seen: Array<string> = []
    const names = Array.from({ length: 100_000 }, (_, at) => `${at}.${at % 2 === 0 ? "md" : "ts"}`)
    const fs = FileSystem.layerNoop({
      readDirectory: () => Effect.succeed(names),
      readLink: () => Effect.fail(denied),
      stat: (path) => Effect.suspend(() => (seen.push(path), Effect.fail(denied)))
    })
    const { files } = await looked(Effect.provide(of("/many"), fs))
    expect(files).toEqual([])
    expect(seen).toHaveLength(limits.looks)
    expect(seen.filter((path) => path.endsWith(".ts"))).toEqual([])
  })

  it("leaves out what cannot be read", async () => {
    const here = folder()
    put(here, ["mine.md", "theirs.md"])
    const fs = Layer.effect(
      FileSystem.FileSystem,
      Effect.map(FileSystem.FileSystem, (real) => ({
        ...real,
        access: (path: string) => (path.endsWith("theirs.md") ? Effect.fail(denied) : Effect.void)
      }))
    )
    expect(told(await looked(Effect.provide(of(here), fs)))).toEqual(["mine.md"])
  })
})
