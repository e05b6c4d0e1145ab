/** Exports by link: where the token goes, and where it does not. */
import { describe, expect, it } from "@effect/vitest"
import { NodeFileSystem, NodePath } from "@effect/platform-node"
import { Effect, FileSystem, Layer, Option } from "effect"
import { HttpClient, HttpClientRequest, HttpClientResponse } from "effect/http"
import { Drive } from "../../src/drive/Drive.ts"
import { directory, inMemory, refusal } from "./support.ts"

const document = "application/vnd.google-apps.document"
const tooLarge = {
  error: { code: 403, message: "Too large.", errors: [{ reason: "exportSizeLimitExceeded", message: "Too large." }] }
}

/** A document whose exports are too large, and what its links lead to. */
const world = (link: string | undefined, elsewhere: (url: URL) => Response) => {
  const sent: Array<{ readonly url: string; readonly token: string | undefined }> = []
  const answer = (url: URL): Response => {
    if (url.origin !== "https://www.googleapis.com") return elsewhere(url)
    if (url.pathname.endsWith("/export")) return Response.json(tooLarge, { status: 403 })
    if (url.searchParams.get("fields") === "exportLinks")
      return Response.json(link === undefined ? {} : { exportLinks: { "text/plain": link } })
    return Response.json({ id: "a1", name: "Plan", mimeType: document, version: "7" })
  }
  const layer = inMemory({ policies: { rateLimit: false, retry: { maxAttempts: 1 } } }, () =>
    HttpClient.make((request) =>
      Effect.sync(() => {
        const url = Option.getOrThrow(HttpClientRequest.toUrl(request))
        sent.push({ url: url.href, token: request.headers["authorization"] })
        return HttpClientResponse.fromWeb(request, answer(url))
      })
    )
  )
  return { layer, sent }
}

const text = () => new Response("A plan of many words")
const moved = (location: string) => new Response(null, { status: 307, headers: { location } })
const docs = "https://docs.google.com/feeds/download/documents/export/Export?id=a1&exportFormat=txt"

describe("an export that is too large", () => {
  it.effect("comes by the link of the document, with the token", () => {
    const { layer, sent } = world(docs, text)
    return Effect.gen(function* () {
      expect((yield* Drive.use((drive) => drive.readDocument({ fileId: "a1" }))).text).toBe("A plan of many words")
      expect(sent.at(-1)).toEqual({ url: docs, token: "Bearer token-of-a-test" })
    }).pipe(Effect.provide(layer))
  })

  it.effect("may be elsewhere at Google", () => {
    const other = "https://doc-0s-docs.googleusercontent.com/export/a1"
    const { layer, sent } = world(docs, ({ href }) => (href === docs ? moved(other) : text()))
    return Effect.gen(function* () {
      expect((yield* Drive.use((drive) => drive.readDocument({ fileId: "a1" }))).text).toBe("A plan of many words")
      expect(sent.at(-1)).toEqual({ url: other, token: "Bearer token-of-a-test" })
    }).pipe(Effect.provide(layer))
  })

  it.live("is written to the disk the same way", () => {
    const { layer } = world(docs, ({ href }) => (href === docs ? moved("/export/again") : text()))
    return Effect.gen(function* () {
      const path = `${yield* directory}/plan.txt`
      yield* Drive.use((drive) => drive.downloadFile({ fileId: "a1", path }))
      expect(yield* FileSystem.FileSystem.use((fs) => fs.readFileString(path))).toBe("A plan of many words")
    }).pipe(Effect.scoped, Effect.provide(Layer.mergeAll(layer, NodeFileSystem.layer, NodePath.layer)))
  })

  it.effect.each([
    ["leads elsewhere", "https://docs.google.com.example.org/a1", moved("/")],
    ["leads on elsewhere", docs, moved("https://example.org/a1")],
    ["leads on without encryption", docs, moved("http://docs.google.com/a1")],
    ["leads nowhere", docs, new Response(null, { status: 302 })],
    ["leads on and on", docs, moved(docs)]
  ] as const)("is refused when its link %s", ([, link, response]) => {
    const { layer, sent } = world(link, () => response.clone())
    return Effect.gen(function* () {
      const error = yield* refusal((drive) => drive.readDocument({ fileId: "a1" }))
      expect(error.reason).toBe("unexpectedAnswer")
      expect(
        sent.filter(
          ({ url }) => !url.startsWith("https://docs.google.com/") && !url.startsWith("https://www.googleapis.com/")
        )
      ).toEqual([])
      expect(sent.length).toBeLessThan(12)
    }).pipe(Effect.provide(layer))
  })

  it.effect("is told as it is when the document has no link for its format", () => {
    const { layer } = world(undefined, text)
    return Effect.gen(function* () {
      expect(yield* refusal((drive) => drive.readDocument({ fileId: "a1" }))).toMatchObject({
        reason: "exportTooLarge",
        googleReason: "exportSizeLimitExceeded"
      })
    }).pipe(Effect.provide(layer))
  })
})

describe("an item that is shared by a link", () => {
  it.effect("is asked for with its key, and with that of what a shortcut leads to", () => {
    const keys: Array<string | undefined> = []
    const layer = inMemory({}, () =>
      HttpClient.make((request) =>
        Effect.sync(() => {
          keys.push(request.headers["x-goog-drive-resource-keys"])
          const url = Option.getOrThrow(HttpClientRequest.toUrl(request))
          if (url.searchParams.get("alt") === "media") return HttpClientResponse.fromWeb(request, new Response("42"))
          const shortcut = {
            id: "s1",
            name: "short",
            mimeType: "application/vnd.google-apps.shortcut",
            shortcutDetails: { targetId: "a1", targetMimeType: "text/plain", targetResourceKey: "k-a1" }
          }
          const file = { id: "a1", name: "it", mimeType: "text/plain", size: "2" }
          return HttpClientResponse.fromWeb(request, Response.json(url.pathname.endsWith("s1") ? shortcut : file))
        })
      )
    )
    return Effect.gen(function* () {
      const read = yield* Drive.use((drive) => drive.readDocument({ fileId: "s1", resourceKey: "k-s1" }))
      expect(read.text).toBe("42")
      expect(keys).toEqual(["s1/k-s1", "s1/k-s1,a1/k-a1", "s1/k-s1,a1/k-a1"])
    }).pipe(Effect.provide(layer))
  })

  it.effect.each([
    ["to nothing", {}],
    ["to what is not there", { targetId: "gone" }],
    ["to a shortcut", { targetId: "s1" }]
  ] as const)("is refused when it is a shortcut %s", ([, shortcutDetails]) => {
    const layer = inMemory({}, () =>
      HttpClient.make((request) =>
        Effect.sync(() => {
          const gone = request.url.endsWith("gone")
          const body = gone
            ? { error: { code: 404, errors: [{ reason: "notFound", message: "File not found: gone." }] } }
            : { id: "s1", mimeType: "application/vnd.google-apps.shortcut", shortcutDetails }
          return HttpClientResponse.fromWeb(request, Response.json(body, { status: gone ? 404 : 200 }))
        })
      )
    )
    return Effect.gen(function* () {
      const error = yield* refusal((drive) => drive.readDocument({ fileId: "s1" }))
      expect(error).toMatchObject({ reason: "brokenShortcut", fileId: "s1" })
    }).pipe(Effect.provide(layer))
  })
})
