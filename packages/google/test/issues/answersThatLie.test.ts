/** Answers with status 200 that are none: an empty list was made of them, which said that there are no files. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { HttpClient, HttpClientResponse } from "effect/http"
import { Drive } from "../../src/drive/Drive.ts"
import { inMemory, refusal } from "../drive/support.ts"

const answering = (body: string, type = "application/json") =>
  inMemory({ policies: { rateLimit: false, retry: { maxAttempts: 1 } } }, () =>
    HttpClient.make((request) =>
      Effect.succeed(HttpClientResponse.fromWeb(request, new Response(body, { headers: { "content-type": type } })))
    )
  )

describe("an answer with status 200", () => {
  it.effect.each([
    '{"error":{"code":500,"message":"Internal Error"}}',
    '{"error":"invalid_grant"}',
    "[]",
    "null",
    '"files"',
    "",
    "<html><title>Sign in</title></html>"
  ])("that is %s is no empty list", (body) =>
    Effect.gen(function* () {
      const error = yield* refusal((drive) => drive.searchFiles())
      expect(error.reason).toBe("unexpectedAnswer")
    }).pipe(Effect.provide(answering(body)))
  )

  it.effect("with nothing but the list that was asked for is one", () =>
    Effect.gen(function* () {
      const list = yield* Drive.use((drive) => drive.searchFiles())
      expect(list).toMatchObject({ files: [], hasMore: false })
    }).pipe(Effect.provide(answering('{"files":[]}')))
  )

  it.effect("may have more than is known, and nothing where there is nothing", () =>
    Effect.gen(function* () {
      const list = yield* Drive.use((drive) => drive.searchFiles())
      expect(list.files).toMatchObject([{ fileId: "a", name: "", parents: [], owners: [{ name: "Ada" }], size: 7 }])
      expect(list.hasMore).toBe(false)
    }).pipe(
      Effect.provide(
        answering(
          JSON.stringify({
            kind: "drive#fileList",
            nextPageToken: null,
            files: [
              {
                id: "a",
                name: null,
                parents: null,
                size: "7",
                owners: [{ displayName: "Ada", emailAddress: null, me: true }],
                newToday: { deep: [1, null] }
              }
            ]
          })
        )
      )
    )
  )
})
