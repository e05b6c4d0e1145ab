import { describe, expect, it } from "vitest"
import { headersFor, judge, nothing, validatorOf } from "../src/service/RangeHeaders.ts"

const date = "Tue, 15 Nov 1994 12:45:26 GMT"
const second = "Tue, 15 Nov 1994 12:45:27 GMT"

describe("what a rest is asked for by", () => {
  it.for([
    ["a strong etag", { etag: '"abc"' }, '"abc"'],
    ["an empty strong etag", { etag: '""' }, '""'],
    ["no weak etag", { etag: 'W/"abc"' }, undefined],
    ["no etag without quotes", { etag: "abc" }, undefined],
    ["no etag with a quote in it", { etag: '"a"b"' }, undefined],
    ["a date a second old", { "last-modified": date, date: second }, date],
    ["no date of the same second", { "last-modified": date, date }, undefined],
    ["no date of which nobody says how old it is", { "last-modified": date }, undefined],
    ["no date that is none", { "last-modified": "yesterday", date: second }, undefined],
    ["no date beside a weak etag", { etag: 'W/"abc"', "last-modified": date, date: second }, undefined],
    ["nothing where no ranges are served", { etag: '"abc"', "accept-ranges": "none" }, undefined],
    ["nothing of a compressed answer", { etag: '"abc"', "content-encoding": "gzip" }, undefined],
    ["an answer that says it is not compressed", { etag: '"abc"', "content-encoding": "identity" }, '"abc"']
  ] as const)("%s", ([, headers, expected]) => {
    expect(validatorOf(headers)).toBe(expected)
  })
})

describe("what is asked", () => {
  it.for([
    ["nothing on disk", nothing, undefined],
    ["a part", { bytes: 5, validator: '"1"', total: 10 }, "bytes=5-"],
    ["a part of something without a length", { bytes: 5, validator: '"1"', total: undefined }, "bytes=5-"],
    ["a part nobody can tell the rest of", { bytes: 5, validator: undefined, total: 10 }, undefined],
    ["the whole", { bytes: 10, validator: '"1"', total: 10 }, "bytes=9-"],
    ["a whole of one byte", { bytes: 1, validator: '"1"', total: 1 }, undefined]
  ] as const)("with %s", ([, part, range]) => {
    expect(headersFor(part)["range"]).toBe(range)
    expect(headersFor(part)["if-range"]).toBe(range === undefined ? undefined : part.validator)
  })
})

describe("what an answer means", () => {
  const part = { bytes: 5, validator: '"1"', total: undefined }

  it.for([
    ["nothing is left", 416, { "content-range": "bytes */5" }, "Complete"],
    ["it is shorter", 416, { "content-range": "bytes */4" }, "Mismatch"],
    ["it does not say why", 416, {}, "Mismatch"],
    ["nobody knows the total", 206, { "content-range": "bytes 5-9/*" }, "Mismatch"],
    ["the rest", 206, { "content-range": "bytes 5-9/10", "content-length": "5" }, "Rest"],
    ["a body of another length", 206, { "content-range": "bytes 5-9/10", "content-length": "4" }, "Mismatch"],
    ["not bytes", 206, { "content-range": "lines 5-9/10" }, "Mismatch"],
    ["the whole", 200, {}, "Whole"],
    ["no content", 204, {}, "Whole"],
    ["something else", 404, {}, "Refused"]
  ] as const)("%s", ([, status, headers, expected]) => {
    expect(judge(part, status, headers)._tag).toBe(expected)
  })

  it("a range that cannot be is no answer to a request without one", () => {
    expect(judge(nothing, 416, { "content-range": "bytes */0" })._tag).toBe("Refused")
  })
})
