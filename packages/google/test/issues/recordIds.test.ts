/** A record of moves may come from anywhere: ids in it are checked as all others are, before anything is sent. */
import { expect, it } from "@effect/vitest"
import { InvalidInputError } from "@skippy/http"
import { Effect } from "effect"
import { Drive } from "../../src/drive/Drive.ts"
import { DriveTest } from "../../src/drive/DriveTest.ts"
import { flip } from "../drive/support.ts"

const entry = { fileId: "a", name: "a", from: ["inbox"], to: "archive", state: "moved" } as const

it.effect("ids in a record that cannot be ids are refused", () =>
  Effect.gen(function* () {
    for (const wrong of [{ fileId: "../about" }, { fileId: ".." }, { to: "a/b" }, { from: ["x?y"] }]) {
      const record = { id: "1", operation: "batchMove", startedAt: "", entries: [{ ...entry, ...wrong }] } as const
      const error = yield* flip((drive) => drive.undoMoves({ record }))
      expect(error).toBeInstanceOf(InvalidInputError)
      expect(error).toMatchObject({ field: expect.stringMatching(/^record/) })
    }
    expect((yield* DriveTest).requests()).toEqual([])
  }).pipe(Effect.provide(Drive.layerTest()))
)
