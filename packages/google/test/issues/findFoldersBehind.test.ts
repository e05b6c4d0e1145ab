/**
 * `findFolders` in a shortcut to a folder found nothing, and in a file neither: whoever makes a folder that is not found made
 * another one. It is as with `listFolder` now.
 */
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { Drive } from "../../src/drive/Drive.ts"
import { folder } from "../drive/changes/support.ts"
import { refusal } from "../drive/support.ts"

const files = [
  folder("projects"),
  folder("2026", ["projects"]),
  { id: "to-projects", name: "projects", target: "projects" },
  { id: "note", name: "note.txt", content: "x" }
]

it.effect("folders are found behind a shortcut, and not in a file", () =>
  Effect.gen(function* () {
    const { files } = yield* Drive.use((drive) => drive.findFolders({ name: "2026", parentId: "to-projects" }))
    expect(files.map(({ fileId }) => fileId)).toEqual(["2026"])
    expect((yield* Drive.use((drive) => drive.findFolders({ name: "2025", parentId: "projects" }))).files).toEqual([])
    const error = yield* refusal((drive) => drive.findFolders({ name: "2026", parentId: "note" }))
    expect(error.reason).toBe("notAFolder")
  }).pipe(Effect.provide(Drive.layerTest({ files })))
)
