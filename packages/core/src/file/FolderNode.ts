/**
 * `Folder` for what cannot wait.
 *
 * @module
 */
import { existsSync, mkdirSync } from "node:fs"
import { dirname } from "node:path"
import { Predicate } from "effect"

const isThere = (error: unknown): boolean => Predicate.hasProperty(error, "code") && error.code === "EEXIST"

/** Makes a folder, and those above it, where there is none, with `mode`; answers whether it did. Throws what the system says. */
export const make = (directory: string, mode?: number): boolean => {
  if (existsSync(directory)) return false
  const parent = dirname(directory)
  if (parent !== directory) make(parent, mode)
  try {
    mkdirSync(directory, { mode })
    return true
  } catch (error) {
    if (isThere(error)) return false
    throw error
  }
}
