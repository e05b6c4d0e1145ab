/**
 * Text in roff, the language of manual pages (groff_man(7)), so that it is shown as it is, whatever is in it.
 *
 * @module
 */

/** What roff would print as another character, or read as the start of an escape, and the escape that prints it. */
const escapes: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-",
  "'": "\\(aq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
  '"': "\\(dq"
}

const unicode = (character: string): string =>
  `\\[u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`

/** Text as it is: none of its characters is one of roff's. */
const escaped = (text: string): string =>
  text.replaceAll(/[\\\-'`^~"]/g, (character) => escapes[character] ?? character).replaceAll(/[^\n -~]/gu, unicode)

/** Lines, none of which is a request; those begin with a dot, or with an apostrophe, which has an escape. */
const guarded = (lines: string): string => lines.replaceAll(/^\./gm, "\\&.")

/** Addresses may be broken after a slash, and nothing else has to be. */
const breakable = (text: string): string => text.replaceAll(/https?:\S+/g, (url) => url.replaceAll("/", "/\\:"))

const flowing = (lines: string): string => guarded(breakable(lines)).replaceAll(/\n\n+/g, "\n.PP\n")

/** Text that is filled into lines; an empty line begins a paragraph. */
export const plain = (text: string): string => flowing(escaped(text))

/** What is typed as it is shown. */
export const bold = (text: string): string => `\\fB${escaped(text)}\\fR`

/** What stands for something else. */
export const italic = (text: string): string => `\\fI${escaped(text)}\\fR`

/** The same as `plain`, with code between backticks. */
export const prose = (text: string): string =>
  flowing(
    text
      .split(/`([^`]+)`/)
      .map((part, at) => (at % 2 === 0 ? escaped(part) : bold(part)))
      .join("")
  )

/** A section. */
export const section = (title: string, ...content: ReadonlyArray<string>): string =>
  [`.SH ${escaped(title.toUpperCase())}`, ...content].join("\n")

/** A section in a section. */
export const subsection = (title: string, ...content: ReadonlyArray<string>): string =>
  [`.SS ${escaped(title)}`, ...content].join("\n")

/** A paragraph of what this module made. */
export const paragraph = (content: string): string => `.PP\n${content}`

/** A term of what this module made, and what it means. */
export const item = (term: string, content: string): string => `.TP\n${term}\n${content}`

/** Lines that stay as they are, a step to the right. */
export const example = (text: string): string => `.PP\n.RS 4\n.nf\n${guarded(escaped(text))}\n.fi\n.RE`
