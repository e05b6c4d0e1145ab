/**
 * `name =` of Drive does not tell upper from lower case (rclone compares again after it:
 * https://github.com/rclone/rclone/blob/master/backend/drive/drive.go), so that folders of other names were found.
 */
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { Drive } from "../../src/drive/Drive.ts"
import { folderType } from "../../src/drive/Wire.ts"

const folders = ["Reports", "reports", "REPORTS"].map((name) => ({ id: name, name, mimeType: folderType }))

it.effect("finds folders of a name, and none whose name has other letters", () =>
  Effect.gen(function* () {
    const { files } = yield* Drive.use((drive) => drive.findFolders({ name: "Reports" }))
    expect(files.map(({ name }) => name)).toEqual(["Reports"])
  }).pipe(Effect.provide(Drive.layerTest({ files: folders })))
)
