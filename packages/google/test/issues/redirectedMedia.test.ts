/** An address that media are redirected to is asked for as it is: with more in its query, its signature is wrong. */
import { expect, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { HttpClient, HttpClientRequest, HttpClientResponse } from "effect/http"
import { Drive } from "../../src/drive/Drive.ts"
import { inMemory } from "../drive/support.ts"

const signed = "https://doc-1.googleusercontent.com/media?sig=1"

it.effect(
  "media that are elsewhere are asked for with the query of their address, and the headers of the request",
  () => {
    const sent: Array<readonly [url: string, range: string | undefined]> = []
    const answer = (url: URL): Response => {
      if (url.origin !== "https://www.googleapis.com") return new Response("hello", { status: 206 })
      return url.searchParams.get("alt") === "media"
        ? new Response(null, { status: 302, headers: { location: signed } })
        : Response.json({ id: "a1", name: "Plan", mimeType: "text/plain", size: "500", version: "7" })
    }
    const layer = inMemory({ policies: { rateLimit: false } }, () =>
      HttpClient.make((request) =>
        Effect.sync(() => {
          const url = Option.getOrThrow(HttpClientRequest.toUrl(request))
          sent.push([url.href, request.headers["range"]])
          return HttpClientResponse.fromWeb(request, answer(url))
        })
      )
    )
    return Effect.gen(function* () {
      const { text } = yield* Drive.use((drive) => drive.readDocument({ fileId: "a1", maxBytes: 5 }))
      expect(text).toBe("hello")
      expect(sent.at(-1)).toEqual([signed, "bytes=0-4"])
    }).pipe(Effect.provide(layer))
  }
)
