/**
 * Cuts a query into its smallest parts.
 *
 * Strings stand in single quotes; in them `\'` is a quote and `\\` a backslash
 * (https://developers.google.com/workspace/drive/api/guides/search-files). What another escape or a double quote means
 * is not documented, so both are refused.
 *
 * @module
 */

/** A part of a query; `at` is where it starts. */
export type Token =
  | { readonly _tag: "Word"; readonly text: string; readonly at: number }
  | { readonly _tag: "Text"; readonly text: string; readonly at: number }
  | { readonly _tag: "Sign"; readonly text: string; readonly at: number }

/** A query that cannot be read. */
export interface Wrong {
  readonly _tag: "Wrong"
  /** What is wrong, and where: one sentence. */
  readonly message: string
}

/** What is wrong, at which character (the first is 0). */
export const wrong = (what: string, at: number): Wrong => ({ _tag: "Wrong", message: `${what} at ${at}` })

const space = /\s+/y
const word = /[A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z][A-Za-z0-9]*)*/y
const sign = /<=|>=|!=|[=<>(){}]/y
const quoted = /'((?:[^'\\]|\\['\\])*)'/y

const matchAt = (pattern: RegExp, text: string, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at
  return pattern.exec(text)
}

const unread = (text: string, at: number): Wrong => {
  if (text[at] !== "'") return wrong(`unexpected ${JSON.stringify(text[at])}`, at)
  const ended = matchAt(/'(?:[^'\\]|\\.)*'/sy, text, at)
  return wrong(ended === null ? "a string without an end" : "a string with an unknown escape", at)
}

/** The parts of a query in order, or the first thing that is none. */
export const tokens = (text: string): ReadonlyArray<Token> | Wrong => {
  const found: Array<Token> = []
  let at = 0
  while (at < text.length) {
    const blank = matchAt(space, text, at)
    if (blank !== null) {
      at += blank[0].length
      continue
    }
    const name = matchAt(word, text, at)
    const mark = name ?? matchAt(sign, text, at)
    const string = mark ?? matchAt(quoted, text, at)
    if (string === null) return unread(text, at)
    if (name !== null) found.push({ _tag: "Word", text: name[0], at })
    else if (mark !== null) found.push({ _tag: "Sign", text: mark[0], at })
    else found.push({ _tag: "Text", text: (string[1] ?? "").replace(/\\(.)/gs, "$1"), at })
    at += string[0].length
  }
  return found
}
