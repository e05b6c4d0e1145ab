/** Runs tools as the server does, over the services of tests, without a process and without the protocol. */
import { mkdtempSync, realpathSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  Drive,
  type DriveTest,
  type DriveTestOptions,
  Photos,
  type PhotosTest,
  type PhotosTestOptions
} from "@skippy/google"
import { Files } from "@skippy/http/authoring"
import { Effect, Layer, Schema } from "effect"
import { afterAll } from "vitest"
import { World } from "../../../src/command/World.ts"
import type { AnyFailure } from "../../../src/output/Failure.ts"
import * as RootsLayer from "../../../src/mcp/Roots.ts"
import { type AnyTool, type Done, type Plan, Roots, ToolCall, type ToolUses } from "../../../src/mcp/Tool.ts"

const folders: Array<string> = []

/** The real path of a folder that is gone after the tests. */
export const folder = (): string => {
  const made = realpathSync(mkdtempSync(join(tmpdir(), "skippy-mcp-")))
  folders.push(made)
  return made
}

afterAll(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true })
})

const named = (tools: ReadonlyArray<AnyTool>, name: string): AnyTool => {
  const found = tools.find((tool) => tool.name === name)
  if (found === undefined) throw new Error(`there is no tool ${name}`)
  return found
}

/** Calls a tool; its answer is decoded with its output schema again, and has nothing that is not in it. */
export const call = (
  tools: ReadonlyArray<AnyTool>,
  name: string,
  input: unknown,
  onProgress: (done: Done) => Effect.Effect<unknown> = () => Effect.void
) =>
  named(tools, name).use(({ input: schema, output, run }) =>
    Effect.gen(function* () {
      const progress: Array<Done> = []
      const told = {
        progress: (done: Done) =>
          Effect.tap(
            Effect.sync(() => void progress.push(done)),
            onProgress(done)
          )
      }
      const given = yield* Schema.decodeUnknownEffect(schema, { onExcessProperty: "error" })(input).pipe(Effect.orDie)
      const value = yield* run(given).pipe(Effect.provideService(ToolCall, told))
      const json = JSON.parse(JSON.stringify(yield* Effect.orDie(Schema.encodeEffect(output.schema)(value))))
      yield* Schema.decodeUnknownEffect(output.schema, { onExcessProperty: "error" })(json).pipe(Effect.orDie)
      return { json, text: output.text(value), progress }
    })
  )

// oxlint-disable-next-line typescript/no-explicit-any
type Json = any

/** What somebody would be asked; `run` does it, and gives the answer as JSON. */
export const planned = (
  tools: ReadonlyArray<AnyTool>,
  name: string,
  input: unknown
): Effect.Effect<Plan<Json>, AnyFailure, ToolUses> =>
  named(tools, name).use(({ confirm, input: schema, output }) =>
    Effect.gen(function* () {
      const given = yield* Schema.decodeUnknownEffect(schema, { onExcessProperty: "error" })(input).pipe(Effect.orDie)
      if (confirm === undefined) throw new Error(`${name} asks nobody`)
      const plan = yield* confirm(given)
      return {
        ...plan,
        run: Effect.flatMap(plan.run, (value) => Effect.orDie(Schema.encodeEffect(output.schema)(value)))
      }
    })
  )

/** What somebody would be asked. */
export const asked = (tools: ReadonlyArray<AnyTool>, name: string, input: unknown) =>
  Effect.map(planned(tools, name, input), ({ question }) => question)

/** The world of a test: of a real one it has what is given. */
export const world = (parts: Partial<World["Service"]>): World["Service"] =>
  ({
    places: Effect.succeed({ path: "/nowhere/skippy", origin: "test", isSandbox: false }),
    configuration: Effect.succeed({ get: () => undefined }),
    ...parts
  }) as World["Service"]

const quiet = Layer.succeed(ToolCall, { progress: () => Effect.void })

/** What tools may use, over the parts of a world, and with paths below one folder. */
export const uses = <R, E>(parts: Effect.Effect<Partial<World["Service"]>, E, R>, root: string) =>
  Layer.mergeAll(RootsLayer.layer([root]), quiet).pipe(
    Layer.provideMerge(Layer.effect(World, Effect.map(parts, world))),
    Layer.provideMerge(Files.layer)
  )

/** Runs something with the Drive of a test. */
export const withDrive = <A, E>(
  options: DriveTestOptions,
  root: string,
  effect: Effect.Effect<A, E, DriveTest | ToolUses | Roots>
): Promise<A> => {
  const parts = Effect.map(Drive, (drive) => ({ drive: Effect.succeed(drive) }))
  const layer = uses(parts, root).pipe(Layer.provideMerge(Drive.layerTest(options)))
  return Effect.runPromise(effect.pipe(Effect.provide(layer)))
}

/** Runs something with the Google Photos of a test. */
export const withPhotos = <A, E>(
  options: PhotosTestOptions,
  root: string,
  effect: Effect.Effect<A, E, PhotosTest | ToolUses | Roots>
): Promise<A> => {
  const parts = Effect.map(Photos, (photos) => ({ photos: Effect.succeed(photos) }))
  const layer = uses(parts, root).pipe(Layer.provideMerge(Photos.layerTest(options)))
  return Effect.runPromise(effect.pipe(Effect.provide(layer)))
}
