/**
 * The text of a query: values in quotes, and what can be said of a query without knowing all of its language. Pure.
 *
 * Source: https://developers.google.com/workspace/drive/api/guides/search-files
 *
 * @module
 */

/** A value as it stands in a query. */
export const quote = (value: string): string => `'${value.replaceAll(/[\\']/g, String.raw`\$&`)}'`

/** Values, with what escapes in them. */
const values = /'(?:[^'\\]|\\.)*'/gs

/** What is outside of values. */
const bareOf = (query: string): string => query.replaceAll(values, "''")

/** Whether parentheses belong together, and which does not. */
const isBalanced = (bare: string): boolean => {
  let open = 0
  for (const sign of bare.replaceAll(/[^()]/g, "")) {
    open += sign === "(" ? 1 : -1
    if (open < 0) return false
  }
  return open === 0
}

/** What surely is wrong with a query, as something to do; Drive finds the rest. */
export const problemOf = (query: string): string | undefined => {
  const bare = bareOf(query)
  if (query.trim() === "") return "give a query, or leave it out for all files"
  if (bare.replaceAll("''", "").includes("'"))
    return String.raw`close every value with a single quote, and write \' for one within`
  return isBalanced(bare) ? undefined : "close every parenthesis that is opened, and no other"
}

/** Whether a query has a condition on a term. */
export const mentions = (query: string, term: "fullText" | "trashed"): boolean =>
  new RegExp(String.raw`(?<![\w.])${term}(?![\w.])`).test(bareOf(query))
