/**
 * What kind of content a file has, by the end of its name.
 *
 * @module
 */
import mime from "mime"

/** For names that tell nothing. */
export const unknown = "application/octet-stream"

/** The type of a file of this name. */
export const ofName = (name: string): string => mime.getType(name) ?? unknown

/** Google's own types: content sent as one of them would be converted. */
const native = /^application\/vnd\.google-apps\./i

/** A type and a subtype, maybe with parameters, as a header may hold them (https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1). */
const mediaType = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+(?:\s*;[\t\x20-\x7e]*)?$/

/** Whether a file can be sent as this type and stays what it is. */
export const isSendable = (type: string): boolean => mediaType.test(type) && !native.test(type)
