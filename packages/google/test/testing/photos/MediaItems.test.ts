/** What was picked, as the Photos Picker emulator lists it. */
import { describe, expect, it } from "vitest"
import * as PhotosEmulator from "../../../src/testing/PhotosEmulator.ts"
import { ask, created, picked } from "./support.ts"

const many = (count: number) => Array.from({ length: count }, (_, index) => ({ filename: `IMG_${index + 1}.jpg` }))

const namesOf = (json: { readonly mediaItems: ReadonlyArray<{ readonly mediaFile: { readonly filename: string } }> }) =>
  json.mediaItems.map(({ mediaFile }) => mediaFile.filename)

describe("the media items of the Photos Picker", () => {
  it("are not there before somebody has picked", () => {
    const google = PhotosEmulator.make()
    const { json } = ask(google, `/v1/mediaItems?sessionId=${created(google)}`)
    expect(json.error).toMatchObject({ code: 400, status: "FAILED_PRECONDITION" })
  })

  it("tell what is known of a photo and of a video", () => {
    const google = PhotosEmulator.make({
      media: [
        {
          filename: "DSC01664.JPG",
          cameraMake: "SONY",
          cameraModel: "DSC-W220",
          focalLength: 5.35,
          apertureFNumber: 2.8,
          isoEquivalent: 320,
          exposureTime: "0.033333335s"
        },
        { filename: "clip.mov", width: 1920, height: 1080, fps: 29.97, processingStatus: "PROCESSING" }
      ]
    })
    const id = picked(google)
    const { mediaItems } = ask(google, `/v1/mediaItems?sessionId=${id}`, { now: 10 }).json
    expect(mediaItems).toEqual([
      {
        id: "AGj1e-media-1",
        createTime: "2026-03-01T09:00:00Z",
        type: "PHOTO",
        mediaFile: {
          baseUrl: `https://lh3.googleusercontent.com/ppa/${id}/AGj1e-media-1/a`,
          mimeType: "image/jpeg",
          filename: "DSC01664.JPG",
          mediaFileMetadata: {
            width: 4000,
            height: 3000,
            cameraMake: "SONY",
            cameraModel: "DSC-W220",
            photoMetadata: {
              focalLength: 5.35,
              apertureFNumber: 2.8,
              isoEquivalent: 320,
              exposureTime: "0.033333335s"
            }
          }
        }
      },
      {
        id: "AGj1e-media-2",
        createTime: "2026-03-01T09:01:00Z",
        type: "VIDEO",
        mediaFile: {
          baseUrl: `https://lh3.googleusercontent.com/ppa/${id}/AGj1e-media-2/a`,
          mimeType: "video/quicktime",
          filename: "clip.mov",
          mediaFileMetadata: {
            width: 1920,
            height: 1080,
            videoMetadata: { fps: 29.97, processingStatus: "PROCESSING" }
          }
        }
      }
    ])
  })

  it("come 50 on a page, or as many as is asked for, and never more than 100", () => {
    const google = PhotosEmulator.make({ media: many(230) })
    const id = picked(google)
    const sizeOf = (query: string) =>
      ask(google, `/v1/mediaItems?sessionId=${id}${query}`).json.mediaItems.length as number
    expect(["", "&pageSize=0", "&pageSize=7", "&pageSize=100", "&pageSize=1000"].map(sizeOf)).toEqual([
      50, 50, 7, 100, 100
    ])
  })

  it("go on where a page ended, until there is no other", () => {
    const google = PhotosEmulator.make({ media: many(230) })
    const id = picked(google)
    const page = (token: string) => ask(google, `/v1/mediaItems?sessionId=${id}&pageSize=100&pageToken=${token}`).json
    const first = page("")
    const second = page(first.nextPageToken)
    const third = page(second.nextPageToken)
    expect(third).not.toHaveProperty("nextPageToken")
    expect([...namesOf(first), ...namesOf(second), ...namesOf(third)]).toEqual(
      many(230).map(({ filename }) => filename)
    )
  })

  it("are none when nothing was picked", () => {
    const google = PhotosEmulator.make()
    expect(ask(google, `/v1/mediaItems?sessionId=${picked(google)}`)).toMatchObject({ status: 200, json: {} })
  })

  it("need a session, a size that is not negative, and a token of the same session", () => {
    const google = PhotosEmulator.make({ media: many(3) })
    const [id, other] = [picked(google), picked(google)]
    const { nextPageToken } = ask(google, `/v1/mediaItems?sessionId=${other}&pageSize=1`).json
    for (const query of ["", `?sessionId=${id}&pageSize=-1`, `?sessionId=${id}&pageToken=${nextPageToken}`]) {
      const { json } = ask(google, `/v1/mediaItems${query}`)
      expect(json.error).toMatchObject({ code: 400, status: "INVALID_ARGUMENT" })
    }
    expect(ask(google, "/v1/mediaItems?sessionId=nowhere").status).toBe(404)
  })

  it("are where the API was asked, unless it is asked by its public name or something else is said", () => {
    const originOf = (options: PhotosEmulator.Options, origin: string): string => {
      const google = PhotosEmulator.make({ media: many(1), ...options })
      const { json } = ask(google, `/v1/mediaItems?sessionId=${picked(google)}`, { origin })
      return new URL(json.mediaItems[0].mediaFile.baseUrl).origin
    }
    expect(originOf({}, "http://127.0.0.1:4000")).toBe("http://127.0.0.1:4000")
    expect(originOf({}, "https://photospicker.googleapis.com")).toBe("https://lh3.googleusercontent.com")
    expect(originOf({ mediaOrigin: "http://m.test" }, "http://127.0.0.1:4000")).toBe("http://m.test")
  })
})
