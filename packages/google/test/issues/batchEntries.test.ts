/** What a glob means and cannot be uploaded is a failure that is told; it was left out, as if it had not been there. */
import { execFileSync } from "node:child_process"
import { symlinkSync, writeFileSync } from "node:fs"
import { expect } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { stored, test, Uploading } from "../drive/upload/support.ts"

test(
  "a link to nothing and a pipe are failures of a batch, and do not stop it; directories are left out",
  {},
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const directory = yield* fs.makeTempDirectoryScoped()
    yield* fs.makeDirectory(`${directory}/below`)
    const odd = 'a "quoted"\r\nname: ünï.txt'
    writeFileSync(`${directory}/${odd}`, "first")
    symlinkSync("/nowhere/at/all", `${directory}/b`)
    execFileSync("mkfifo", [`${directory}/c`])
    symlinkSync(`${directory}/${odd}`, `${directory}/d.txt`)
    const { counts, items } = yield* Uploading.use(({ batchUpload }) => batchUpload({ directory }))
    expect(items.map(({ name, status }) => [name, status])).toEqual([
      [odd, "uploaded"],
      ["b", "failed"],
      ["c", "failed"],
      ["d.txt", "uploaded"]
    ])
    expect(items[1]?.problem?.message).toContain(`"${directory}/b"; there is no such file`)
    expect(items[2]?.problem?.message).toContain(`"${directory}/c"; it is no regular file`)
    expect(counts).toMatchObject({ uploaded: 2, failed: 2 })
    expect((yield* stored).map(({ name }) => name).sort()).toEqual([odd, "d.txt"])
  })
)
