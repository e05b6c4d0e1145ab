/**
 * What GitHub answers before it looks at what is asked.
 *
 * @module
 */
import type { EmulatorAnswer } from "../Emulator.ts"
import type { Refusal } from "./Limits.ts"
import type { RefusalStatus } from "./Options.ts"
import { documentation, problem, type Reply } from "./Reply.ts"
import type { User } from "./State.ts"

/** The version of the API that is emulated (https://docs.github.com/en/rest/about-the-rest-api/api-versions). */
export const version = "2022-11-28"

/** A request without a `user-agent` does not get as far as the API (troubleshooting-the-rest-api#user-agent-required). */
export const noUserAgent: EmulatorAnswer = {
  status: 403,
  headers: { "content-type": "text/html" },
  body:
    "Request forbidden by administrative rules. Please make sure your request has a User-Agent header " +
    "(https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required). " +
    "Check https://developer.github.com for other possible causes.\n"
}

/** Told before credentials are looked at (https://github.com/expipiplus1/update-nix-fetchgit/issues/79). */
export const unsupportedVersion = (asked: string): Reply =>
  problem(
    400,
    "Bad Request",
    documentation,
    `The version you specified in the "X-GitHub-API-Version" request header, "${asked}", is not a supported version. ` +
      `The following versions are currently supported: "${version}" (most recent).`
  )

/** Too many requests of a user, or of everybody without a token. */
export const primaryLimit = (status: RefusalStatus, user: User | undefined): Reply =>
  user === undefined
    ? problem(
        status,
        "API rate limit exceeded for 127.0.0.1. (But here's the good news: Authenticated requests get a higher rate " +
          "limit. Check out the documentation for more details.)",
        "https://docs.github.com/rest/overview/resources-in-the-rest-api#rate-limiting"
      )
    : problem(
        status,
        `API rate limit exceeded for user ID ${user.id}.`,
        "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api"
      )

/** Too much content created (https://github.com/hisxo/gitGraber/issues/43). */
export const secondaryLimit = ({ retryAfter, status }: Refusal): Reply => ({
  ...problem(
    status,
    "You have exceeded a secondary rate limit and have been temporarily blocked from content creation. Please retry " +
      "your request again later.",
    "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"
  ),
  headers: retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }
})

/** A repository that has another name now (best-practices-for-using-the-rest-api#follow-redirects). */
export const moved = (method: string, location: string): Reply => ({
  status: method === "GET" || method === "HEAD" ? 301 : 307,
  headers: { location },
  json: {
    message: "Moved Permanently",
    url: location,
    documentation_url: "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects"
  }
})
