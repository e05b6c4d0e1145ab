/** Sessions of the Photos Picker emulator. */
import { describe, expect, it } from "vitest"
import * as PhotosEmulator from "../../../src/testing/PhotosEmulator.ts"
import { ask, created, minute } from "./support.ts"

const library = [{ filename: "one.jpg" }, { filename: "two.jpg" }, { filename: "three.mp4" }]

describe("a session of the Photos Picker", () => {
  it("tells where people pick, how to poll and when it ends", () => {
    const google = PhotosEmulator.make()
    const { json, status } = ask(google, "/v1/sessions", { method: "POST", now: 1000 })
    expect(status).toBe(200)
    expect(json).toEqual({
      id: json.id,
      pickerUri: `https://photos.google.com/picker/${json.id}`,
      pollingConfig: { pollInterval: "5s", timeoutIn: "1800s" },
      expireTime: "1970-01-02T00:00:01.000Z"
    })
    expect(google.sessions()).toMatchObject([{ id: json.id, owner: "tester@example.com", polls: 0 }])
  })

  it("takes how many may be picked as a text or a number, and says it as a text", () => {
    for (const maxItemCount of ["7", 7]) {
      const body = { pickingConfig: { maxItemCount } }
      const { json } = ask(PhotosEmulator.make(), "/v1/sessions", { method: "POST", body })
      expect(json.pickingConfig).toEqual({ maxItemCount: "7" })
    }
    const body = { pickingConfig: { maxItemCount: 0 } }
    expect(ask(PhotosEmulator.make(), "/v1/sessions", { method: "POST", body }).json.pickingConfig).toBeUndefined()
  })

  it.each([
    ["no JSON", "{"],
    ["a list", []],
    ["a field that is none", { colour: "red" }],
    ["a configuration that is none", { pickingConfig: 1 }],
    ["another configuration", { pickingConfig: { count: 1 } }],
    ["a number that is none", { pickingConfig: { maxItemCount: "many" } }],
    ["a negative number", { pickingConfig: { maxItemCount: -1 } }],
    ["too many", { pickingConfig: { maxItemCount: 2001 } }]
  ])("is not made of %s", (_, body) => {
    const google = PhotosEmulator.make()
    const { json, status } = ask(google, "/v1/sessions", { method: "POST", body })
    expect([status, json.error.code, json.error.status]).toEqual([400, 400, "INVALID_ARGUMENT"])
    expect(google.createdCount()).toBe(0)
  })

  it("says less and less time to poll, then none, and nothing of it once something is picked", () => {
    const google = PhotosEmulator.make({ media: library, pollInterval: "1500 millis", pollTimeout: "2 minutes" })
    const id = created(google)
    const poll = (now: number) => ask(google, `/v1/sessions/${id}`, { now }).json
    expect(poll(30_500).pollingConfig).toEqual({ pollInterval: "1.5s", timeoutIn: "89.5s" })
    expect(poll(2 * minute).pollingConfig.timeoutIn).toBe("0s")
    expect(poll(5 * minute)).not.toHaveProperty("mediaItemsSet")
    google.pick(id, ["AGj1e-media-1"])
    expect(poll(6 * minute)).toMatchObject({ id, mediaItemsSet: true })
    expect(poll(6 * minute)).not.toHaveProperty("pollingConfig")
  })

  it("is done after so many polls when it is to be, with no more than may be picked", () => {
    const google = PhotosEmulator.make({ media: library, picksAfter: 2 })
    const id = created(google, { body: { pickingConfig: { maxItemCount: "2" } } })
    expect([1, 2].map(() => ask(google, `/v1/sessions/${id}`).json.mediaItemsSet)).toEqual([undefined, true])
    expect(google.sessions()[0]?.picked).toEqual(["AGj1e-media-1", "AGj1e-media-2"])
  })

  it("is over after its time, which is a matter of permission, and is deleted all the same", () => {
    const google = PhotosEmulator.make({ sessionLifetime: "1 hour" })
    const id = created(google)
    const read = (now: number) => ask(google, `/v1/sessions/${id}`, { now })
    expect(read(60 * minute - 1).status).toBe(200)
    expect([read(60 * minute).status, read(60 * minute).json.error.status]).toEqual([403, "PERMISSION_DENIED"])
    expect(ask(google, `/v1/mediaItems?sessionId=${id}`, { now: 60 * minute }).status).toBe(403)
    expect(ask(google, `/v1/sessions/${id}`, { method: "DELETE", now: 60 * minute })).toMatchObject({ status: 200 })
    expect(google.sessions()).toEqual([])
  })

  it("is deleted once, and then it is not there", () => {
    const google = PhotosEmulator.make()
    const id = created(google)
    const remove = () => ask(google, `/v1/sessions/${id}`, { method: "DELETE" })
    expect(remove()).toMatchObject({ status: 200, json: {} })
    expect(remove().json.error).toMatchObject({ code: 404, status: "NOT_FOUND" })
    expect(ask(google, `/v1/sessions/${id}`).status).toBe(404)
  })

  it("is not there for somebody else", () => {
    const google = PhotosEmulator.make({
      tokens: [
        { token: "mine", email: "a@example.com" },
        { token: "theirs", email: "b@example.com" }
      ]
    })
    const id = created(google, { token: "mine" })
    for (const method of ["GET", "DELETE"]) {
      expect(ask(google, `/v1/sessions/${id}`, { token: "theirs", method }).json.error.status).toBe("NOT_FOUND")
    }
    expect(ask(google, `/v1/mediaItems?sessionId=${id}`, { token: "theirs" }).status).toBe(404)
    expect(ask(google, `/v1/sessions/${id}`, { token: "mine" }).status).toBe(200)
  })

  it("is refused when there are as many as may be, until one is deleted or over", () => {
    const google = PhotosEmulator.make({ limits: { sessions: 2 }, sessionLifetime: "1 hour" })
    const [first] = [created(google), created(google)]
    const create = (now = 0) => ask(google, "/v1/sessions", { method: "POST", now })
    expect(create().json.error).toMatchObject({ code: 429, status: "RESOURCE_EXHAUSTED" })
    ask(google, `/v1/sessions/${first}`, { method: "DELETE" })
    expect(create().status).toBe(200)
    expect(create().status).toBe(429)
    expect(create(60 * minute).status).toBe(200)
  })

  it("is refused to whoever has no Google Photos, such as a service account", () => {
    const tokens = ["a@example.com", "robot@p.iam.gserviceaccount.com"].map((email) => ({ token: email, email }))
    const google = PhotosEmulator.make({ tokens, withoutPhotos: ["a@example.com"] })
    for (const { token } of tokens) {
      const { json } = ask(google, "/v1/sessions", { method: "POST", token })
      expect(json.error).toMatchObject({ code: 400, status: "FAILED_PRECONDITION" })
    }
    expect(google.createdCount()).toBe(0)
  })

  it("is picked in once, by somebody who is there, and within its number", () => {
    const google = PhotosEmulator.make({ media: library })
    const id = created(google, { body: { pickingConfig: { maxItemCount: 1 } } })
    expect(() => google.pick("nowhere", [])).toThrow("no session nowhere")
    expect(() => google.pick(id, ["AGj1e-media-1", "AGj1e-media-2"])).toThrow("more than may be picked")
    expect(() => google.pick(id, ["unknown"])).toThrow("no unknown in the library")
    google.pick(id, ["AGj1e-media-1"])
    expect(() => google.pick(id, ["AGj1e-media-1"])).toThrow("picked already")
  })

  it("lives on in another process", () => {
    const first = PhotosEmulator.make({ media: library })
    const id = created(first)
    created(first)
    first.pick(id, ["AGj1e-media-2", { filename: "new.heic", content: "bytes", cameraMake: "Sony" }])
    const second = PhotosEmulator.make({ media: library })
    second.restore(first.snapshot())
    expect(second.sessions()).toEqual(first.sessions())
    const list = (google: PhotosEmulator.PhotosEmulator) => ask(google, `/v1/mediaItems?sessionId=${id}`).json
    expect(list(second)).toEqual(list(first))
    const { pathname } = new URL(list(second).mediaItems[1].mediaFile.baseUrl)
    expect(ask(second, `${pathname}=d`).text).toBe("bytes")
    expect(created(second)).not.toBe(created(first, { now: 1 }))
    expect(second.createdCount()).toBe(3)
    expect(() => second.restore("{}")).toThrow("created")
  })
})
