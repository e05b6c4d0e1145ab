/**
 * As whom the emulators of the sandbox are asked. None of it opens anything else.
 *
 * @module
 */

/** The token of the emulated Google; its account is `tester@example.com`. */
export const googleToken = "token-of-the-sandbox"
/** Whose it is, and who signs in at the emulated consent page. */
export const googleEmail = "tester@example.com"
/** The token of the emulated GitHub. */
export const githubToken = "github-token-of-the-sandbox"
/** Whose it is. */
export const githubLogin = "tester"
/** The key of the emulated Pexels. */
export const pexelsKey = "pexels-key-of-the-sandbox"
/** The client people sign in with at the emulated consent page. */
export const googleClient = "client-of-the-sandbox"
