/** The rarer ways in which it is not known whether something was changed. */
import { describe, expect, it } from "@effect/vitest"
import { Fault } from "@skippy/http/testing"
import { Effect } from "effect"
import { HttpClient, HttpClientError } from "effect/http"
import { Drive } from "../../../src/drive/Drive.ts"
import { DriveTest } from "../../../src/drive/DriveTest.ts"
import { inMemory, within } from "../support.ts"
import { folder, writes } from "./support.ts"

const files = [
  folder("archive"),
  { id: "rows", name: "rows.csv", content: "1;2", mimeType: "text/csv" },
  { id: "notes", name: "Notes", content: "So.", mimeType: "application/vnd.google-apps.document" }
]

/** Carried out, and never answered. */
const hanging = (method: string) => Fault.when({ method }, Fault.once(Fault.delay(Infinity)))

const created = Effect.map(DriveTest, ({ createdCount }) => createdCount())

describe("a change that is carried out and never answered is found when its time is over:", () => {
  it.effect("a folder", () =>
    Effect.gen(function* () {
      const made = yield* within(
        "5 minutes",
        Drive.use((drive) => drive.createFolder({ name: "2026" }))
      )
      expect(made).toMatchObject({ name: "2026", created: false })
      expect(yield* created).toBe(1)
    }).pipe(Effect.provide(inMemory({ files, faults: hanging("POST") })))
  )

  it.effect("a copy of a document", () =>
    Effect.gen(function* () {
      const made = yield* within(
        "5 minutes",
        Drive.use((drive) => drive.copyFile({ fileId: "notes" }))
      )
      expect(made).toMatchObject({ name: "Copy of Notes", created: false })
      expect(yield* created).toBe(1)
    }).pipe(Effect.provide(inMemory({ files, faults: hanging("POST") })))
  )

  it.effect("a permission, and the mail about it", () =>
    Effect.gen(function* () {
      const input = { fileId: "rows", type: "user", email: "ada@example.com" } as const
      const shared = yield* within(
        "5 minutes",
        Drive.use((drive) => drive.shareFile(input))
      )
      expect(shared).toMatchObject({ created: false, permission: { email: "ada@example.com" } })
      expect((yield* DriveTest).notifications()).toHaveLength(1)
      expect(yield* writes).toHaveLength(1)
    }).pipe(Effect.provide(inMemory({ files, faults: hanging("POST") })))
  )

  it.effect("a move", () =>
    Effect.gen(function* () {
      const input = { fileId: "rows", destinationId: "archive" }
      const moved = yield* within(
        "5 minutes",
        Drive.use((drive) => drive.moveFile(input))
      )
      expect(moved).toMatchObject({ moved: true, parents: ["archive"] })
    }).pipe(Effect.provide(inMemory({ files, faults: hanging("PATCH") })))
  )
})

describe("a move that is repeated", () => {
  const refusal = (status: number, reason: string) =>
    Fault.status(status, { body: JSON.stringify({ error: { code: status, errors: [{ reason }], message: reason } }) })

  for (const [status, reason] of [
    [404, "notFound"],
    [403, "cannotAddParent"],
    [400, "badRequest"]
  ] as const) {
    it.effect(`is made when Drive refuses the repeat with ${status}`, () =>
      Effect.gen(function* () {
        const input = { fileId: "rows", destinationId: "archive" }
        const moved = yield* within(
          "1 minute",
          Drive.use((drive) => drive.moveFile(input))
        )
        expect(moved).toMatchObject({ moved: true, parents: ["archive"] })
      }).pipe(
        Effect.provide(
          inMemory({
            files,
            faults: Fault.when({ method: "PATCH" }, Fault.sequence([Fault.lostAnswer, refusal(status, reason)]))
          })
        )
      )
    )
  }

  it.effect("is refused when the file is where it was", () =>
    Effect.gen(function* () {
      const input = { fileId: "rows", destinationId: "archive" }
      const error = yield* within("1 minute", Effect.flip(Drive.use((drive) => drive.moveFile(input))))
      expect(error).toMatchObject({ reason: "insufficientPermissions", googleReason: "insufficientFilePermissions" })
    }).pipe(
      Effect.provide(
        inMemory({
          files,
          faults: Fault.when({ method: "PATCH" }, Fault.once(refusal(403, "insufficientFilePermissions")))
        })
      )
    )
  )
})

describe("sharing", () => {
  it.effect("says nothing of e-mails where Google allows none: to whoever has the link, and to a domain", () =>
    Effect.gen(function* () {
      const { requests } = yield* DriveTest
      const posted = () =>
        requests()
          .filter(({ method }) => method === "POST")
          .map(({ query }) => new URLSearchParams(query).get("sendNotificationEmail"))
      for (const who of [{}, { type: "domain", domain: "example.com" }] as const) {
        yield* within(
          "1 minute",
          Drive.use((drive) => drive.shareFile({ fileId: "rows", ...who }))
        )
      }
      yield* within(
        "1 minute",
        Drive.use((drive) => drive.shareFile({ fileId: "rows", type: "user", email: "ada@example.com", notify: false }))
      )
      expect(posted()).toEqual([null, null, "false"])
    }).pipe(Effect.provide(inMemory({ files })))
  )

  it.effect("that is throttled is sent again without a look: it certainly did nothing", () =>
    Effect.gen(function* () {
      yield* within(
        "5 minutes",
        Drive.use((drive) => drive.shareFile({ fileId: "rows" }))
      )
      const requests = (yield* DriveTest).requests()
      expect(requests.map(({ method, path, status }) => `${method} ${path.replace(/.*\/v3/, "")} ${status}`)).toEqual([
        "GET /files/rows 200",
        "POST /files/rows/permissions 429",
        "POST /files/rows/permissions 200",
        "GET /files/rows 200"
      ])
    }).pipe(Effect.provide(inMemory({ files, faults: Fault.when({ method: "POST" }, Fault.once(Fault.status(429))) })))
  )

  it.effect("that was never connected is not looked for: it certainly did nothing", () =>
    Effect.gen(function* () {
      const failed = yield* within("5 minutes", Effect.flip(Drive.use((drive) => drive.shareFile({ fileId: "rows" }))))
      expect(failed).toMatchObject({ _tag: "HttpError", delivered: false })
      expect((yield* DriveTest).requests().map(({ method }) => method)).toEqual(["GET"])
    }).pipe(
      Effect.provide(
        inMemory({ files }, (client) =>
          HttpClient.transform(client, (sent, request) =>
            request.method === "POST"
              ? new HttpClientError.HttpClientError({
                  reason: new HttpClientError.TransportError({
                    request,
                    cause: Object.assign(new Error("connect"), { code: "ECONNREFUSED", syscall: "connect" })
                  })
                })
              : sent
          )
        )
      )
    )
  )

  it.effect("is tried three times in all when Drive is in trouble, each time after a look", () =>
    Effect.gen(function* () {
      const failed = yield* within("5 minutes", Effect.flip(Drive.use((drive) => drive.shareFile({ fileId: "rows" }))))
      expect(failed).toMatchObject({ _tag: "DriveError", reason: "unavailable" })
      const requests = (yield* DriveTest).requests()
      expect(requests.map(({ method }) => method)).toEqual(["GET", "POST", "GET", "POST", "GET", "POST", "GET"])
    }).pipe(
      Effect.provide(inMemory({ files, faults: Fault.when({ method: "POST" }, Fault.always(Fault.status(503))) }))
    )
  )

  it.effect("finds a permission on a later page", () =>
    Effect.gen(function* () {
      const input = { fileId: "rows", type: "user", email: "u149@example.com" } as const
      const shared = yield* within(
        "5 minutes",
        Drive.use((drive) => drive.shareFile(input))
      )
      expect(shared).toMatchObject({ created: false, permission: { email: "u149@example.com" } })
      expect(yield* writes).toHaveLength(1)
    }).pipe(
      Effect.provide(
        inMemory({
          files: [
            {
              ...files[1]!,
              permissions: Array.from({ length: 149 }, (_, n) => ({ role: "reader", email: `u${n}@example.com` }))
            }
          ],
          faults: Fault.when({ method: "POST" }, Fault.once(Fault.lostAnswer))
        })
      )
    )
  )
})
