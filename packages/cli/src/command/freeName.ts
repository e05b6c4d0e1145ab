/**
 * Names for files that go into one folder. Pure.
 *
 * @module
 */

/** A name that is not taken: the name itself, else `sea (2).jpg`. `taken` are names in small letters. */
export const freeName = (name: string, taken: ReadonlySet<string>): string => {
  const [extension = ""] = /\.[^.]+$/.exec(name) ?? []
  const stem = name.slice(0, name.length - extension.length)
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${stem} (${n})${extension}`
    if (!taken.has(candidate.toLowerCase())) return candidate
  }
}
