import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DriveTest, type DriveTestOptions } from "@skippy/google"
import { Fault } from "@skippy/http/testing"
import { Deferred, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { describe, expect, it } from "vitest"
import { driveTools } from "../../../src/mcp/tools/drive.ts"
import * as Support from "./support.ts"

const folderType = "application/vnd.google-apps.folder"

const files: DriveTestOptions["files"] = [
  { id: "reports", name: "Reports", mimeType: folderType },
  { id: "archive", name: "Archive", mimeType: folderType },
  { id: "may", name: "may.txt", content: "42 rows and a sum", parents: ["reports"] },
  { id: "june", name: "june.txt", content: "43 rows", parents: ["reports"] },
  {
    id: "minutes",
    name: "Minutes",
    mimeType: "application/vnd.google-apps.document",
    content: "We met."
  }
]

const call = (name: string, input: unknown) => Support.call(driveTools, name, input)
const asked = (name: string, input: unknown) => Support.asked(driveTools, name, input)
const planned = (name: string, input: unknown) => Support.planned(driveTools, name, input)
const failing = (name: string, input: unknown) => Effect.flip(call(name, input))

const drive = <A, E>(effect: Parameters<typeof Support.withDrive<A, E>>[2], root = Support.folder(), options = {}) =>
  Support.withDrive({ files, ...options }, root, effect)

describe("tools that read Drive", () => {
  it("search tells files in snake case, one a line in the text, and where the answer is from", () =>
    drive(
      Effect.gen(function* () {
        const query = "name contains 'may'"
        const { json, text } = yield* call("gdrive_search_files", { query })
        expect(json).toMatchObject({
          files: [
            { file_id: "may", name: "may.txt", kind: "file", mime_type: "text/plain", size: 17, parents: ["reports"] }
          ],
          has_more: false,
          from_cache: false,
          age_seconds: 0,
          stale: false
        })
        expect(json.files[0].modified_at).toBe("1970-01-01T00:00:00.000Z")
        expect(text).toMatch(/^may  file  17 B  1970-01-01 00:00  may\.txt$/)
        expect((yield* call("gdrive_search_files", { query })).json).toMatchObject({ from_cache: true, stale: false })
      })
    ))

  it("search says that there are more than max_results, and how to get them", () =>
    drive(
      Effect.gen(function* () {
        const { json, text } = yield* call("gdrive_search_files", {
          query: "name contains 'txt' or trashed = false",
          max_results: 1
        })
        expect(json).toMatchObject({ has_more: true })
        expect(json.files).toHaveLength(1)
        expect(text).toContain("there are more; give a larger max_results")
      })
    ))

  it("a wrong query is an error of Drive's that says what to do", () =>
    drive(
      Effect.gen(function* () {
        const error = yield* failing("gdrive_search_files", { query: "name is 'x'" })
        expect(error._tag).toBe("DriveError")
        expect(error.message).toContain("query")
      })
    ))

  it("a stale answer says so, and how old it is", () =>
    drive(
      Effect.gen(function* () {
        const { faults } = yield* DriveTest
        yield* call("gdrive_get_file_metadata", { file_id: "may" })
        faults.set(Fault.always(Fault.status(503)))
        yield* TestClock.adjust("2 hours")
        const { json, text } = yield* call("gdrive_get_file_metadata", { file_id: "may" })
        expect(json).toMatchObject({ file_id: "may", from_cache: true, stale: true, age_seconds: 7200 })
        expect(text).toContain("this is what it said 7200 s ago")
      }).pipe(Effect.provide(TestClock.layer()))
    ))

  it("a folder is listed, My Drive by default", () =>
    drive(
      Effect.gen(function* () {
        const top = yield* call("gdrive_list_folder_contents", {})
        expect(top.json.files.map((one: { name: string }) => one.name).sort()).toEqual([
          "Archive",
          "Minutes",
          "Reports"
        ])
        const { json } = yield* call("gdrive_list_folder_contents", { folder_id: "reports", max_results: 1 })
        expect(json.files).toHaveLength(1)
        expect(json.has_more).toBe(true)
        const error = yield* failing("gdrive_list_folder_contents", { folder_id: "no/id" })
        expect(error.message).toContain('gdrive_list_folder_contents: folder_id is "no/id"; give an id')
      })
    ))

  it("folders are found by their whole name", () =>
    drive(
      Effect.gen(function* () {
        const { json } = yield* call("gdrive_get_folder_id_by_name", { folder_name: "Reports" })
        expect(json.files).toMatchObject([{ file_id: "reports", kind: "folder" }])
        const none = yield* call("gdrive_get_folder_id_by_name", { folder_name: "Report" })
        expect(none.text).toBe("nothing found")
        const error = yield* failing("gdrive_get_folder_id_by_name", { folder_name: " " })
        expect(error.message).toContain("folder_name")
      })
    ))

  it("metadata has who has access when that is asked for", () =>
    drive(
      Effect.gen(function* () {
        const without = yield* call("gdrive_get_file_metadata", { file_id: "may" })
        expect(without.json).toMatchObject({ file_id: "may", trashed: false, shared: false })
        expect(without.json.permissions).toBeUndefined()
        const { json, text } = yield* call("gdrive_get_file_metadata", { file_id: "may", include_permissions: true })
        expect(json.permissions).toMatchObject([{ type: "user", role: "owner", email: "tester@example.com" }])
        expect(text).toContain("user tester@example.com owner")
        const error = yield* failing("gdrive_get_file_metadata", { file_id: "nobody" })
        expect(error.message).toContain("nobody")
      })
    ))

  it("a document is read as its text, which is the content", () =>
    drive(
      Effect.gen(function* () {
        const { json, text } = yield* call("gdrive_read_document", { file_id: "minutes" })
        expect(json).toMatchObject({ name: "Minutes", text: "We met.", is_cut: false, bytes: 7 })
        expect(text).toBe("We met.")
        expect((yield* failing("gdrive_read_document", { file_id: "reports" })).message).toContain("reports")
      })
    ))

  it("a long document is cut off, and the text says how to get the rest", () => {
    const long = { id: "long", name: "long.txt", content: "line\n".repeat(20_000) }
    return drive(
      Effect.gen(function* () {
        const { json, text } = yield* call("gdrive_read_document", { file_id: "long" })
        expect(json.is_cut).toBe(true)
        expect(json.text.length).toBe(65_536)
        expect(text.endsWith("[cut off after 65536 bytes; gdrive_download_file brings all of it]")).toBe(true)
      }),
      Support.folder(),
      { files: [long] }
    )
  })
})

describe("gdrive_download_file", () => {
  it("writes below the root, makes the folder, and tells how far it is", () => {
    const root = Support.folder()
    return drive(
      Effect.gen(function* () {
        const { json, progress, text } = yield* call("gdrive_download_file", {
          file_id: "may",
          output_path: "a/b/may.txt"
        })
        const path = join(root, "a/b/may.txt")
        expect(json).toMatchObject({ file_id: "may", path, bytes: 17 })
        expect(readFileSync(path, "utf8")).toBe("42 rows and a sum")
        expect(text).toBe(`downloaded may.txt to ${path} (17 B)`)
        expect(progress.at(-1)).toMatchObject({ progress: 17, total: 17 })
      }),
      root
    )
  })

  it("never replaces a file, and goes nowhere else", () => {
    const root = Support.folder()
    writeFileSync(join(root, "there.txt"), "mine")
    return drive(
      Effect.gen(function* () {
        const there = yield* failing("gdrive_download_file", { file_id: "may", output_path: "there.txt" })
        expect(there.message).toContain("output_path")
        expect(there.message).toContain("nothing is replaced")
        expect(readFileSync(join(root, "there.txt"), "utf8")).toBe("mine")
        const outside = yield* failing("gdrive_download_file", { file_id: "may", output_path: "../may.txt" })
        expect(outside.message).toContain(root)
        const gone = yield* failing("gdrive_download_file", { file_id: "nobody", output_path: "x.txt" })
        expect(gone._tag).toBe("DriveError")
        expect(existsSync(join(root, "x.txt"))).toBe(false)
      }),
      root
    )
  })
})

describe("a call that is given up", () => {
  it("leaves no file, and the same call goes on later", () => {
    const root = Support.folder()
    const big = { id: "big", name: "big.bin", content: new Uint8Array(3_000_000).fill(7) }
    return drive(
      Effect.gen(function* () {
        const { faults } = yield* DriveTest
        const input = { file_id: "big", output_path: "big.bin" }
        faults.set(({ url }) => (url.searchParams.get("alt") === "media" ? Fault.hangInBody(0.5) : undefined))
        const begun = yield* Deferred.make<void>()
        const tell = () => Deferred.succeed(begun, undefined)
        const fiber = yield* Effect.forkChild(Support.call(driveTools, "gdrive_download_file", input, tell))
        yield* Deferred.await(begun)
        yield* Fiber.interrupt(fiber)
        expect(existsSync(join(root, "big.bin"))).toBe(false)
        faults.set(Fault.none)
        const { json } = yield* call("gdrive_download_file", input)
        expect(json.bytes).toBe(3_000_000)
      }),
      root,
      { files: [big] }
    )
  })
})

describe("tools that change single files", () => {
  it("a folder is made, and its id and link answered", () =>
    drive(
      Effect.gen(function* () {
        const { json, text } = yield* call("gdrive_create_folder", { folder_name: "New", parent_folder_id: "reports" })
        expect(json).toMatchObject({ name: "New", created: true, url: expect.stringContaining("https://") })
        expect(text).toBe(`created New  ${json.file_id}`)
        const { children } = yield* DriveTest
        expect(children("reports").map(({ name }) => name)).toContain("New")
        const error = yield* failing("gdrive_create_folder", { folder_name: "New", parent_folder_id: "may" })
        expect(error.message).toContain("may")
      })
    ))

  it("a file is moved, and says where it was", () =>
    drive(
      Effect.gen(function* () {
        const input = { file_id: "may", destination_folder_id: "archive" }
        const { json, text } = yield* call("gdrive_move_file", input)
        expect(json).toMatchObject({ file_id: "may", moved: true, from: ["reports"], parents: ["archive"] })
        expect(text).toBe("moved may.txt  may")
        expect((yield* call("gdrive_move_file", input)).json).toMatchObject({ moved: false })
        const error = yield* failing("gdrive_move_file", { file_id: "may", destination_folder_id: "a b" })
        expect(error.message).toContain('destination_folder_id is "a b"')
      })
    ))

  it("a file gets another name", () =>
    drive(
      Effect.gen(function* () {
        const { json, text } = yield* call("gdrive_rename_file", { file_id: "may", new_name: "May.txt" })
        expect(json).toMatchObject({ file_id: "may", name: "May.txt" })
        expect(text).toBe("renamed to May.txt  may")
        expect((yield* failing("gdrive_rename_file", { file_id: "may", new_name: "" })).message).toContain("new_name")
      })
    ))

  it("a file is copied", () =>
    drive(
      Effect.gen(function* () {
        const { json, text } = yield* call("gdrive_copy_file", { file_id: "may" })
        expect(json).toMatchObject({ name: "Copy of may.txt", created: true })
        expect(text).toContain("copied to Copy of may.txt")
        const named = { file_id: "may", new_name: "May 2.txt", destination_folder_id: "archive" }
        expect((yield* call("gdrive_copy_file", named)).json).toMatchObject({ name: "May 2.txt" })
        expect((yield* failing("gdrive_copy_file", { file_id: "reports" })).message).toContain("folder")
      })
    ))

  it("a file goes into the trash, and is not deleted", () =>
    drive(
      Effect.gen(function* () {
        const { json, text } = yield* call("gdrive_trash_file", { file_id: "may" })
        expect(json).toMatchObject({ file_id: "may", changed: true })
        expect(text).toBe("in the trash: may.txt  may")
        expect((yield* call("gdrive_get_file_metadata", { file_id: "may" })).json).toMatchObject({ trashed: true })
        expect((yield* failing("gdrive_trash_file", { file_id: "nobody" })).message).toContain("nobody")
      })
    ))
})

describe("gdrive_share_file", () => {
  it("asks before whoever has the link sees a file, and says with whom", () =>
    drive(
      Effect.gen(function* () {
        const plan = yield* asked("gdrive_share_file", { file_id: "may" })
        expect(plan).toContain('Share the file "may.txt" (may) with whoever has the link, as reader.')
        expect(plan).toContain("cannot")
        const { json, text } = yield* call("gdrive_share_file", { file_id: "may" })
        expect(json).toMatchObject({ file_id: "may", audience: "link", permission: { type: "anyone", role: "reader" } })
        expect(text).toContain("now seen by  link")
      })
    ))

  it("asks before a domain sees a folder with all that is in it; the domain is that of the address", () =>
    drive(
      Effect.gen(function* () {
        const input = {
          file_id: "reports",
          permission_type: "domain",
          email_address: "ada@example.com",
          role: "writer"
        }
        expect(yield* asked("gdrive_share_file", input)).toContain(
          'Share the folder, with all that is in it, "Reports" (reports) with everybody at example.com, as writer.'
        )
        const { json } = yield* call("gdrive_share_file", input)
        expect(json.permission).toMatchObject({ type: "domain", domain: "example.com", role: "writer" })
      })
    ))

  it("does not ask before one person sees it", () =>
    drive(
      Effect.gen(function* () {
        const input = { file_id: "may", permission_type: "user", email_address: "ada@example.com" }
        expect(yield* asked("gdrive_share_file", input)).toBeUndefined()
        expect((yield* call("gdrive_share_file", input)).json).toMatchObject({ audience: "people" })
      })
    ))

  it("refuses what makes no sense before anybody is asked", () =>
    drive(
      Effect.gen(function* () {
        const { requests } = yield* DriveTest
        for (const input of [
          { file_id: "may", permission_type: "user" },
          { file_id: "may", permission_type: "domain" },
          { file_id: "may", permission_type: "anyone", email_address: "ada@example.com" }
        ]) {
          const error = yield* Effect.flip(asked("gdrive_share_file", input))
          expect(error.message).toContain("gdrive_share_file: email_address")
        }
        expect(requests()).toEqual([])
      })
    ))
})

describe("gdrive_batch_move_files", () => {
  it("shows what will change, and what cannot be done, and changes nothing until it is called", () =>
    drive(
      Effect.gen(function* () {
        const { children } = yield* DriveTest
        const input = { file_ids: "may, june,nobody", destination_folder_id: "archive" }
        const plan = yield* asked("gdrive_batch_move_files", input)
        expect(plan).toContain('Move 2 files into "Archive" (archive): "may.txt", "june.txt".')
        expect(plan).toContain('Cannot be done: "nobody": ')
        expect(plan).toContain("undo-moves")
        expect(children("archive")).toEqual([])

        const { json, progress, text } = yield* call("gdrive_batch_move_files", input)
        expect(json.items).toMatchObject([
          { file_id: "may", name: "may.txt", status: "moved" },
          { file_id: "june", name: "june.txt", status: "moved" },
          { file_id: "nobody", status: "failed", problem: { retryable: false } }
        ])
        expect(json.summary).toBe("3 files: 2 moved, 1 failed")
        expect(json.next).toEqual([
          `to take it back, within 30 days, a person runs: skippy drive undo-moves ${json.batch_id}`
        ])
        expect(text).toContain('"nobody": ')
        expect(text).toContain(json.batch_id)
        expect(progress.map((done) => done.progress)).toEqual([1, 2, 3])
        expect(progress.at(-1)).toMatchObject({ total: 3 })
      })
    ))

  it("takes a list too, and does not ask when all are there", () =>
    drive(
      Effect.gen(function* () {
        const input = { file_ids: ["may", "june"], destination_folder_id: "reports" }
        expect(yield* asked("gdrive_batch_move_files", input)).toBeUndefined()
        const { json } = yield* call("gdrive_batch_move_files", input)
        expect(json).toMatchObject({ summary: "2 files: 2 there already", batch_id: null, next: [] })
      })
    ))

  it("says what to do with what was not moved when the service is down", () =>
    drive(
      Effect.gen(function* () {
        const { faults } = yield* DriveTest
        faults.set(Fault.when({ method: "PATCH" }, Fault.always(Fault.status(503))))
        const { json } = yield* call("gdrive_batch_move_files", { file_ids: "may", destination_folder_id: "archive" })
        expect(json.items).toMatchObject([{ status: "failed", problem: { retryable: true } }])
        expect(json.next[0]).toBe("call this tool again for what was not moved")
        expect(json.next[1]).toContain(`skippy drive resume-moves ${json.batch_id}`)
      })
    ))

  it("refuses no ids at all", () =>
    drive(
      Effect.gen(function* () {
        const error = yield* failing("gdrive_batch_move_files", { file_ids: " , ", destination_folder_id: "archive" })
        expect(error.message).toContain("gdrive_batch_move_files: file_ids")
      })
    ))
})

describe("what was agreed to", () => {
  const many = Array.from({ length: 12 }, (_, at) => ({ id: `f${at}`, name: `f${at}.csv`, content: "x" }))
  const move = { file_ids: "may,june,nobody", destination_folder_id: "archive" }
  const idsIn = (id: string) =>
    Effect.map(DriveTest, ({ children }) =>
      children(id)
        .map((one) => String(one["id"]))
        .sort()
    )

  it("is the same plan again though errors in it have other request ids, and another with another eleventh file", () =>
    drive(
      Effect.gen(function* () {
        const one = yield* planned("gdrive_batch_move_files", move)
        const again = yield* planned("gdrive_batch_move_files", move)
        expect(JSON.stringify(again.subject)).toBe(JSON.stringify(one.subject))

        const ids = many.map(({ id }) => id)
        const destination_folder_id = "archive"
        const first = yield* planned("gdrive_batch_move_files", {
          file_ids: ids.toSpliced(10, 1),
          destination_folder_id
        })
        const second = yield* planned("gdrive_batch_move_files", {
          file_ids: ids.toSpliced(11, 1),
          destination_folder_id
        })
        expect(second.question).toBe(first.question)
        expect(JSON.stringify(second.subject)).not.toBe(JSON.stringify(first.subject))
      }),
      Support.folder(),
      { files: [...files, ...many] }
    ))

  it("is moved, and what cannot be as planned is told", () =>
    drive(
      Effect.gen(function* () {
        const plan = yield* planned("gdrive_batch_move_files", move)
        yield* call("gdrive_move_file", { file_id: "june", destination_folder_id: "root" })
        const { items, summary } = yield* plan.run
        expect(summary).toBe("3 files: 1 moved, 2 failed")
        expect(items).toMatchObject([{ status: "moved" }, { file_id: "june", status: "failed" }, { file_id: "nobody" }])
        expect(yield* idsIn("archive")).toEqual(["may"])
      })
    ))

  it("is organized, and nothing that the query finds since", () =>
    drive(
      Effect.gen(function* () {
        const input = { file_pattern: "name contains 'may'", destination_folder_id: "archive" }
        const plan = yield* planned("gdrive_organize_by_pattern", input)
        yield* call("gdrive_rename_file", { file_id: "june", new_name: "may too.txt" })
        expect((yield* plan.run).summary).toBe("1 file: 1 moved")
        expect(yield* idsIn("archive")).toEqual(["may"])
      })
    ))

  it("is nothing when there was nothing to ask, whatever there is since", () => {
    const root = Support.folder()
    mkdirSync(join(root, "in"))
    writeFileSync(join(root, "in", "a.txt"), "a")
    return drive(
      Effect.gen(function* () {
        const organize = { file_pattern: "name contains 'zebra'", destination_folder_id: "archive" }
        const upload = { local_directory: "in", destination_folder_id: "archive" }
        yield* call("gdrive_batch_upload", upload)
        const plans = [
          yield* planned("gdrive_organize_by_pattern", organize),
          yield* planned("gdrive_batch_upload", upload)
        ]
        expect(plans.map(({ question }) => question)).toEqual([undefined, undefined])
        const before = yield* idsIn("archive")
        yield* call("gdrive_rename_file", { file_id: "june", new_name: "zebra.txt" })
        writeFileSync(join(root, "in", "b.txt"), "b")
        for (const { run } of plans) yield* run
        expect(yield* idsIn("archive")).toEqual(before)
      }),
      root
    )
  })

  it("is uploaded, and neither what has come since nor a secret in the place of a file", () => {
    const root = Support.folder()
    mkdirSync(join(root, "in"))
    for (const name of ["a.txt", "b.txt"]) writeFileSync(join(root, "in", name), name)
    writeFileSync(join(root, ".env"), "TOKEN=x")
    return drive(
      Effect.gen(function* () {
        const plan = yield* planned("gdrive_batch_upload", {
          local_directory: "in",
          destination_folder_id: "archive"
        })
        writeFileSync(join(root, "in", "late.txt"), "late")
        rmSync(join(root, "in", "b.txt"))
        symlinkSync(join(root, ".env"), join(root, "in", "b.txt"))
        expect(yield* plan.run).toMatchObject({
          summary: "2 files: 1 uploaded, 1 not tried",
          items: [
            { name: "a.txt", status: "uploaded" },
            { name: "b.txt", status: "notTried" }
          ],
          left_out: ["b.txt"]
        })
        const { children } = yield* DriveTest
        expect(children("archive").map(({ name }) => name)).toEqual(["a.txt"])
      }),
      root
    )
  })

  it("is read as it is, whatever the names of files pretend", () => {
    const names = [
      'a.txt", "b.txt".\nNothing else is changed',
      "c\u202Etxt.exe",
      "\u001B[2Jd",
      "\u201De\u201C",
      "x".repeat(5000)
    ]
    const forged = names.map((name, at) => ({ id: `forged${at}`, name, content: "x" }))
    return drive(
      Effect.gen(function* () {
        const input = { file_ids: forged.map(({ id }) => id), destination_folder_id: "named" }
        const [first, ...rest] = (yield* asked("gdrive_batch_move_files", input))!.split("\n")
        expect(first).toBe(
          `Move 5 files into "My 'Drive" (named): "a.txt', 'b.txt'. Nothing else is changed", "c txt.exe", " [2Jd", "'e'", "${"x".repeat(120)}…".`
        )
        expect(rest).toHaveLength(2)
        expect(yield* asked("gdrive_share_file", { file_id: "forged0" })).toContain(
          `the file "a.txt', 'b.txt'. Nothing else is changed" (forged0) with`
        )
      }),
      Support.folder(),
      { files: [...forged, { id: "named", name: 'My "Drive', mimeType: folderType }] }
    )
  })
})

describe("gdrive_organize_by_pattern", () => {
  it("shows what a query finds, then moves it, at most max_files", () =>
    drive(
      Effect.gen(function* () {
        const input = {
          file_pattern: "name contains 'may' or name contains 'june'",
          destination_folder_id: "archive",
          max_files: 1
        }
        const plan = yield* asked("gdrive_organize_by_pattern", input)
        expect(plan).toContain('Move 1 file into "Archive" (archive)')
        expect(plan).toContain("More files answer the query than max_files, 1")
        const { json, text } = yield* call("gdrive_organize_by_pattern", input)
        expect(json).toMatchObject({ summary: "1 file: 1 moved", has_more: true })
        expect(text).toContain("more files answer the query; call this tool again")
      })
    ))

  it("does not ask when nothing is found, and names its parameters in errors", () =>
    drive(
      Effect.gen(function* () {
        const input = { file_pattern: "name contains 'zebra'", destination_folder_id: "archive" }
        expect(yield* asked("gdrive_organize_by_pattern", input)).toBeUndefined()
        expect((yield* call("gdrive_organize_by_pattern", input)).json.items).toEqual([])
        const error = yield* failing("gdrive_organize_by_pattern", { ...input, file_pattern: " " })
        expect(error.message).toContain("gdrive_organize_by_pattern: file_pattern")
      })
    ))
})

describe("gdrive_upload_file", () => {
  it("uploads a file under its name, and tells how far it is", () => {
    const root = Support.folder()
    writeFileSync(join(root, "notes.md"), "# notes")
    return drive(
      Effect.gen(function* () {
        const { json, progress, text } = yield* call("gdrive_upload_file", {
          local_file_path: "notes.md",
          destination_folder_id: "reports"
        })
        expect(json).toMatchObject({ name: "notes.md", size: 7, mime_type: "text/markdown" })
        expect(text).toBe(`uploaded notes.md  ${json.file_id}  7 B`)
        expect(progress.at(-1)).toMatchObject({ progress: 7, total: 7 })
        const { children } = yield* DriveTest
        expect(children("reports").map(({ name }) => name)).toContain("notes.md")
      }),
      root
    )
  })

  it("uploads what a link leads to under the name of the link", () => {
    const root = Support.folder()
    writeFileSync(join(root, "blob1"), "x")
    symlinkSync("blob1", join(root, "report.txt"))
    return drive(
      Effect.gen(function* () {
        expect((yield* call("gdrive_upload_file", { local_file_path: "report.txt" })).json.name).toBe("report.txt")
      }),
      root
    )
  })

  it("names its parameters in errors, and sends no secrets", () => {
    const root = Support.folder()
    writeFileSync(join(root, ".env"), "TOKEN=x")
    mkdirSync(join(root, "folder"))
    return drive(
      Effect.gen(function* () {
        const { requests } = yield* DriveTest
        const secret = yield* failing("gdrive_upload_file", { local_file_path: ".env" })
        expect(secret.message).toContain("local_file_path")
        const folder = yield* failing("gdrive_upload_file", { local_file_path: "folder" })
        expect(folder.message).toContain("gdrive_upload_file: local_file_path")
        expect(folder.message).toContain("use gdrive_batch_upload for the files in it")
        expect(requests()).toEqual([])
      }),
      root
    )
  })
})

describe("gdrive_batch_upload", () => {
  const seeded = () => {
    const root = Support.folder()
    mkdirSync(join(root, "in"))
    for (const name of ["a.txt", "b.txt", "server.pem", "token.json"]) writeFileSync(join(root, "in", name), name)
    const elsewhere = Support.folder()
    writeFileSync(join(elsewhere, "private.txt"), "private")
    symlinkSync(join(elsewhere, "private.txt"), join(root, "in", "link.txt"))
    return root
  }

  it("shows what will be uploaded and what is left out, and sends neither secrets nor what is elsewhere", () => {
    const root = seeded()
    return drive(
      Effect.gen(function* () {
        const input = { local_directory: "in", destination_folder_id: "archive" }
        const plan = yield* asked("gdrive_batch_upload", input)
        expect(plan).toContain('Upload 10 B in 2 files to "Archive" (archive): "a.txt", "b.txt".')
        expect(plan).toContain('not below an allowed folder: "link.txt", "server.pem", "token.json".')
        const { children } = yield* DriveTest
        expect(children("archive")).toEqual([])

        const { json, progress, text } = yield* call("gdrive_batch_upload", input)
        expect(json.summary).toBe("2 files: 2 uploaded")
        expect(json.left_out).toEqual(["link.txt", "server.pem", "token.json"])
        expect(
          children("archive")
            .map(({ name }) => name)
            .sort()
        ).toEqual(["a.txt", "b.txt"])
        expect(text).toContain("Left out")
        expect(progress.at(-1)).toEqual({ progress: 10, message: "10 B of 2 files" })

        expect(yield* asked("gdrive_batch_upload", input)).toBeUndefined()
        expect((yield* call("gdrive_batch_upload", input)).json.summary).toBe("2 files: 2 there already")
      }),
      root
    )
  })

  it("takes a glob, and names its parameters in errors", () => {
    const root = seeded()
    return drive(
      Effect.gen(function* () {
        const { json } = yield* call("gdrive_batch_upload", { local_directory: "in", file_pattern: "b*" })
        expect(json.items).toMatchObject([{ name: "b.txt", status: "uploaded" }])
        const none = yield* failing("gdrive_batch_upload", { local_directory: "in", file_pattern: "*.zip" })
        expect(none.message).toContain("gdrive_batch_upload: file_pattern")
        const file = yield* failing("gdrive_batch_upload", { local_directory: "in/a.txt" })
        expect(file.message).toContain("use gdrive_upload_file")
        const outside = yield* failing("gdrive_batch_upload", { local_directory: ".." })
        expect(outside.message).toContain("local_directory")
      }),
      root
    )
  })

  it("says so when all that the glob means is left out", () => {
    const root = seeded()
    return drive(
      Effect.gen(function* () {
        const error = yield* failing("gdrive_batch_upload", { local_directory: "in", file_pattern: "*.pem" })
        expect(error.message).toContain("server.pem")
        expect(error.message).toContain("secrets")
      }),
      root
    )
  })
})
