import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as BatchPlan from "../../../src/drive/upload/BatchPlan.ts"

const present = fc.record({
  fileId: fc.uuid(),
  name: fc.constantFrom("a", "b"),
  size: fc.constantFrom(undefined, 1, 2),
  md5: fc.constantFrom(undefined, "m1", "m2")
})

describe("the plan of a batch", () => {
  it("leaves out what is there with the same name, size and checksum, and asks about nothing else", () => {
    fc.assert(
      fc.property(
        fc.array(present),
        fc.constantFrom("a", "b"),
        fc.constantFrom(1, 2),
        fc.constantFrom("m1", "m2"),
        fc.constantFrom("upload" as const, "skip" as const, "fail" as const),
        (folder, name, size, md5, onConflict) => {
          const namesakes = BatchPlan.byName(folder).get(name) ?? []
          expect(namesakes).toEqual(folder.filter((one) => one.name === name))
          const local = { name, size }
          const read = BatchPlan.candidates(local, namesakes).length > 0 ? md5 : undefined
          const action = BatchPlan.actionOf(local, namesakes, read, onConflict)
          const same = folder.find((one) => one.name === name && one.size === size && one.md5 === md5)
          const other = folder.find((one) => one.name === name)
          if (same !== undefined) expect(action).toEqual({ _tag: "Identical", fileId: same.fileId })
          else if (other === undefined || onConflict === "upload") expect(action).toEqual({ _tag: "Upload" })
          else expect(action).toEqual({ _tag: "SameName", fileId: other.fileId, instead: onConflict })
        }
      )
    )
  })
})
