/**
 * How Skippy calls itself. Some services answer nobody without a name.
 *
 * @module
 */

/** The version of this package; a test holds it to `package.json`. */
export const packageVersion = "0.0.0"

/** The value of the `user-agent` header. */
export const userAgent = `skippy/${packageVersion}`
