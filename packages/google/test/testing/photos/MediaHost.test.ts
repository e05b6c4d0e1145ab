/** The host of the bytes of the Photos Picker emulator. */
import { describe, expect, it } from "vitest"
import * as PhotosEmulator from "../../../src/testing/PhotosEmulator.ts"
import { ask, type Ask, minute, picked } from "./support.ts"

const media: ReadonlyArray<PhotosEmulator.MediaOptions> = [
  { filename: "one.jpg", content: "the photo" },
  { filename: "two.mp4", content: "the video" },
  { filename: "three.mp4", processingStatus: "PROCESSING" },
  { filename: "four.heic", motion: true }
]

/** Asks for bytes of the media in their order: `fetch(0, "=d")`. */
const host = (options: PhotosEmulator.Options = {}) => {
  const google = PhotosEmulator.make({ media, ...options })
  const id = picked(google)
  const { mediaItems } = ask(google, `/v1/mediaItems?sessionId=${id}`).json
  const fetch = (index: number, form: string, asked: Ask = {}) => {
    const { origin, pathname } = new URL(mediaItems[index].mediaFile.baseUrl)
    return ask(google, pathname + form, { origin, ...asked })
  }
  return { fetch, google, id }
}

describe("the bytes of the Photos Picker", () => {
  it("are the file with =d of a photo and =dv of a video", () => {
    const { fetch } = host()
    expect(fetch(0, "=d")).toMatchObject({ status: 200, text: "the photo", headers: { "content-type": "image/jpeg" } })
    expect(fetch(1, "=dv")).toMatchObject({ status: 200, text: "the video", headers: { "content-type": "video/mp4" } })
    expect(fetch(3, "=dv")).toMatchObject({ status: 200, headers: { "content-type": "video/mp4" } })
  })

  it("are another picture for each size and crop, of videos too", () => {
    const { fetch } = host()
    const forms = ["=w100", "=h100", "=w100-h50", "=w100-h50-c", "=w100-h50-no"]
    expect(new Set(forms.map((form) => fetch(1, form).text)).size).toBe(forms.length)
    expect(fetch(1, "=w100").headers["content-type"]).toBe("image/jpeg")
  })

  it("need to be asked for in a way the guide knows", () => {
    const { fetch } = host()
    expect(["", "=", "=x", "=w", "=w0"].map((form) => fetch(0, form).status)).toEqual(Array(5).fill(400))
    expect(fetch(0, "=dv").status).toBe(404)
    expect(fetch(0, "=d", { method: "POST" }).status).toBe(404)
  })

  it("of a video are there when it is ready", () => {
    const { fetch, google } = host()
    expect(fetch(2, "=dv").status).toBe(404)
    google.finishProcessing("AGj1e-media-3")
    expect(fetch(2, "=dv").status).toBe(200)
    expect(() => google.finishProcessing("nothing")).toThrow("no nothing in the library")
  })

  it("need the token of whoever picked", () => {
    const tokens = [
      { token: "token-of-a-test", email: "a@example.com" },
      { token: "other", email: "b@example.com" },
      { token: "narrow", email: "a@example.com", scopes: [] }
    ]
    const { fetch } = host({ tokens })
    const statusOf = (token: string | undefined) => fetch(0, "=d", { token }).status
    expect(["token-of-a-test", undefined, "bad", "narrow", "other"].map(statusOf)).toEqual([200, 401, 401, 401, 403])
  })

  it("can be had for an hour, and as long as the session is there", () => {
    const { fetch, google, id } = host()
    expect(fetch(0, "=d", { now: 60 * minute - 1 }).status).toBe(200)
    expect(fetch(0, "=d", { now: 60 * minute }).status).toBe(403)
    const again = ask(google, `/v1/mediaItems?sessionId=${id}`, { now: 60 * minute }).json.mediaItems[0].mediaFile
    const { pathname } = new URL(again.baseUrl)
    expect(ask(google, `${pathname}=d`, { now: 119 * minute }).status).toBe(200)
    ask(google, `/v1/sessions/${id}`, { method: "DELETE" })
    expect(ask(google, `${pathname}=d`, { now: 119 * minute }).status).toBe(403)
  })

  it("are given in parts, unless they are not to be", () => {
    const { fetch } = host()
    const part = fetch(0, "=d", { headers: { range: "bytes=4-" } })
    expect(part).toMatchObject({ status: 206, text: "photo", headers: { "content-range": "bytes 4-8/9" } })
    expect(fetch(0, "=d", { headers: { range: "bytes=9-" } })).toMatchObject({
      status: 416,
      headers: { "content-range": "bytes */9" }
    })
    expect(fetch(0, "=d", { headers: { range: "bytes=4-", "if-range": '"another"' } })).toMatchObject({ status: 200 })
    const whole = host({ ranges: false }).fetch(0, "=d", { headers: { range: "bytes=4-" } })
    expect(whole).toMatchObject({ status: 200, text: "the photo" })
    expect(whole.headers).not.toHaveProperty("accept-ranges")
  })

  it("of videos can be elsewhere, where they need no token", () => {
    const { fetch, google } = host({ videoOrigin: "https://video-downloads.googleusercontent.com" })
    const { headers, status } = fetch(1, "=dv")
    expect([status, headers["location"]]).toEqual([
      302,
      "https://video-downloads.googleusercontent.com/videos/AGj1e-media-2"
    ])
    expect(ask(google, "/videos/AGj1e-media-2", { token: undefined })).toMatchObject({ status: 200, text: "the video" })
    expect(ask(google, "/videos/none").status).toBe(404)
    expect(fetch(0, "=d").status).toBe(200)
  })

  it("of a large file are made when they are sent, the same ones whichever part is asked for", () => {
    const size = 3 * 1024 * 1024
    const google = PhotosEmulator.make({ media: [{ filename: "large.mp4", size }] })
    const { mediaItems } = ask(google, `/v1/mediaItems?sessionId=${picked(google)}`).json
    const { pathname } = new URL(mediaItems[0].mediaFile.baseUrl)
    const bodyOf = (headers: Record<string, string> = {}) => {
      const { body } = google.handle(
        {
          method: "GET",
          url: new URL(`https://lh3.googleusercontent.com${pathname}=dv`),
          headers: { authorization: "Bearer token-of-a-test", ...headers },
          body: new Uint8Array()
        },
        0
      )
      if (body === undefined || typeof body === "string" || body instanceof Uint8Array) throw new Error("not in pieces")
      return body
    }
    expect(bodyOf().length).toBe(size)
    const part = bodyOf({ range: `bytes=1000000-${size - 1}` })
    expect(part.length).toBe(size - 1_000_000)
    expect(part.read(5, 25)).toEqual(bodyOf().read(1_000_005, 1_000_025))
    expect(part.read(part.length - 5, part.length + 5)).toHaveLength(5)
  })
})
