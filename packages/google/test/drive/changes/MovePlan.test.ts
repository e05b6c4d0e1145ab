/** What has to be done with a file, and the records of batches. */
import { describe, expect, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as MovePlan from "../../../src/drive/changes/MovePlan.ts"
import * as MoveRecord from "../../../src/drive/changes/MoveRecord.ts"

const file = { id: "f", isFolder: false, parents: ["a"], driveId: undefined }

describe("a step", () => {
  it.each([
    ["moves a file", file, { to: "b", driveId: undefined }, { _tag: "Move", from: ["a"] }],
    ["leaves what is there", file, { to: "a", driveId: undefined }, { _tag: "Already" }],
    [
      "leaves what is there though it was expected elsewhere",
      file,
      { to: "a", driveId: undefined, from: ["x"] },
      { _tag: "Already" }
    ],
    [
      "leaves what somebody moved",
      file,
      { to: "b", driveId: undefined, from: ["x"] },
      { _tag: "Elsewhere", parents: ["a"] }
    ],
    [
      "moves what is where it was expected",
      { ...file, parents: ["x", "y"] },
      { to: "b", driveId: undefined, from: ["y", "x"] },
      { _tag: "Move", from: ["x", "y"] }
    ],
    [
      "refuses to put a folder into itself",
      { ...file, isFolder: true },
      { to: "f", driveId: undefined },
      { _tag: "IntoItself" }
    ],
    [
      "refuses to put a folder into a shared drive",
      { ...file, isFolder: true },
      { to: "b", driveId: "d" },
      { _tag: "FolderIntoDrive" }
    ],
    [
      "moves a folder within a shared drive",
      { ...file, isFolder: true, driveId: "d" },
      { to: "b", driveId: "d" },
      { _tag: "Move", from: ["a"] }
    ],
    ["moves a file into a shared drive", file, { to: "b", driveId: "d" }, { _tag: "Move", from: ["a"] }],
    [
      "moves what is in no visible folder",
      { ...file, parents: [] },
      { to: "b", driveId: undefined },
      { _tag: "Move", from: [] }
    ]
  ] as ReadonlyArray<[string, MovePlan.Placed, MovePlan.Goal, MovePlan.Step]>)("%s", (_, placed, goal, step) => {
    expect(MovePlan.stepOf(placed, goal)).toEqual(step)
  })
})

describe("a record", () => {
  const entry = (fileId: string, state: MoveRecord.MoveEntry["state"]): MoveRecord.MoveEntry => ({
    fileId,
    name: fileId,
    from: [`was-${fileId}`],
    to: "b",
    state
  })
  const record: MoveRecord.MoveRecord = {
    id: "1",
    operation: "batchMove",
    startedAt: "2026-11-16T14:30:25.000Z",
    entries: [entry("p", "planned"), entry("m", "moved"), entry("f", "failed")]
  }

  it("goes back for what was moved and for what may be, not for what failed", () => {
    expect(MoveRecord.waysBack(record)).toEqual([
      { fileId: "p", name: "p", from: "b", to: "was-p" },
      { fileId: "m", name: "m", from: "b", to: "was-m" }
    ])
  })

  it("knows no way back to a folder that was not visible, and the first of several", () => {
    const entries = [
      { ...entry("x", "moved"), from: [] },
      { ...entry("y", "moved"), from: ["1", "2"] }
    ]
    expect(MoveRecord.waysBack({ ...record, entries }).map(({ to }) => to)).toEqual([undefined, "1"])
  })

  it("is finished when nothing is planned, whatever the order in which it becomes known", () => {
    const states = fc.constantFrom<MoveRecord.MoveEntry["state"][]>("planned", "moved", "failed")
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom("p", "m", "f"), states)), (marks) => {
        const known = new Map<string, MoveRecord.MoveEntry["state"]>(marks)
        const after = MoveRecord.marked(record, known)
        for (const { fileId, state } of after.entries) {
          expect(state).toBe(known.get(fileId) ?? record.entries.find((one) => one.fileId === fileId)?.state)
        }
        expect(MoveRecord.isFinished(after)).toBe(MoveRecord.left(after).length === 0)
      })
    )
  })
})
