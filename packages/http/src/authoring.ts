/**
 * What typed services are built on, for whoever writes one: the exchange below `ResilientHttpClient`, bodies that are read
 * with a bound, credentials that are checked, and the files services write.
 *
 * `GitHub` and `Pexels` are built on it, and so are the services of `@skippy/google`.
 *
 * @module
 */
export * as BoundedBody from "./client/BoundedBody.ts"
export * as Credentials from "./client/Credentials.ts"
export * as HttpErrors from "./client/HttpError.ts"
export * as HttpExchange from "./client/HttpExchange.ts"
export { withoutRedirects } from "./client/ManualRedirects.ts"
export { userAgent } from "./client/UserAgent.ts"
export * as Files from "./Files.ts"
export { freshnessOf } from "./Freshness.ts"
export * as Checksums from "./Checksums.ts"
export * as StallWatch from "./service/StallWatch.ts"
export * as Target from "./service/Target.ts"
