/**
 * Parts of paths.
 *
 * @module
 */

/** A part of a path as it was before it was written into an address; one that is no text stays as it is. */
export const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
