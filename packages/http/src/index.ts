/**
 * Any HTTP client protected, and HTTP, GitHub and Pexels as typed services.
 *
 * @module
 */
export { HttpError, HttpErrorReason } from "./client/HttpError.ts"
export type { ExchangeError, HttpExchange } from "./client/HttpExchange.ts"
export * as RateHeaders from "./client/RateHeaders.ts"
export * as ResilientHttpClient from "./client/ResilientHttpClient.ts"
export { Freshness } from "./Freshness.ts"
export * as GitHubAnswer from "./github/Answer.ts"
export type { Options as GitHubConnection } from "./github/Connection.ts"
export { GitHub } from "./github/GitHub.ts"
export { GitHubError, GitHubErrorReason, ValidationDetail } from "./github/GitHubError.ts"
export {
  GitHubTest,
  type TestHandle as GitHubTestHandle,
  type TestOptions as GitHubTestOptions
} from "./github/GitHubTest.ts"
export * as GitHubInput from "./github/Input.ts"
export type { GitHubFailure } from "./github/Operations.ts"
export { HttpService, type HttpServiceProblem, type Options as HttpServiceOptions } from "./HttpService.ts"
export { decodeInput, InvalidInputError, invalidInput } from "./InvalidInputError.ts"
export * as PexelsAnswer from "./pexels/Answer.ts"
export type { Options as PexelsConnection } from "./pexels/Connection.ts"
export * as PexelsInput from "./pexels/Input.ts"
export type { PexelsFailure } from "./pexels/Operations.ts"
export { Pexels } from "./pexels/Pexels.ts"
export { PexelsError, PexelsErrorReason } from "./pexels/PexelsError.ts"
export { PexelsTest, type TestOptions as PexelsTestOptions } from "./pexels/PexelsTest.ts"
export * as Download from "./service/Download.ts"
export { DownloadError } from "./service/DownloadError.ts"
export { RedirectError } from "./service/Follow.ts"
export type { DownloadOptions, HttpServiceError } from "./service/Operations.ts"
export { DownloadInput, GetInput, HttpAnswer, HttpDownload, PostInput } from "./service/Schemas.ts"
export * as Transport from "./Transport.ts"
export * as UrlGuard from "./UrlGuard.ts"
// Errors have names of their own here too: without them a program cannot write down the types it infers.
export { UrlRefusedError } from "./guard/UrlRefusedError.ts"
export { TransportConfigError, TransportUnavailableError } from "./transport/TransportError.ts"
