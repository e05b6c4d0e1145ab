/**
 * What people read of pull requests and issues.
 *
 * @module
 */
import type { GitHubAnswer } from "@skippy/http"
import { momentText, oneLine, type Style, table } from "../output/Style.ts"

type Row = Pick<GitHubAnswer.PullRequest, "author" | "draft" | "mergedAt" | "number" | "state" | "title" | "updatedAt">

const rowOf = ({ author, draft, mergedAt, number, state, title, updatedAt }: Row): ReadonlyArray<string> => [
  `#${number}`,
  mergedAt === null ? (draft ? "draft" : state) : "merged",
  author ?? "",
  momentText(updatedAt),
  title
]

/** A line for a pull request. */
export const pullRequestText = (one: GitHubAnswer.PullRequest): string => rowOf(one).map(oneLine).join("  ")

/** A line for each pull request. */
export const pullRequestsText = (
  { pullRequests }: { readonly pullRequests: ReadonlyArray<Row> },
  style: Style
): string => (pullRequests.length === 0 ? style.dim("no pull requests") : table(pullRequests.map(rowOf)))

/** What is there now, and where. */
export const createdText = (
  {
    created,
    number,
    title,
    url
  }: { readonly created: boolean; readonly number: number; readonly title: string; readonly url: string },
  style: Style
): string => `${style.good(created ? "created" : "was there")} #${number} ${oneLine(title)}\n${url}`
