/**
 * Google's own types, and what they are exported as
 * (https://developers.google.com/workspace/drive/api/guides/mime-types and .../ref-export-formats).
 *
 * @module
 */

const google = "application/vnd.google-apps."

export const folder = `${google}folder`
export const shortcut = `${google}shortcut`

const openOffice = "application/vnd.oasis.opendocument."
const office = "application/vnd.openxmlformats-officedocument."

/** What native documents are exported as. */
export const exportFormats: Readonly<Record<string, ReadonlyArray<string>>> = {
  [`${google}document`]: [
    "application/rtf",
    `${openOffice}text`,
    "text/html",
    "application/pdf",
    "text/x-markdown",
    "text/markdown",
    "application/epub+zip",
    "application/zip",
    `${office}wordprocessingml.document`,
    "text/plain"
  ],
  [`${google}spreadsheet`]: [
    "application/x-vnd.oasis.opendocument.spreadsheet",
    `${openOffice}spreadsheet`,
    "text/tab-separated-values",
    "application/pdf",
    `${office}spreadsheetml.sheet`,
    "text/csv",
    "application/zip"
  ],
  [`${google}presentation`]: [
    `${openOffice}presentation`,
    "application/pdf",
    `${office}presentationml.presentation`,
    "text/plain",
    "image/jpeg",
    "image/png",
    "image/svg+xml"
  ],
  [`${google}drawing`]: ["image/svg+xml", "image/png", "application/pdf", "image/jpeg"],
  [`${google}script`]: [`${google}script+json`]
}

/** Whether a type is one of Google's own, without bytes: also folders and shortcuts. */
export const isGoogle = (mimeType: string): boolean => mimeType.startsWith(google)

/** Whether a type is a document of Google's editors. */
export const isNative = (mimeType: string): boolean =>
  isGoogle(mimeType) && mimeType !== folder && mimeType !== shortcut

/** How links to exports name a type. */
export const exportNames: Readonly<Record<string, string>> = {
  "application/rtf": "rtf",
  "text/html": "html",
  "application/pdf": "pdf",
  "text/markdown": "markdown",
  "text/plain": "txt",
  "text/csv": "csv",
  "text/tab-separated-values": "tsv",
  "application/epub+zip": "epub",
  "application/zip": "zip",
  "image/svg+xml": "svg",
  "image/png": "png",
  "image/jpeg": "jpeg",
  [`${openOffice}text`]: "odt",
  [`${openOffice}spreadsheet`]: "ods",
  [`${openOffice}presentation`]: "odp",
  [`${office}wordprocessingml.document`]: "docx",
  [`${office}spreadsheetml.sheet`]: "xlsx",
  [`${office}presentationml.presentation`]: "pptx"
}
