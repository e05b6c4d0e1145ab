/**
 * How many columns of a terminal a text takes. Pure.
 *
 * @module
 */

/** East Asian wide and fullwidth characters (https://www.unicode.org/reports/tr11/), in ranges that hold no others of use. */
const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\u3247\u3250-\uA4C6\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6B\uFF01-\uFF60\uFFE0-\uFFE6\u{1B000}-\u{1B2FF}\u{1F200}-\u{1F265}\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}|\uFE0F/u

/** Marks over other characters, and what is not seen. */
const invisible = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]*$/u

const ascii = /^[ -~]*$/

/** Made when it is first needed: that takes some milliseconds of a start. */
let segmenter: Intl.Segmenter | undefined

const graphemesOf = (text: string): Iterable<Intl.SegmentData> => {
  segmenter ??= new Intl.Segmenter()
  return segmenter.segment(text)
}

const widthOfGrapheme = (grapheme: string): number => {
  if (wide.test(grapheme)) return 2
  return invisible.test(grapheme) ? 0 : 1
}

/** The columns of a text of one line, without marks. */
export const widthOf = (text: string): number => {
  if (ascii.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemesOf(text)) width += widthOfGrapheme(segment)
  return width
}

/** As much of a text as has room in so many columns; with `…` at its end when that is not all. */
export const cut = (text: string, columns: number): string => {
  if (widthOf(text) <= columns) return text
  if (columns <= 0) return ""
  let [kept, width] = ["", 1]
  for (const { segment } of graphemesOf(text)) {
    width += widthOfGrapheme(segment)
    if (width > columns) break
    kept += segment
  }
  return `${kept}…`
}
