/**
 * Times as Drive writes them.
 *
 * @module
 */
import { DateTime } from "effect"

/** RFC 3339 with milliseconds. */
export const rfc3339 = (millis: number): string => DateTime.toDateUtc(DateTime.makeUnsafe(millis)).toISOString()
