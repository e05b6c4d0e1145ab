/** The images of the Pexels emulator. */
import { inflateSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import { ask, type Ask, pexels } from "./support.ts"

const photo = { topic: "rocks", id: 2014422, width: 2400, height: 1600, color: "gray" } as const
const emulator = pexels({ photos: [photo, { ...photo, id: 2014423 }] })

type Size = "landscape" | "large" | "large2x" | "medium" | "original" | "portrait" | "small" | "tiny"

const fetchImage = (size: Size, options: Ask = {}, index = 0) => {
  const { pathname, search } = new URL(emulator.photos()[index]!.src[size])
  return ask(emulator, pathname + search, { key: undefined, ...options })
}

const chunks = (bytes: Uint8Array) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const found: Array<{ readonly name: string; readonly data: Uint8Array }> = []
  for (let at = 8; at < bytes.length;) {
    const length = view.getUint32(at)
    const name = new TextDecoder().decode(bytes.subarray(at + 4, at + 8))
    found.push({ name, data: bytes.subarray(at + 8, at + 8 + length) })
    at += 12 + length
  }
  return found
}

const dimensions = (bytes: Uint8Array) => {
  const header = chunks(bytes)[0]!.data
  const view = new DataView(header.buffer, header.byteOffset)
  return [view.getUint32(0), view.getUint32(4)]
}

describe("an image", () => {
  it("is a PNG that decodes, in the color of the photo", () => {
    const { bytes, headers, status } = fetchImage("original")
    expect([status, headers["content-type"]]).toEqual([200, "image/png"])
    expect(Array.from(bytes.subarray(1, 4), (byte) => String.fromCharCode(byte)).join("")).toBe("PNG")
    const [header, data, end] = chunks(bytes)
    expect([header!.name, data!.name, end!.name]).toEqual(["IHDR", "IDAT", "IEND"])
    const pixels = inflateSync(data!.data)
    expect(pixels.length).toBe(64 * (1 + 96 * 3))
    expect(Array.from(pixels.subarray(-3))).toEqual([0x86, 0x88, 0x8a])
  })

  it.each([
    ["original", [96, 64]],
    ["large2x", [75, 50]],
    ["large", [38, 25]],
    ["medium", [21, 14]],
    ["small", [8, 5]],
    ["portrait", [32, 48]],
    ["landscape", [48, 25]],
    ["tiny", [11, 8]]
  ] as const)("is small, and larger or smaller as asked: %s is %s pixels", (size, expected) => {
    expect(dimensions(fetchImage(size).bytes)).toEqual(expected)
  })

  it("needs no key and counts nothing, whoever asks", () => {
    const limited = pexels({ photos: [photo], limits: { perHour: 0 } })
    const { pathname } = new URL(limited.photos()[0]!.src.original)
    expect(ask(limited, pathname, { key: undefined }).status).toBe(200)
    expect(ask(limited, pathname).status).toBe(200)
    expect(fetchImage("small").headers["x-ratelimit-remaining"]).toBeUndefined()
  })

  it("differs from that of another photo", () => {
    expect(fetchImage("original").bytes).not.toEqual(fetchImage("original", {}, 1).bytes)
    expect(fetchImage("original").bytes).toEqual(fetchImage("original").bytes)
  })

  it("can be had in parts", () => {
    const whole = fetchImage("small")
    const etag = whole.headers["etag"]!
    const { length } = whole.bytes
    const part = (headers: Record<string, string>) => fetchImage("small", { headers })
    const rest = part({ range: "bytes=10-" })
    expect([rest.status, rest.headers["content-range"]]).toEqual([206, `bytes 10-${length - 1}/${length}`])
    expect(rest.bytes).toEqual(whole.bytes.subarray(10))
    expect(part({ range: "bytes=10-19" }).bytes).toEqual(whole.bytes.subarray(10, 20))
    expect(part({ range: "bytes=-5" }).bytes).toEqual(whole.bytes.subarray(length - 5))
    expect(part({ range: "bytes=10-", "if-range": etag }).status).toBe(206)
    expect(part({ range: "bytes=10-", "if-range": '"another"' }).status).toBe(200)
    expect(part({ range: "lines=1-" }).status).toBe(200)
    const beyond = part({ range: `bytes=${length}-` })
    expect([beyond.status, beyond.headers["content-range"]]).toEqual([416, `bytes */${length}`])
  })

  it("is not found for a photo nobody has", () => {
    expect(ask(emulator, "/images/photos/1/pexels-photo-1.png").status).toBe(404)
  })
})
