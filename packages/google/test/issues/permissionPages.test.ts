/** Pages of permissions: an empty token was taken for a page, whose permissions were told twice. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { HttpClient, HttpClientResponse } from "effect/http"
import { Drive } from "../../src/drive/Drive.ts"
import { inMemory, refusal } from "../drive/support.ts"

const permission = (id: string) => ({ id, type: "user", role: "reader", emailAddress: `${id}@example.com` })

/** A Drive whose permissions come in these pages. */
const pages = (...answers: ReadonlyArray<object>) => {
  let asked = 0
  return inMemory({ policies: { rateLimit: false, retry: { maxAttempts: 1 } } }, () =>
    HttpClient.make((request) =>
      Effect.sync(() => {
        const isFile = !request.url.endsWith("/permissions")
        const answer = isFile ? { id: "plan", name: "plan" } : (answers[asked++] ?? answers.at(-1))
        return HttpClientResponse.fromWeb(request, Response.json(answer))
      })
    )
  )
}

const told = Effect.map(
  Drive.use((drive) => drive.getFile({ fileId: "plan", includePermissions: true })),
  ({ permissions = [] }) => permissions.map(({ id }) => id)
)

describe("permissions in pages", () => {
  it.effect("are all told, once", () =>
    Effect.gen(function* () {
      expect(yield* told).toEqual(["a", "b"])
    }).pipe(
      Effect.provide(
        pages(
          { permissions: [permission("a")], nextPageToken: "2" },
          { permissions: [permission("b")], nextPageToken: "" }
        )
      )
    )
  )

  it.effect("whose pages go round in a circle are an error, not a part of them", () =>
    Effect.gen(function* () {
      const error = yield* refusal((drive) => drive.getFile({ fileId: "plan", includePermissions: true }))
      expect(error.reason).toBe("unexpectedAnswer")
    }).pipe(Effect.provide(pages({ permissions: [permission("a")], nextPageToken: "2" })))
  )
})
