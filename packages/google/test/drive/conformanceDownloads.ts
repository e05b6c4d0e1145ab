/** What every Drive must do when something is downloaded, whatever is behind it. */
import { expect } from "@effect/vitest"
import { Fault } from "@skippy/http/testing"
import { Effect, FileSystem } from "effect"
import { Drive } from "../../src/drive/Drive.ts"
import { DriveTest } from "../../src/drive/DriveTest.ts"
import { directory, flip, log, refusal, type Test } from "./support.ts"

const document = "application/vnd.google-apps.document"
const report = { id: "a1", name: "report.txt", content: "42 rows and a sum" }

/** Long enough to be on its way in several pieces. */
const long = "0123456789abcdef".repeat(20_000)
const longReport = { id: "a1", name: "report.txt", content: long }

const read = (path: string) => FileSystem.FileSystem.use((fs) => fs.readFileString(path))
const there = (path: string) => FileSystem.FileSystem.use((fs) => fs.readDirectory(path))

const media = { path: /^\/drive\/v3\/files\/[^/]+$/ }

export const downloads = (test: Test): void => {
  test(
    "brings a file to the disk and compares its checksum",
    { files: [report] },
    Effect.gen(function* () {
      const path = `${yield* directory}/report.txt`
      const steps: Array<number> = []
      const done = yield* Drive.use((drive) =>
        drive.downloadFile({
          fileId: "a1",
          path,
          onProgress: ({ bytes }) => Effect.sync(() => void steps.push(bytes))
        })
      )
      expect(done).toMatchObject({
        fileId: "a1",
        name: "report.txt",
        mimeType: "text/plain",
        bytes: 17,
        resumedFrom: 0
      })
      expect(done.md5).toBe((yield* DriveTest).file("a1")?.["md5Checksum"])
      expect(yield* read(done.path)).toBe("42 rows and a sum")
      expect(steps.at(-1)).toBe(17)
      expect((yield* DriveTest).requests().at(-1)?.query).toMatchObject({ alt: "media", supportsAllDrives: "true" })
    })
  )

  test(
    "goes on where it broke off",
    { files: [longReport] },
    Effect.gen(function* () {
      const { faults, requests } = yield* DriveTest
      let count = 0
      // The metadata come first, then the file.
      faults.set((request) =>
        request.url.searchParams.get("alt") === "media" && count++ === 0 ? Fault.truncate() : undefined
      )
      const path = `${yield* directory}/report.txt`
      const done = yield* Drive.use((drive) => drive.downloadFile({ fileId: "a1", path }))
      expect(done.bytes).toBe(long.length)
      expect(yield* read(path)).toBe(long)
      const last = requests().at(-1)
      expect(last?.headers["range"]).toMatch(/^bytes=[1-9]\d*-$/)
      expect(last?.status).toBe(206)
    })
  )

  test(
    "goes on with what an earlier call has left",
    { files: [longReport] },
    Effect.gen(function* () {
      const drive = yield* Drive
      const { faults } = yield* DriveTest
      const folder = yield* directory
      const path = `${folder}/report.txt`
      faults.set((request) => (request.url.searchParams.get("alt") === "media" ? Fault.truncate() : undefined))
      yield* Effect.flip(drive.downloadFile({ fileId: "a1", path }))
      expect(yield* there(folder)).not.toContain("report.txt")
      faults.set(Fault.none)
      const done = yield* drive.downloadFile({ fileId: "a1", path })
      expect(done.resumedFrom).toBeGreaterThan(0)
      expect(yield* read(path)).toBe(long)
      expect(yield* there(folder)).toEqual(["report.txt"])
    })
  )

  test(
    "brings an empty file to the disk",
    { files: [{ id: "a1", name: "empty", content: "" }] },
    Effect.gen(function* () {
      const path = `${yield* directory}/empty`
      expect(yield* Drive.use((drive) => drive.downloadFile({ fileId: "a1", path }))).toMatchObject({ bytes: 0 })
      expect(yield* read(path)).toBe("")
    })
  )

  test(
    "exports a document to what the end of the path says, else to what suits it",
    {
      files: [
        {
          id: "a1",
          name: "Plan",
          mimeType: document,
          exports: {
            "application/pdf": "pdf",
            "text/markdown": "# A plan",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx"
          }
        }
      ]
    },
    Effect.gen(function* () {
      const drive = yield* Drive
      const folder = yield* directory
      for (const [name, format, content, mimeType] of [
        ["plan.pdf", undefined, "pdf", "application/pdf"],
        ["plan.md", undefined, "# A plan", "text/markdown"],
        ["plan", undefined, "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
        ["plan.txt", "markdown", "# A plan", "text/markdown"],
        ["plan.any", "application/pdf", "pdf", "application/pdf"]
      ] as const) {
        const path = `${folder}/${name}`
        const done = yield* drive.downloadFile({ fileId: "a1", path, format })
        expect(done).toMatchObject({ mimeType })
        expect(done).not.toHaveProperty("md5")
        expect(yield* read(path)).toBe(content)
      }
    })
  )

  test(
    "brings an export that is too large by the link of the document",
    {
      limits: { exportSize: 10 },
      files: [{ id: "a1", name: "Plan", mimeType: document, content: "A plan of many words" }]
    },
    Effect.gen(function* () {
      const folder = yield* directory
      yield* Drive.use((drive) => drive.downloadFile({ fileId: "a1", path: `${folder}/plan.txt` }))
      expect(yield* read(`${folder}/plan.txt`)).toBe("A plan of many words")
      expect(yield* there(folder)).toEqual(["plan.txt"])
    })
  )

  test(
    "brings what a shortcut leads to",
    { files: [report, { id: "s1", name: "short", target: "a1" }] },
    Effect.gen(function* () {
      const path = `${yield* directory}/report.txt`
      expect(yield* Drive.use((drive) => drive.downloadFile({ fileId: "s1", path }))).toMatchObject({ fileId: "a1" })
      expect(yield* read(path)).toBe("42 rows and a sum")
    })
  )

  test(
    "refuses a folder, a document that cannot be exported, and formats there are not",
    {
      files: [
        report,
        { id: "f1", name: "Reports", mimeType: "application/vnd.google-apps.folder" },
        { id: "q1", name: "Questions", mimeType: "application/vnd.google-apps.form" },
        { id: "d1", name: "Plan", mimeType: document, content: "A plan" }
      ]
    },
    Effect.gen(function* () {
      const folder = yield* directory
      const path = `${folder}/it`
      expect(yield* refusal((drive) => drive.downloadFile({ fileId: "f1", path }))).toMatchObject({
        reason: "notDownloadable"
      })
      expect(yield* refusal((drive) => drive.downloadFile({ fileId: "q1", path }))).toMatchObject({
        reason: "notExportable"
      })
      for (const [fileId, format] of [
        ["d1", "xlsx"],
        ["a1", "pdf"]
      ] as const)
        expect(yield* flip((drive) => drive.downloadFile({ fileId, path, format }))).toMatchObject({
          _tag: "InvalidInputError",
          field: "format"
        })
      expect(yield* there(folder)).toEqual([])
    })
  )

  test(
    "refuses a path where nothing can be written before anything is sent",
    { files: [report] },
    Effect.gen(function* () {
      const folder = yield* directory
      yield* FileSystem.FileSystem.use((fs) => fs.writeFileString(`${folder}/mine.txt`, "mine"))
      for (const path of [`${folder}/`, `${folder}/not/there.txt`, ""])
        expect(yield* flip((drive) => drive.downloadFile({ fileId: "a1", path }))).toMatchObject({
          _tag: "InvalidInputError",
          field: "path"
        })
      expect(yield* flip((drive) => drive.downloadFile({ fileId: "a1", path: `${folder}/mine.txt` }))).toMatchObject({
        _tag: "DownloadError",
        reason: "exists"
      })
      expect(yield* log).toEqual([])
      yield* Drive.use((drive) => drive.downloadFile({ fileId: "a1", path: `${folder}/mine.txt`, overwrite: true }))
      expect(yield* read(`${folder}/mine.txt`)).toBe("42 rows and a sum")
    })
  )

  for (const [what, changes, expected] of [
    ["and is not put in its place", false, { _tag: "DownloadError", reason: "checksum" }],
    ["because the file was changed meanwhile", true, { _tag: "DriveError", reason: "changed" }]
  ] as const) {
    test(
      `notices that what comes is not the content of the file, ${what}`,
      { files: [report] },
      Effect.gen(function* () {
        const { faults, file } = yield* DriveTest
        const metadata = file("a1")
        const folder = yield* directory
        let looks = 0
        faults.set((request) => {
          if (request.url.searchParams.get("alt") === "media") return Fault.status(200, { body: "42 rows and a SUM" })
          const md5Checksum = looks++ > 0 && changes ? "0".repeat(32) : metadata?.["md5Checksum"]
          return Fault.status(200, { body: JSON.stringify({ ...metadata, md5Checksum }) })
        })
        expect(
          yield* flip((drive) => drive.downloadFile({ fileId: "a1", path: `${folder}/report.txt` }))
        ).toMatchObject(expected)
        expect(yield* there(folder)).toEqual([])
      })
    )
  }

  test(
    "leaves nothing behind when Drive refuses",
    { files: [{ ...report, abusive: true }] },
    Effect.gen(function* () {
      const folder = yield* directory
      const error = yield* refusal((drive) => drive.downloadFile({ fileId: "a1", path: `${folder}/report.txt` }))
      expect(error).toMatchObject({ reason: "abusive", operation: "downloadFile", fileId: "a1" })
      expect(yield* there(folder)).toEqual([])
    })
  )

  test(
    "tries again when Drive is in trouble for a moment",
    { files: [report] },
    Effect.gen(function* () {
      const { faults } = yield* DriveTest
      faults.set(Fault.when(media, Fault.sequence([undefined, Fault.status(503)])))
      const path = `${yield* directory}/report.txt`
      yield* Drive.use((drive) => drive.downloadFile({ fileId: "a1", path }))
      expect(yield* log).toEqual([
        "GET /drive/v3/files/a1 200",
        "GET /drive/v3/files/a1 503",
        "GET /drive/v3/files/a1 200"
      ])
    })
  )
}
