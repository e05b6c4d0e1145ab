/**
 * Issues and pull requests as GitHub shows them.
 *
 * @module
 */
import { commitOf, digest } from "./Digest.ts"
import { repositoryView, site, timestamp, userView } from "./RepositoryView.ts"
import { canPush, type Item, type Pull, type Repository, type Side } from "./State.ts"

/** An issue as it is shown. */
export type IssueView = ReturnType<typeof issueView>

/** A pull request as a list shows it. */
export type PullView = ReturnType<typeof pullView>

const labelView = (name: string, { fullName }: Repository, origin: string) => {
  const id = Number.parseInt(digest(`${fullName}/${name}`).slice(0, 7), 16)
  return {
    id,
    node_id: `LA_${id}`,
    url: `${origin}/repos/${fullName}/labels/${encodeURIComponent(name)}`,
    name,
    color: "ededed",
    default: false,
    description: null
  }
}

const associationOf = (repository: Repository, login: string): "COLLABORATOR" | "NONE" | "OWNER" =>
  login === repository.owner.login ? "OWNER" : canPush(repository, login) ? "COLLABORATOR" : "NONE"

const commonView = (item: Item, repository: Repository, origin: string) => ({
  id: item.id,
  number: item.number,
  state: item.closedAt === undefined ? ("open" as const) : ("closed" as const),
  locked: false,
  active_lock_reason: null,
  title: item.title,
  body: item.body,
  user: userView(item.author, origin),
  labels: item.labels.map((name) => labelView(name, repository, origin)),
  milestone: null,
  assignee: item.assignees[0] === undefined ? null : userView(item.assignees[0], origin),
  assignees: item.assignees.map((user) => userView(user, origin)),
  created_at: timestamp(item.createdAt),
  updated_at: timestamp(item.updatedAt),
  closed_at: item.closedAt === undefined ? null : timestamp(item.closedAt),
  author_association: associationOf(repository, item.author.login)
})

const mergedAtOf = ({ mergedAt }: Pull): string | null => (mergedAt === undefined ? null : timestamp(mergedAt))

const pagesOf = (number: number, fullName: string) => {
  const html = `${site}/${fullName}/pull/${number}`
  return { html_url: html, diff_url: `${html}.diff`, patch_url: `${html}.patch` }
}

const reactionsOf = (url: string) => ({
  url: `${url}/reactions`,
  total_count: 0,
  "+1": 0,
  "-1": 0,
  laugh: 0,
  hooray: 0,
  confused: 0,
  heart: 0,
  rocket: 0,
  eyes: 0
})

/** An issue, or a pull request seen as one. */
export const issueView = (item: Item, repository: Repository, origin: string) => {
  const { fullName } = repository
  const { comments, number, pull } = item
  const url = `${origin}/repos/${fullName}/issues/${number}`
  return {
    url,
    repository_url: `${origin}/repos/${fullName}`,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    html_url: `${site}/${fullName}/${pull === undefined ? "issues" : "pull"}/${number}`,
    node_id: `${pull === undefined ? "I" : "PR"}_${item.id}`,
    ...commonView(item, repository, origin),
    state_reason: pull === undefined && item.closedAt !== undefined ? ("completed" as const) : null,
    comments,
    closed_by: null,
    reactions: reactionsOf(url),
    performed_via_github_app: null,
    ...(pull === undefined
      ? {}
      : {
          draft: pull.draft,
          pull_request: {
            url: `${origin}/repos/${fullName}/pulls/${number}`,
            ...pagesOf(number, fullName),
            merged_at: mergedAtOf(pull)
          }
        })
  }
}

const sideView = ({ branch, repository, sha }: Side, origin: string) => ({
  label: `${repository.owner.login}:${branch}`,
  ref: branch,
  sha,
  user: userView(repository.owner, origin),
  repo: repositoryView(repository, origin)
})

/** A pull request as a list shows it. */
export const pullView = (item: Item, pull: Pull, repository: Repository, origin: string) => {
  const { fullName } = repository
  const { number } = item
  const api = `${origin}/repos/${fullName}`
  const url = `${api}/pulls/${number}`
  const pages = pagesOf(number, fullName)
  const links = {
    issue: `${api}/issues/${number}`,
    comments: `${api}/issues/${number}/comments`,
    review_comments: `${url}/comments`,
    review_comment: `${api}/pulls/comments{/number}`,
    commits: `${url}/commits`,
    statuses: `${api}/statuses/${pull.head.sha}`
  }
  return {
    url,
    node_id: `PR_${item.id}`,
    ...pages,
    issue_url: links.issue,
    ...commonView(item, repository, origin),
    merged_at: mergedAtOf(pull),
    merge_commit_sha: pull.mergedAt === undefined ? null : commitOf(`${fullName}/${number} merged`),
    requested_reviewers: [],
    requested_teams: [],
    draft: pull.draft,
    commits_url: links.commits,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    comments_url: links.comments,
    statuses_url: links.statuses,
    head: sideView(pull.head, origin),
    base: sideView(pull.base, origin),
    _links: {
      self: { href: url },
      html: { href: pages.html_url },
      issue: { href: links.issue },
      comments: { href: links.comments },
      review_comments: { href: links.review_comments },
      review_comment: { href: links.review_comment },
      commits: { href: links.commits },
      statuses: { href: links.statuses }
    },
    auto_merge: null
  }
}

/** A pull request on its own. */
export const fullPullView = (item: Item, pull: Pull, repository: Repository, origin: string) => ({
  ...pullView(item, pull, repository, origin),
  merged: pull.mergedAt !== undefined,
  // GitHub has not looked yet when it answers a creation.
  mergeable: null,
  rebaseable: null,
  mergeable_state: "unknown",
  merged_by: null,
  comments: item.comments,
  review_comments: 0,
  maintainer_can_modify: pull.maintainerCanModify,
  commits: 1,
  additions: 1,
  deletions: 0,
  changed_files: 1
})
