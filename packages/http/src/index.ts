/**
 * Any HTTP client protected, and HTTP, GitHub and Pexels as typed services.
 *
 * @module
 */
export { HttpError, HttpErrorReason } from "./client/HttpError.ts"
export type { ExchangeError, HttpExchange } from "./client/HttpExchange.ts"
export * as RateHeaders from "./client/RateHeaders.ts"
export * as ResilientHttpClient from "./client/ResilientHttpClient.ts"
export { decodeInput, InvalidInputError, invalidInput } from "./InvalidInputError.ts"
export * as UrlGuard from "./UrlGuard.ts"
