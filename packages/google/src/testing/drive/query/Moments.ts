/**
 * Dates of queries: RFC 3339, in UTC where no offset is given
 * (https://developers.google.com/workspace/drive/api/guides/ref-search-terms). A date without a time of day, as in
 * https://developers.google.com/apps-script/reference/drive/drive-app#searchfilesparams, is its first moment.
 *
 * @module
 */

const pattern = /^(\d{4})-(\d{2})-(\d{2})(?:[Tt](\d{2}):(\d{2}):(\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})?)?$/

/** Milliseconds since the epoch, or `undefined` for a text that is no date. */
export const parse = (text: string): number | undefined => {
  const parts = pattern.exec(text)
  if (parts === null) return undefined
  const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "", offset = "Z"] = parts
  const date = `${year}-${month}-${day}`
  // The engine rolls some impossible days over into the next month.
  const midnight = new Date(`${date}T00:00:00Z`)
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== date) return undefined
  const at = Date.parse(`${date}T${hour}:${minute}:${second}${fraction}${offset.toUpperCase()}`)
  return Number.isNaN(at) ? undefined : at
}
