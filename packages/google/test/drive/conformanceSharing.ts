/** What every Drive must do when something is shared, whatever is behind it. */
import { expect } from "@effect/vitest"
import { Fault } from "@skippy/http/testing"
import { Effect } from "effect"
import { Drive } from "../../src/drive/Drive.ts"
import { DriveTest } from "../../src/drive/DriveTest.ts"
import { first, folder, unsure, writes } from "./changes/support.ts"
import { flip, type Test } from "./support.ts"

const ada = "ada@example.com"
const files = [
  folder("inbox"),
  { id: "rows", name: "rows.csv", content: "1;2", mimeType: "text/csv", parents: ["inbox"] },
  { id: "link", name: "Link to rows", target: "rows" }
]
const user = { fileId: "rows", type: "user", email: ada } as const

const mails = Effect.map(DriveTest, ({ notifications }) => notifications())
const grants = Effect.map(DriveTest, ({ permissions }) => permissions("rows").filter(({ role }) => role !== "owner"))

export const sharing = (test: Test): void => {
  test(
    "shares with whoever has the link, who may read",
    { files },
    Effect.gen(function* () {
      const shared = yield* Drive.use((drive) => drive.shareFile({ fileId: "rows" }))
      expect(shared).toMatchObject({
        fileId: "rows",
        name: "rows.csv",
        permission: { type: "anyone", role: "reader" },
        created: true,
        audience: "link"
      })
      expect(shared.url).toMatch(/^https:/)
      expect(shared.warning).toBeUndefined()
      expect(yield* mails).toEqual([])
    })
  )

  test(
    "shares with a user, who gets a mail, unless that is not wanted",
    { files },
    Effect.gen(function* () {
      const drive = yield* Drive
      const shared = yield* drive.shareFile({ ...user, role: "writer", message: "Have a look" })
      expect(shared).toMatchObject({ permission: { type: "user", role: "writer", email: ada }, audience: "people" })
      yield* drive.shareFile({ fileId: "rows", type: "user", email: "eve@example.com", notify: false })
      expect(yield* mails).toMatchObject([{ email: ada, role: "writer", message: "Have a look" }])
    })
  )

  test(
    "shares with a domain",
    { files },
    Effect.gen(function* () {
      const input = { fileId: "rows", type: "domain", domain: "example.com", role: "commenter" } as const
      const shared = yield* Drive.use((drive) => drive.shareFile(input))
      expect(shared).toMatchObject({ permission: { role: "commenter", domain: "example.com" }, audience: "domain" })
    })
  )

  test(
    "shares what a shortcut leads to",
    { files },
    Effect.gen(function* () {
      expect(yield* Drive.use((drive) => drive.shareFile({ fileId: "link" }))).toMatchObject({ fileId: "rows" })
      expect(yield* grants).toHaveLength(1)
    })
  )

  test(
    "tells that a file is public, though it is shared with one user more",
    { files },
    Effect.gen(function* () {
      const drive = yield* Drive
      yield* drive.shareFile({ fileId: "rows" })
      expect(yield* drive.shareFile(user)).toMatchObject({ audience: "link" })
    })
  )

  for (const [what, fault] of unsure) {
    const isDone = fault._tag !== "Status"
    test(
      `grants once and sends one mail when the answer ${what}`,
      { files, faults: first("POST", fault) },
      Effect.gen(function* () {
        const shared = yield* Drive.use((drive) => drive.shareFile(user))
        expect(shared).toMatchObject({ permission: { email: ada }, created: !isDone })
        expect(shared.warning === undefined).toBe(!isDone)
        expect(yield* grants).toHaveLength(1)
        expect(yield* mails).toHaveLength(1)
      })
    )
  }

  test(
    "does not share again while the permissions cannot be looked at",
    {
      files,
      faults: Fault.firstOf(
        first("POST", Fault.lostAnswer),
        Fault.when({ method: "GET", path: /\/permissions$/ }, Fault.always(Fault.status(502)))
      )
    },
    Effect.gen(function* () {
      expect(yield* flip((drive) => drive.shareFile(user))).toMatchObject({ category: "transient" })
      expect(yield* writes).toHaveLength(1)
      expect(yield* mails).toHaveLength(1)
    })
  )

  test(
    "warns when it is shared and nobody could be told",
    { files, failingMails: [ada] },
    Effect.gen(function* () {
      const shared = yield* Drive.use((drive) => drive.shareFile(user))
      expect(shared).toMatchObject({ permission: { email: ada, role: "reader" }, created: true })
      expect(shared.warning).toContain("emails could not be sent")
      expect(yield* writes).toHaveLength(1)
    })
  )

  test(
    "has shared when the answer came and the file cannot be read any more",
    {
      files,
      faults: (request, count) => (request.method === "GET" && count > 1 ? Fault.status(403) : undefined)
    },
    Effect.gen(function* () {
      const shared = yield* Drive.use((drive) => drive.shareFile({ fileId: "rows" }))
      expect(shared).toMatchObject({ name: "rows.csv", permission: { type: "anyone" }, audience: null })
    })
  )

  test(
    "shares a file of a shared drive, and tells how public it is",
    { files: [{ id: "rows", name: "rows.csv", parents: ["team"] }], drives: [{ id: "team", name: "Team" }] },
    Effect.gen(function* () {
      const shared = yield* Drive.use((drive) => drive.shareFile({ fileId: "rows" }))
      expect(shared).toMatchObject({ permission: { type: "anyone", role: "reader" }, audience: "link" })
    })
  )
}
