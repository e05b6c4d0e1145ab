/** An id that is taken: by what an earlier attempt made, or by something else, which is told and left alone. */
import { describe, expect, it } from "@effect/vitest"
import { Fault } from "@skippy/http/testing"
import { Effect } from "effect"
import { Drive } from "../../../src/drive/Drive.ts"
import { DriveTest } from "../../../src/drive/DriveTest.ts"
import { refusal } from "../support.ts"
import { folder } from "./support.ts"

const files = [
  folder("a"),
  folder("b"),
  { id: "plan", name: "Plan", content: "x", mimeType: "text/plain", parents: ["a"] },
  { id: "page", name: "Page", content: "y", mimeType: "text/html", parents: ["a"] }
]

/** The next id that is given is that of a file there is. */
const again = (id: string) =>
  Effect.map(DriveTest, ({ faults }) =>
    faults.set(
      Fault.when({ path: /generateIds$/ }, Fault.always(Fault.status(200, { body: JSON.stringify({ ids: [id] }) })))
    )
  )

describe("an id that is taken", () => {
  const copies = [
    ["the same thing", { fileId: "plan", name: "Copy", destinationId: "a" }, true],
    ["something with another name", { fileId: "plan", name: "Other", destinationId: "a" }, false],
    ["something of another type", { fileId: "page", name: "Copy", destinationId: "a" }, false],
    ["something in another folder", { fileId: "plan", name: "Copy", destinationId: "b" }, false]
  ] as const

  for (const [what, input, isSame] of copies) {
    it.live(`by ${what} is ${isSame ? "a copy that was made" : "a conflict"}`, () =>
      Effect.gen(function* () {
        const drive = yield* Drive
        const { createdCount, faults, file } = yield* DriveTest
        faults.set(Fault.when({ path: /copy$/ }, Fault.once(Fault.lostAnswer)))
        const made = yield* drive.copyFile({ fileId: "plan", name: "Copy", destinationId: "a" })
        expect(made.created).toBe(false)
        yield* again(made.fileId)
        const before = file(made.fileId)
        // The lot of 20 is used up.
        for (let n = 0; n < 19; n++) yield* drive.createFolder({ name: `${n}` })
        if (isSame) expect(yield* drive.copyFile(input)).toMatchObject({ fileId: made.fileId, created: false })
        else {
          const error = yield* refusal((drive) => drive.copyFile(input))
          expect(error).toMatchObject({ reason: "conflict", fileId: made.fileId })
        }
        expect(file(made.fileId)).toEqual(before)
        expect(createdCount()).toBe(20)
      }).pipe(Effect.provide(Drive.layerTest({ files })))
    )
  }
})
