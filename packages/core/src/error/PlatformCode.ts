/**
 * What a system says is wrong, in one word.
 *
 * @module
 */
import { type PlatformError, Predicate } from "effect"

/** `ENOSPC`, where the system says so, else Effect's word for it, such as `PermissionDenied`. Never a path. */
export const platformCodeOf = ({ reason }: PlatformError.PlatformError): string => {
  const cause = "cause" in reason ? reason.cause : undefined
  return Predicate.hasProperty(cause, "code") && Predicate.isString(cause.code) ? cause.code : reason._tag
}
