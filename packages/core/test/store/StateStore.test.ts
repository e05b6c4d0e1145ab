import { NodeFileSystem } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Context, Effect, Exit, FileSystem, Layer, Logger } from "effect"
import { TestClock } from "effect/testing"
import { StateStore } from "../../src/store/StateStore.ts"

const inFolder = <A, E>(
  body: (folder: string, fs: FileSystem.FileSystem) => Effect.Effect<A, E, FileSystem.FileSystem>
) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    return yield* body(`${yield* fs.makeTempDirectoryScoped()}/state`, fs)
  }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))

/** Another program that opens the same directory. */
const open = (folder: string) =>
  Effect.scoped(
    Effect.map(Layer.build(Layer.fresh(StateStore.layerFiles(folder))), (context) => Context.get(context, StateStore))
  )

/** What is warned of while an effect runs. */
const warned = <A, E, R>(effect: Effect.Effect<A, E, R>) => {
  const warnings: Array<string> = []
  const logger = Logger.make(({ message }) => void warnings.push(String(message)))
  return Effect.map(Effect.provide(effect, Logger.layer([logger])), (value) => ({ value, warnings }))
}

describe("states in files", () => {
  it.effect("are there for the next program, for their owner only", () =>
    inFolder((folder, fs) =>
      Effect.gen(function* () {
        yield* (yield* open(folder)).set("uploads/a", "half of it")
        expect(yield* (yield* open(folder)).get("uploads/a")).toBe("half of it")
        const [ignored, name = ""] = yield* fs.readDirectory(folder)
        expect(ignored).toBe(".gitignore")
        expect(name).toMatch(/^[0-9a-f]{64}\.json$/)
        const modes = yield* Effect.forEach([folder, `${folder}/${name}`], (path) => fs.stat(path))
        expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o700, 0o600])
        expect(JSON.parse(yield* fs.readFileString(`${folder}/${name}`))).toEqual({
          version: 1,
          key: "uploads/a",
          value: "half of it"
        })
      })
    )
  )

  it.effect("need no directory to be read, and none is made", () =>
    inFolder((folder, fs) =>
      Effect.gen(function* () {
        const store = yield* open(folder)
        yield* store.remove("a")
        expect([yield* store.get("a"), yield* store.keys("")]).toEqual([undefined, []])
        expect(yield* fs.exists(folder)).toBe(false)
      })
    )
  )

  it.effect("have any key and any text", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const store = yield* open(folder)
        const keys = ["", "..", "a/../../b", "ä\u0000", "x".repeat(1000), "😀", "__proto__"]
        for (const key of keys) yield* store.set(key, `${key}\n"text"`)
        for (const key of keys) expect(yield* store.get(key)).toBe(`${key}\n"text"`)
        expect(yield* store.keys("")).toEqual(keys.toSorted())
      })
    )
  )

  it.effect("that are over are removed when somebody comes across them", () =>
    inFolder((folder, fs) =>
      Effect.gen(function* () {
        const store = yield* open(folder)
        yield* store.set("a", "1", { ttl: "1 minute" })
        yield* store.set("b", "2", { ttl: "1 minute" })
        yield* store.set("b", "2", { ttl: "2 minutes" })
        yield* TestClock.adjust("1 minute")
        expect([yield* store.get("a"), yield* store.get("b")]).toEqual([undefined, "2"])
        expect(yield* fs.readDirectory(folder)).toHaveLength(2)
        yield* TestClock.adjust("1 minute")
        expect(yield* store.keys("")).toEqual([])
        expect(yield* fs.readDirectory(folder)).toEqual([".gitignore"])
      })
    )
  )

  it.effect.each([
    ["is torn", (text: string) => text.slice(0, 30)],
    ["is empty", () => ""],
    ["belongs to another key", (text: string) => text.replace("uploads/a", "uploads/b")],
    ["is of another version", (text: string) => text.replace(`"version":1`, `"version":2`)]
  ] as const)("are set aside, never deleted, when one %s", ([, spoil]) =>
    inFolder((folder, fs) =>
      Effect.gen(function* () {
        const store = yield* open(folder)
        const [text, again] = ["secret-session", "another secret"]
        yield* store.set("uploads/a", text)
        const [ignored, name = ""] = yield* fs.readDirectory(folder)
        expect(ignored).toBe(".gitignore")
        const path = `${folder}/${name}`
        const spoilt = spoil(yield* fs.readFileString(path))
        yield* fs.writeFileString(path, spoilt)
        const { value, warnings } = yield* warned(store.get("uploads/a"))
        expect(value).toBeUndefined()
        expect(warnings).toEqual([`${path} is not a state this program can read; it is now ${name}.aside`])
        expect(yield* fs.readFileString(`${path}.aside`)).toBe(spoilt)
        // A second one does not replace the first.
        yield* fs.writeFileString(path, "torn too")
        expect((yield* warned(store.keys(""))).value).toEqual([])
        expect(yield* fs.readFileString(`${path}.aside-2`)).toBe("torn too")
        yield* store.set("uploads/a", again)
        expect([yield* store.get("uploads/a"), yield* store.keys("")]).toEqual([again, ["uploads/a"]])
      })
    )
  )

  it.effect("leave other files alone", () =>
    inFolder((folder, fs) =>
      Effect.gen(function* () {
        yield* fs.makeDirectory(folder)
        yield* fs.writeFileString(`${folder}/notes.json`, "mine")
        const store = yield* open(folder)
        expect(yield* store.keys("")).toEqual([])
        expect(yield* fs.readFileString(`${folder}/notes.json`)).toBe("mine")
      })
    )
  )

  it.effect("are as they were after a crash in the middle of writing", () =>
    inFolder((folder, fs) =>
      Effect.gen(function* () {
        yield* (yield* open(folder)).set("a", "old")
        const killed = { ...fs, rename: () => Effect.die("killed") }
        const store = yield* Effect.provideService(open(folder), FileSystem.FileSystem, killed)
        expect(Exit.hasDies(yield* Effect.exit(store.set("a", "new")))).toBe(true)
        const next = yield* open(folder)
        expect([yield* next.get("a"), yield* next.keys("")]).toEqual(["old", ["a"]])
        yield* next.set("a", "newer")
        expect(yield* next.get("a")).toBe("newer")
      })
    )
  )

  it.effect("are shared by programs that write at once", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const [one, other] = [yield* open(folder), yield* open(folder)]
        yield* one.set("a", "0")
        const write = (store: typeof one, text: string) => Effect.repeat(store.set("a", text), { times: 20 })
        const texts = ["1".repeat(5000), "2".repeat(5000)] as const
        const read = Effect.repeat(
          Effect.map(other.get("a"), (text) => expect(["0", ...texts].includes(text ?? "none")).toBe(true)),
          { times: 40 }
        )
        yield* Effect.all([write(one, texts[0]), write(other, texts[1]), read], { concurrency: "unbounded" })
        expect(texts).toContain(yield* one.get("a"))
      })
    )
  )

  it.effect("that cannot be read or written say where and why, and nothing of what is kept", () =>
    inFolder((folder, fs) =>
      Effect.gen(function* () {
        yield* fs.writeFileString(folder, "a file")
        const store = yield* open(folder)
        const failed = yield* Effect.flip(store.set("key", "text"))
        expect(failed).toMatchObject({
          _tag: "StateStoreError",
          operation: "set",
          category: "fatal",
          directory: folder
        })
        expect(failed.retryable).toBe(false)
        expect(failed.message).toBe(
          `the state in ${folder} cannot be written (${failed.code}); make it a directory of yours, with room left`
        )
        const unread = yield* Effect.flip(store.get("key"))
        expect(unread.message).toContain("cannot be read")
        expect(JSON.stringify([failed, unread])).not.toMatch(/key|text/)
      })
    )
  )
})
