import { describe, expect, it } from "@effect/vitest"
import { Option } from "effect"
import { HttpBody, HttpClientRequest } from "effect/http"
import * as Requests from "../../src/drive/Requests.ts"
import * as Wire from "../../src/drive/Wire.ts"

const requests = Requests.make({ url: "https://www.googleapis.com", quota: "calls" })

const urlOf = (request: HttpClientRequest.HttpClientRequest) => Option.getOrThrow(HttpClientRequest.toUrl(request))

const askedOf = (request: HttpClientRequest.HttpClientRequest) => Object.fromEntries(urlOf(request).searchParams)

describe("a request to Drive", () => {
  it.each([
    ["get", "/files/a1"],
    ["patch", "/files/a1"],
    ["post", "/files"],
    ["post", "/files/a1/copy"]
  ] as const)("is for shared drives too and has a mask: %s %s", (method, path) => {
    const request = requests[method](path)
    expect(request.method).toBe(method.toUpperCase())
    expect(urlOf(request).href.startsWith(`https://www.googleapis.com/drive/v3${path}?`)).toBe(true)
    expect(askedOf(request)).toEqual({ supportsAllDrives: "true", fields: Wire.fileFields })
  })

  it.each([
    ["/files/a1/export", false],
    ["/files/generateIds", false],
    ["/files/a1/download", false],
    ["/about", false],
    ["/files", true],
    ["/files/a1/permissions", true],
    ["/files/a1/permissions/p1", true]
  ])("to %s is for shared drives: %s", (path, takes) => {
    expect("supportsAllDrives" in askedOf(requests.get(path))).toBe(takes)
  })

  it("for media has no mask, and its own mask where one is given", () => {
    expect(askedOf(requests.get("/files/a1", { alt: "media" }))).toEqual({ supportsAllDrives: "true", alt: "media" })
    expect(askedOf(requests.get("/files/a1", { fields: "id" }))).toMatchObject({ fields: "id" })
  })

  it("leaves out what is not given", () => {
    expect(askedOf(requests.get("/files", { q: undefined, pageSize: 10 }))).toEqual({
      supportsAllDrives: "true",
      pageSize: "10"
    })
  })

  it("has its body as JSON", () => {
    const request = requests.post("/files", {}, { name: "Ada" })
    expect(request.headers["content-type"]).toBe("application/json")
    expect(HttpBody.isHttpBody(request.body)).toBe(true)
  })

  it("uploads below another path", () => {
    const request = requests.upload("POST", "/files", { uploadType: "media" }, HttpBody.text("42"))
    expect(urlOf(request).pathname).toBe("/upload/drive/v3/files")
    expect(askedOf(request)).toMatchObject({ uploadType: "media", supportsAllDrives: "true", fields: Wire.fileFields })
  })

  it("encodes ids in its path", () => {
    expect(Requests.pathOf("a/../b", "permissions", "p?1")).toBe("/files/a%2F..%2Fb/permissions/p%3F1")
  })

  it("says the keys of links that are known", () => {
    const request = requests.get("/files/a1")
    const keys = [
      { fileId: "a1", key: "k1" },
      { fileId: "b1", key: undefined },
      { fileId: "c1", key: "k3" }
    ]
    expect(Requests.withResourceKeys(request, keys).headers["x-goog-drive-resource-keys"]).toBe("a1/k1,c1/k3")
    expect(Requests.withResourceKeys(request, [{ fileId: "b1", key: undefined }])).toBe(request)
  })
})
