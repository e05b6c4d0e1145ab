/** What is read of the answers of the Photos Picker. */
import { describe, expect, it } from "@effect/vitest"
import { DateTime, Duration, Option, Schema } from "effect"
import * as Wire from "../../src/photos/Wire.ts"

const session = (json: unknown) => Option.map(Schema.decodeUnknownOption(Wire.Session)(json), Wire.sessionOf)
const item = (json: unknown) =>
  Option.map(Schema.decodeUnknownOption(Wire.MediaItem)(json), (item) => Wire.itemOf(item, "s1", 1000))

const least = { id: "s1", pickerUri: "https://photos.google.com/picker/s1" }
const leastItem = { id: "m1", mediaFile: { baseUrl: "https://lh3.googleusercontent.com/ppa/x" } }

describe("a session as Google sends it", () => {
  it("is read with the least there is", () => {
    expect(Option.getOrThrow(session(least))).toEqual({
      sessionId: "s1",
      pickerUri: least.pickerUri,
      autocloseUri: `${least.pickerUri}/autoclose`,
      mediaItemsSet: false
    })
  })

  it("is asked for every 5 seconds when it does not say how often, or says nothing of time", () => {
    for (const pollingConfig of [{}, { pollInterval: "0s" }]) {
      const { polling } = Option.getOrThrow(session({ ...least, pollingConfig }))
      expect(Duration.toSeconds(polling!.pollInterval)).toBe(5)
      expect(polling).not.toHaveProperty("timeoutIn")
    }
  })

  it("has durations with up to nine digits, a time, and numbers as text", () => {
    const read = Option.getOrThrow(
      session({
        ...least,
        pollingConfig: { pollInterval: "3.5s", timeoutIn: "1799.123456789s" },
        expireTime: "2026-10-02T15:01:23.045123456Z",
        pickingConfig: { maxItemCount: "25" },
        somethingNew: true
      })
    )
    expect(Duration.toMillis(read.polling!.pollInterval)).toBe(3500)
    expect(Duration.toSeconds(read.polling!.timeoutIn!)).toBeCloseTo(1799.123)
    expect(DateTime.formatIso(read.expiresAt!)).toBe("2026-10-02T15:01:23.045Z")
    expect(read.maxItemCount).toBe(25)
  })

  it("stops being asked for when its time is negative, as when it is 0", () => {
    const { polling } = Option.getOrThrow(session({ ...least, pollingConfig: { timeoutIn: "-3s" } }))
    expect(Duration.toMillis(polling!.timeoutIn!)).toBe(0)
  })

  it.each([
    ["no id", { pickerUri: least.pickerUri }],
    ["an address that is none of the web", { ...least, pickerUri: "javascript:alert(1)" }],
    ["a duration that is none", { ...least, pollingConfig: { pollInterval: "soon" } }],
    ["a list", [least]]
  ])("is none with %s", (_, json) => {
    expect(Option.isNone(session(json))).toBe(true)
  })
})

describe("an item as Google sends it", () => {
  it("is read with the least there is", () => {
    expect(Option.getOrThrow(item(leastItem))).toEqual({
      id: "m1",
      sessionId: "s1",
      type: "unknown",
      baseUrl: leastItem.mediaFile.baseUrl,
      baseUrlExpiresAt: DateTime.makeUnsafe(1000 + 3_600_000),
      mimeType: "application/octet-stream",
      filename: ""
    })
  })

  it("is read as people recorded it", () => {
    const read = Option.getOrThrow(
      item({
        id: "AByIYSfX6LJIj5I0",
        createTime: "2010-03-14T15:06:31Z",
        type: "PHOTO",
        mediaFile: {
          ...leastItem.mediaFile,
          mimeType: "image/jpeg",
          mediaFileMetadata: {
            width: 4000,
            height: "3000",
            cameraMake: "SONY",
            cameraModel: "DSC-W220",
            photoMetadata: {
              focalLength: 5.35,
              apertureFNumber: 2.8,
              isoEquivalent: 320,
              exposureTime: "0.033333335s"
            }
          },
          filename: "DSC01664.JPG"
        }
      })
    )
    expect(read).toMatchObject({
      type: "photo",
      width: 4000,
      height: 3000,
      cameraMake: "SONY",
      cameraModel: "DSC-W220",
      focalLength: 5.35,
      apertureFNumber: 2.8,
      isoEquivalent: 320,
      exposureSeconds: 0.033333335,
      filename: "DSC01664.JPG"
    })
    expect(read).not.toHaveProperty("processing")
  })

  it.each([
    ["READY", "ready"],
    ["PROCESSING", "processing"],
    ["FAILED", "failed"],
    ["UNSPECIFIED", "unknown"],
    ["SOMETHING_NEW", "unknown"]
  ])("is a video that is %s", (processingStatus, processing) => {
    const mediaFileMetadata = { videoMetadata: { fps: 29.97, processingStatus } }
    const json = { ...leastItem, type: "VIDEO", mediaFile: { ...leastItem.mediaFile, mediaFileMetadata } }
    expect(Option.getOrThrow(item(json))).toMatchObject({ type: "video", fps: 29.97, processing })
  })
})
