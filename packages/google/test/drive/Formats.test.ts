import { describe, expect, it } from "@effect/vitest"
import * as Formats from "../../src/drive/Formats.ts"

const google = (kind: string) => `application/vnd.google-apps.${kind}`

describe("the format of a download", () => {
  it.each([
    ["document", "/tmp/plan.pdf", "application/pdf"],
    ["document", "/tmp/plan.MD", "text/markdown"],
    ["document", "/tmp/plan.markdown", "text/markdown"],
    ["document", "/tmp/plan", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
    ["document", "/tmp/v1.2/plan", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
    ["spreadsheet", "/tmp/sums.csv", "text/csv"],
    ["spreadsheet", "/tmp/sums.docx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
    ["presentation", "/tmp/talk", "application/vnd.openxmlformats-officedocument.presentationml.presentation"],
    ["drawing", "/tmp/map.jpeg", "image/jpeg"],
    ["drawing", "/tmp/map", "image/png"],
    ["script", "/tmp/code", "application/vnd.google-apps.script+json"]
  ])("of a %s at %s is %s", (kind, path, mimeType) => {
    expect(Formats.downloadFormat(google(kind), path)?.mimeType).toBe(mimeType)
  })

  it.each([["form"], ["folder"], ["shortcut"], ["map"]])("is none of a %s", (kind) => {
    expect(Formats.downloadFormat(google(kind), "/tmp/it.pdf")).toBeUndefined()
    expect(Formats.formatsOf(google(kind))).toEqual([])
  })

  it("is found by its name or its type, and only where the document has it", () => {
    expect(Formats.formatOf(google("document"), ".PDF")?.mimeType).toBe("application/pdf")
    expect(Formats.formatOf(google("document"), "application/pdf")?.name).toBe("pdf")
    expect(Formats.formatOf(google("document"), "xlsx")).toBeUndefined()
    expect(Formats.formatOf("text/plain", "pdf")).toBeUndefined()
  })
})

describe("the text of a file", () => {
  it.each([
    ["text/plain"],
    ["text/x-python"],
    ["application/json"],
    ["application/ld+json"],
    ["image/svg+xml"],
    ["application/x-yaml"]
  ])("of type %s is what is in it", (mimeType) => {
    expect(Formats.textPlan(mimeType, "text")).toEqual({ _tag: "Media" })
  })

  it.each([["application/octet-stream"], ["application/pdf"], ["image/png"], [""]])(
    "of type %j is none",
    (mimeType) => {
      expect(Formats.textPlan(mimeType, "text")).toEqual({ _tag: "None", reason: "notText" })
    }
  )
})
