/**
 * The credit Pexels asks for, ready to show: https://www.pexels.com/api/documentation/#guidelines
 *
 * @module
 */
import { Schema } from "effect"

/** A credit: as plain text, and with its links. */
export const Attribution = Schema.Struct({
  text: Schema.String,
  /** A piece of HTML, everything in it escaped. */
  html: Schema.String,
  /** CommonMark, everything in it escaped. */
  markdown: Schema.String
})
/** A credit: as plain text, and with its links. */
export type Attribution = typeof Attribution.Type

const site = "https://www.pexels.com"
const provided = "Photos provided by Pexels"

/** The link to Pexels that belongs to every list of photos. */
export const ofPexels: Attribution = {
  text: provided,
  html: `<a href="${site}">${provided}</a>`,
  markdown: `[${provided}](${site})`
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;"
}

const inHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (letter) => entities[letter] ?? letter)

/** https://spec.commonmark.org/0.31.2/#backslash-escapes */
const inMarkdown = (text: string): string => text.replaceAll(/[!-/:-@[-`{-~]/g, String.raw`\$&`)

const inMarkdownLink = (url: string): string =>
  url.replaceAll(/[()<>\\\s]/g, (letter) => `%${letter.charCodeAt(0).toString(16).padStart(2, "0")}`)

/** Whom a photo is by, and where to find both. */
export interface Credited {
  readonly photographer: string
  /** The page of the photographer. */
  readonly photographerUrl: string
  /** The page of the photo. */
  readonly url: string
}

/** "Photo by John Doe on Pexels": the name leads to the photographer, Pexels to the photo. */
export const ofPhoto = ({ photographer, photographerUrl, url }: Credited): Attribution => {
  const name = photographer.replaceAll(/\s+/g, " ").trim()
  return {
    text: `Photo by ${name} on Pexels`,
    html: `Photo by <a href="${inHtml(photographerUrl)}">${inHtml(name)}</a> on <a href="${inHtml(url)}">Pexels</a>`,
    markdown: `Photo by [${inMarkdown(name)}](${inMarkdownLink(photographerUrl)}) on [Pexels](${inMarkdownLink(url)})`
  }
}
