/**
 * What documents of Google's are exported to. Pure.
 *
 * Source: https://developers.google.com/workspace/drive/api/guides/ref-export-formats
 *
 * @module
 */
import { folderType, googleType, shortcutType } from "./Wire.ts"

/** A format a document can be exported to. */
export interface Format {
  /** Its short name, and the end of the names of its files. */
  readonly name: string
  readonly mimeType: string
}

const office = "application/vnd.openxmlformats-officedocument"
const open = "application/vnd.oasis.opendocument"

const pdf = { name: "pdf", mimeType: "application/pdf" }
const txt = { name: "txt", mimeType: "text/plain" }
const zip = { name: "zip", mimeType: "application/zip" }
const pictures = [
  { name: "png", mimeType: "image/png" },
  pdf,
  { name: "jpg", mimeType: "image/jpeg" },
  { name: "svg", mimeType: "image/svg+xml" }
]

/** The formats of each kind of document; the first is the default of downloads. */
const formats: Readonly<Record<string, ReadonlyArray<Format>>> = {
  document: [
    { name: "docx", mimeType: `${office}.wordprocessingml.document` },
    { name: "odt", mimeType: `${open}.text` },
    { name: "rtf", mimeType: "application/rtf" },
    pdf,
    txt,
    { name: "html", mimeType: "text/html" },
    zip,
    { name: "epub", mimeType: "application/epub+zip" },
    { name: "md", mimeType: "text/markdown" }
  ],
  spreadsheet: [
    { name: "xlsx", mimeType: `${office}.spreadsheetml.sheet` },
    { name: "ods", mimeType: `${open}.spreadsheet` },
    pdf,
    zip,
    { name: "csv", mimeType: "text/csv" },
    { name: "tsv", mimeType: "text/tab-separated-values" }
  ],
  presentation: [
    { name: "pptx", mimeType: `${office}.presentationml.presentation` },
    { name: "odp", mimeType: `${open}.presentation` },
    pdf,
    txt
  ],
  drawing: pictures,
  script: [{ name: "json", mimeType: "application/vnd.google-apps.script+json" }]
}

/** What a document of a type can be exported to; nothing for what is none, or cannot be exported. */
export const formatsOf = (mimeType: string): ReadonlyArray<Format> =>
  mimeType.startsWith(googleType) ? (formats[mimeType.slice(googleType.length)] ?? []) : []

/** Other spellings of short names. */
const same: Readonly<Record<string, string>> = { jpeg: "jpg", markdown: "md", text: "txt", htm: "html" }

const nameOf = (text: string): string => {
  const name = text.toLowerCase().replace(/^\./, "")
  return same[name] ?? name
}

/** The format of a document that is asked for by short name or type. */
export const formatOf = (mimeType: string, asked: string): Format | undefined => {
  const name = nameOf(asked.trim())
  return formatsOf(mimeType).find((format) => format.name === name || format.mimeType === name)
}

/** The format a download has: what the end of the path says, else the default of the document. */
export const downloadFormat = (mimeType: string, path: string): Format | undefined => {
  const end = /\.([a-z\d]+)$/i.exec(path)?.[1]
  return (end === undefined ? undefined : formatOf(mimeType, end)) ?? formatsOf(mimeType)[0]
}

/** How the text of a file is come by. */
export type TextPlan =
  | { readonly _tag: "Export"; readonly mimeType: string }
  | { readonly _tag: "Media" }
  | { readonly _tag: "None"; readonly reason: "notText" | "notDownloadable" }

/** Types of text that do not say so. */
const textTypes =
  /^(?:text\/.+|message\/rfc822|application\/(?:json|ld\+json|geo\+json|xml|javascript|ecmascript|typescript|x-javascript|x-typescript|yaml|x-yaml|toml|x-toml|sql|x-sql|x-sh|x-httpd-php|x-python|graphql|rtf|x-tex|x-latex|x-ndjson|x-subrip)|.+\+(?:json|xml|yaml))$/i

/** The text that suits a kind of document best, by what is asked for. */
const texts: Readonly<Record<string, { readonly text: string; readonly markdown: string }>> = {
  document: { text: "text/plain", markdown: "text/markdown" },
  // The first sheet only: https://developers.google.com/workspace/drive/api/guides/ref-export-formats
  spreadsheet: { text: "text/csv", markdown: "text/csv" },
  presentation: { text: "text/plain", markdown: "text/plain" },
  script: { text: "application/vnd.google-apps.script+json", markdown: "application/vnd.google-apps.script+json" }
}

/** How the text of a file of a type is come by. */
export const textPlan = (mimeType: string, format: "text" | "markdown"): TextPlan => {
  if (mimeType === folderType || mimeType === shortcutType) return { _tag: "None", reason: "notDownloadable" }
  if (mimeType.startsWith(googleType)) {
    const found = texts[mimeType.slice(googleType.length)]
    return found === undefined ? { _tag: "None", reason: "notText" } : { _tag: "Export", mimeType: found[format] }
  }
  return textTypes.test(mimeType) ? { _tag: "Media" } : { _tag: "None", reason: "notText" }
}
