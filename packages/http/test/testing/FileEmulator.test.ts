import { describe, expect, it } from "vitest"
import { bytesOf } from "../../src/testing/Body.ts"
import * as FileEmulator from "../../src/testing/FileEmulator.ts"

const lastModified = Date.UTC(2025, 0, 2)
const date = "Thu, 02 Jan 2025 00:00:00 GMT"

const ask = (headers: Readonly<Record<string, string>>, file: Partial<FileEmulator.File> = {}, method = "GET") => {
  const emulator = FileEmulator.make({ "/f": { content: "0123456789", etag: '"1"', lastModified, ...file } })
  const answer = emulator.handle({ method, url: new URL("http://x.example/f"), headers, body: new Uint8Array() }, 0)
  return {
    status: answer.status,
    headers: answer.headers ?? {},
    text: new TextDecoder().decode(bytesOf(answer.body))
  }
}

describe("a range", () => {
  it.for([
    ["bytes=0-", 206, "0123456789", "bytes 0-9/10"],
    ["bytes=3-5", 206, "345", "bytes 3-5/10"],
    ["bytes=8-100", 206, "89", "bytes 8-9/10"],
    ["bytes=-3", 206, "789", "bytes 7-9/10"],
    ["bytes=-100", 206, "0123456789", "bytes 0-9/10"],
    ["bytes=10-", 416, "", "bytes */10"],
    ["bytes=-0", 416, "", "bytes */10"],
    ["bytes=5-3", 200, "0123456789", undefined],
    ["bytes=0-1,3-4", 200, "0123456789", undefined],
    ["bytes=-", 200, "0123456789", undefined],
    ["lines=1-2", 200, "0123456789", undefined]
  ] as const)("%s is answered %i", ([range, status, text, contentRange]) => {
    const answer = ask({ range })
    expect(answer).toMatchObject({ status, text })
    expect(answer.headers["content-range"]).toBe(contentRange)
  })

  it.for([
    ["the etag", { "if-range": '"1"' }, {}, 206],
    ["another etag", { "if-range": '"2"' }, {}, 200],
    ["a weak etag", { "if-range": 'W/"1"' }, { etag: 'W/"1"' }, 200],
    ["the date", { "if-range": date }, {}, 206],
    ["another date", { "if-range": "Thu, 02 Jan 2025 00:00:01 GMT" }, {}, 200],
    ["a server that does not look", { "if-range": '"2"' }, { ifRange: false }, 206],
    ["a server without ranges", {}, { ranges: false }, 200]
  ] as const)("with %s", ([, headers, file, status]) => {
    expect(ask({ range: "bytes=1-", ...headers }, file).status).toBe(status)
  })
})

describe("a file", () => {
  it("says what it is", () => {
    expect(ask({}).headers).toEqual({
      "accept-ranges": "bytes",
      "content-type": "application/octet-stream",
      etag: '"1"',
      "last-modified": date
    })
    expect(ask({}, { ranges: false, contentType: false, etag: false }).headers).toEqual({
      "accept-ranges": "none",
      "last-modified": date
    })
  })

  it.for([
    ['"1"', 304],
    ['W/"1"', 304],
    ['"0", "1"', 304],
    ["*", 304],
    ['"2"', 200]
  ] as const)("that is known by %s is answered %i", ([ifNoneMatch, status]) => {
    expect(ask({ "if-none-match": ifNoneMatch }).status).toBe(status)
  })

  it("can be replaced and removed, and only be read by others", () => {
    const emulator = FileEmulator.make({ "/f": { content: "a" } })
    const get = (method = "GET") =>
      emulator.handle({ method, url: new URL("http://x.example/f"), headers: {}, body: new Uint8Array() }, 0)
    const first = get().headers?.["etag"]
    emulator.put("/f", { content: "b" })
    expect(get().headers?.["etag"]).not.toBe(first)
    expect(get("PUT")).toMatchObject({ status: 405, headers: { allow: "GET, HEAD" } })
    emulator.remove("/f")
    expect(get().status).toBe(404)
  })
})
