import { readFileSync } from "node:fs"
import { join } from "node:path"
import { PhotosTest } from "@skippy/google"
import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import { photosTools } from "../../../src/mcp/tools/photos.ts"
import * as Support from "./support.ts"

const call = (name: string, input: unknown) => Support.call(photosTools, name, input)
const failing = (name: string, input: unknown) => Effect.flip(call(name, input))

const media = [
  { id: "sea", filename: "sea.jpg", content: "waves" },
  { id: "hill", filename: "hill.jpg" }
]

const photos = <A, E>(effect: Parameters<typeof Support.withPhotos<A, E>>[2], root = Support.folder()) =>
  Support.withPhotos({ media }, root, effect)

/** A session in which both were picked. */
const picked = Effect.gen(function* () {
  const { json } = yield* call("gphotos_create_picker_session", {})
  const { pick } = yield* PhotosTest
  pick(json.session_id, ["sea", "hill"])
  return json.session_id
})

describe("tools of Google Photos", () => {
  it("a session tells where to pick, and how often to ask", () =>
    photos(
      Effect.gen(function* () {
        const { json, text } = yield* call("gphotos_create_picker_session", {})
        expect(json).toMatchObject({
          picker_uri: expect.stringContaining("https://"),
          media_items_set: false,
          poll_seconds: 5
        })
        expect(text).toContain(json.picker_uri)
        expect(text).toContain("gphotos_check_session, at most every 5 s")
      })
    ))

  it("a session tells when somebody has picked", () =>
    photos(
      Effect.gen(function* () {
        const session_id = yield* picked
        const { json, text } = yield* call("gphotos_check_session", { session_id })
        expect(json).toMatchObject({ session_id, media_items_set: true })
        expect(text).toContain("gphotos_get_selected_media")
        const error = yield* failing("gphotos_check_session", { session_id: "a b" })
        expect(error.message).toContain('gphotos_check_session: session_id is "a b"')
        expect((yield* failing("gphotos_check_session", { session_id: "nobody" }))._tag).toBe("PhotosError")
      })
    ))

  it("what was picked is listed, at most max_results", () =>
    photos(
      Effect.gen(function* () {
        const session_id = yield* picked
        const { json } = yield* call("gphotos_get_selected_media", { session_id })
        expect(json.items).toMatchObject([
          { id: "sea", type: "photo", filename: "sea.jpg", mime_type: "image/jpeg" },
          { id: "hill", type: "photo", filename: "hill.jpg" }
        ])
        expect(json.has_more).toBe(false)
        const one = yield* call("gphotos_get_selected_media", { session_id, max_results: 1 })
        expect(one.json.items).toHaveLength(1)
        expect(one.text).toContain("there are more; give a larger max_results")
      })
    ))

  it("nothing is listed before somebody is done", () =>
    photos(
      Effect.gen(function* () {
        const { json } = yield* call("gphotos_create_picker_session", {})
        const error = yield* failing("gphotos_get_selected_media", { session_id: json.session_id })
        expect(error).toMatchObject({ _tag: "PhotosError", reason: "notPicked" })
      })
    ))

  it("a picked photo is written below the root, and nowhere else", () => {
    const root = Support.folder()
    return photos(
      Effect.gen(function* () {
        const session_id = yield* picked
        const { json } = yield* call("gphotos_get_selected_media", { session_id })
        const base_url = json.items[0].base_url
        const done = yield* call("gphotos_download_selected", { base_url, output_path: "pictures/sea.jpg" })
        const path = join(root, "pictures/sea.jpg")
        expect(done.json).toMatchObject({ path, bytes: 5 })
        expect(done.text).toBe(`downloaded ${path} (5 B)`)
        expect(done.progress.at(-1)).toMatchObject({ progress: 5 })
        expect(readFileSync(path, "utf8")).toBe("waves")
        const again = yield* failing("gphotos_download_selected", { base_url, output_path: "pictures/sea.jpg" })
        expect(again.message).toContain("nothing is replaced")
        const outside = yield* failing("gphotos_download_selected", { base_url, output_path: "../sea.jpg" })
        expect(outside.message).toContain("output_path")
        const wrong = yield* failing("gphotos_download_selected", { base_url: "sea", output_path: "x.jpg" })
        expect(wrong.message).toContain("gphotos_download_selected: base_url")
      }),
      root
    )
  })

  it("a session is deleted, once or twice", () =>
    photos(
      Effect.gen(function* () {
        const session_id = yield* picked
        const { json, text } = yield* call("gphotos_delete_session", { session_id })
        expect(json).toEqual({ session_id })
        expect(text).toBe(`deleted ${session_id}`)
        expect((yield* PhotosTest).sessions()).toEqual([])
        yield* call("gphotos_delete_session", { session_id })
        expect((yield* failing("gphotos_delete_session", { session_id: "" })).message).toContain("session_id")
      })
    ))
})
