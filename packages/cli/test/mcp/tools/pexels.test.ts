import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Pexels, PexelsTest } from "@skippy/http"
import { Effect, Layer } from "effect"
import { describe, expect, it } from "vitest"
import { pexelsTools } from "../../../src/mcp/tools/pexels.ts"
import type { ToolUses } from "../../../src/mcp/Tool.ts"
import * as Support from "./support.ts"

const call = (name: string, input: unknown) => Support.call(pexelsTools, name, input)

const pexels = <A, E>(effect: Effect.Effect<A, E, PexelsTest | ToolUses>, root = Support.folder()): Promise<A> => {
  const parts = Effect.map(Pexels, (pexels) => ({ pexels: Effect.succeed(pexels) }))
  const layer = Support.uses(parts, root).pipe(Layer.provideMerge(Pexels.layerTest({ topics: { ocean: 20 } })))
  return Effect.runPromise(effect.pipe(Effect.provide(layer)))
}

describe("tools of Pexels", () => {
  it("search photos, each with the credit that has to be shown", () =>
    pexels(
      Effect.gen(function* () {
        const input = { query: "ocean", per_page: 2, page: 2 }
        const { json, text } = yield* call("pexels_search_photos", input)
        expect(json).toMatchObject({ page: 2, per_page: 2, total_results: 20, has_more: true, from_cache: false })
        expect(json.photos).toHaveLength(2)
        const [{ attribution, src }] = json.photos
        expect(attribution.text).toMatch(/^Photo by .* on Pexels$/)
        expect(attribution.markdown).toContain("](https://www.pexels.com/")
        expect(Object.keys(src)).toEqual(["original", "large", "medium", "small"])
        expect(text).toContain(attribution.text)
        expect(text).toContain("page 2, 20 in all")
        expect((yield* call("pexels_search_photos", { ...input, query: " OCEAN" })).json).toMatchObject({
          from_cache: true
        })
      })
    ))

  it("give what filters say to the service", () =>
    pexels(
      Effect.gen(function* () {
        const input = { query: "ocean", orientation: "landscape", size: "large", color: "#2F4F4F" }
        yield* call("pexels_search_photos", input)
        const [asked] = (yield* PexelsTest).requests()
        expect(asked!.query).toEqual({
          ...input,
          color: "#2f4f4f",
          page: "1",
          per_page: "15"
        })
        const { message } = yield* Effect.flip(call("pexels_search_photos", { ...input, color: "sea" }))
        expect(message).toMatch(/^pexels_search_photos: color is "sea"; give "red"/)
      })
    ))

  it("show one photo, and the chosen ones", () =>
    pexels(
      Effect.gen(function* () {
        const [photo] = (yield* PexelsTest).photos()
        const { json, text } = yield* call("pexels_get_photo", { photo_id: photo!.id })
        expect(json).toMatchObject({ id: photo!.id, alt: "Ocean 1", from_cache: false, stale: false })
        expect(text).toContain(json.src.original)
        expect((yield* call("pexels_curated_photos", { per_page: 3 })).json).toMatchObject({ per_page: 3, page: 1 })
        const error = yield* Effect.flip(call("pexels_get_photo", { photo_id: 1 }))
        expect(error).toMatchObject({ _tag: "PexelsError", category: "notFound" })
      })
    ))

  it("download into a folder below the root, tell how far they are, and replace nothing", () => {
    const root = Support.folder()
    return pexels(
      Effect.gen(function* () {
        const [photo] = (yield* PexelsTest).photos()
        const input = { photo_id: photo!.id, output_path: join(root, "new", "sea.png"), size: "small" }
        const { json, progress, text } = yield* call("pexels_download_photo", input)
        const bytes = readFileSync(input.output_path)
        expect(bytes.subarray(1, 4).toString("latin1")).toBe("PNG")
        expect(json).toMatchObject({ path: input.output_path, bytes: bytes.length, content_type: "image/png" })
        expect(text).toContain(json.attribution.text)
        expect(progress.at(-1)).toMatchObject({ progress: bytes.length, total: bytes.length })
        const again = yield* Effect.flip(call("pexels_download_photo", input))
        expect(again).toMatchObject({ reason: "exists" })
        expect(readFileSync(input.output_path)).toEqual(bytes)
      }),
      root
    )
  })

  it("write nowhere else, and ask Pexels nothing then", () =>
    pexels(
      Effect.gen(function* () {
        const outside = join(Support.folder(), "sea.png")
        const error = yield* Effect.flip(call("pexels_download_photo", { photo_id: 1, output_path: outside }))
        expect(error.message).toContain("output_path")
        expect((yield* PexelsTest).requests()).toEqual([])
      })
    ))
})
