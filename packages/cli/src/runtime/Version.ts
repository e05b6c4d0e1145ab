/**
 * The version of the command line, that of its package.
 *
 * @module
 */

/** The version of the package. */
export const version = "0.0.0"
