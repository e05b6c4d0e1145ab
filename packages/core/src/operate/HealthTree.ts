/**
 * What checks found, as a tree: a part is as bad as the worst thing in it.
 *
 * @module
 */
import { Schema } from "effect"
import { HealthStatus } from "../event/ResilienceEvent.ts"

/** What a check says. */
export interface Finding {
  readonly status: HealthStatus
  /** Why it is not ok, in words. */
  readonly reason?: string | undefined
  /** What to do about it. */
  readonly advice?: string | undefined
  /** The numbers behind it; never a secret. */
  readonly details?: Readonly<Record<string, string | number>> | undefined
}

/** A part of the system, with the parts it is made of. */
export interface HealthNode {
  /** The whole path, such as `system/disk`; the root is `overall`. */
  readonly name: string
  readonly status: HealthStatus
  readonly reason?: string
  readonly advice?: string
  /** How long its slowest check took. */
  readonly durationMs: number
  readonly details?: Readonly<Record<string, string | number>>
  readonly children: ReadonlyArray<HealthNode>
}

/** A part of the system, with the parts it is made of. */
export const HealthNode = Schema.Struct({
  name: Schema.String,
  status: HealthStatus,
  reason: Schema.optionalKey(Schema.String),
  advice: Schema.optionalKey(Schema.String),
  durationMs: Schema.Finite,
  details: Schema.optionalKey(Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Finite]))),
  children: Schema.Array(Schema.suspend((): Schema.Codec<HealthNode> => HealthNode))
})

/** What one check found, and how much that counts. */
export interface CheckResult {
  /** A path such as `system/disk`. */
  readonly name: string
  /** Whether the whole is down when this is. */
  readonly critical: boolean
  readonly finding: Finding
  readonly durationMs: number
}

/** The name of the root. */
const rootName = "overall"

const rank = { ok: 0, degraded: 1, down: 2 } as const satisfies Record<HealthStatus, number>

/** The worst of them; `ok` without any. */
export const worst = (statuses: ReadonlyArray<HealthStatus>): HealthStatus =>
  statuses.reduce((a, b) => (rank[b] > rank[a] ? b : a), "ok")

/** A node, and what it counts as for the part it belongs to. */
interface Part {
  readonly node: HealthNode
  readonly critical: boolean
}

const countsAs = ({ critical, node }: Part): HealthStatus =>
  node.status === "down" && !critical ? "degraded" : node.status

const leaf = ({ critical, durationMs, finding, name }: CheckResult): Part => {
  const { advice, details, reason, status } = finding
  return {
    critical,
    node: {
      name,
      status,
      ...(reason !== undefined && { reason }),
      ...(advice !== undefined && { advice }),
      durationMs,
      ...(details !== undefined && { details }),
      children: []
    }
  }
}

const sentence = ({ critical, node }: Part): string =>
  `${node.name.slice(node.name.lastIndexOf("/") + 1)} is ${node.status}${critical ? "" : " (not critical)"}`

const group = (name: string, parts: ReadonlyArray<Part>): Part => {
  const bad = parts.filter(({ node }) => node.status !== "ok")
  return {
    critical: true,
    node: {
      name,
      status: worst(parts.map(countsAs)),
      ...(bad.length > 0 && { reason: bad.map(sentence).join(", ") }),
      durationMs: Math.max(0, ...parts.map(({ node }) => node.durationMs)),
      children: parts.map(({ node }) => node)
    }
  }
}

const partsAt = (depth: number, results: ReadonlyArray<CheckResult>): ReadonlyArray<Part> =>
  Array.from(Map.groupBy(results, ({ name }) => name.split("/").slice(0, depth).join("/"))).flatMap(
    ([name, members]) => {
      const below = members.filter((member) => member.name !== name)
      const here = members.filter((member) => member.name === name).map(leaf)
      return below.length === 0 ? here : here.concat(group(name, partsAt(depth + 1, below)))
    }
  )

/** The tree of what was found: names with a `/` make groups, in the order in which they first appear. */
export const treeOf = (results: ReadonlyArray<CheckResult>): HealthNode => group(rootName, partsAt(1, results)).node

const flatten = (node: HealthNode): ReadonlyArray<HealthNode> => [node, ...node.children.flatMap(flatten)]

/** The node of this name (`system`, `system/disk`) in a tree; `undefined` when there is none. */
export const find = (tree: HealthNode, name: string): HealthNode | undefined =>
  flatten(tree).find((node) => node.name === name)

/** What to do about everything that is not ok, the worst first, each once. */
export const recommendations = (tree: HealthNode): ReadonlyArray<string> => {
  const troubled = flatten(tree).filter(({ status }) => status !== "ok")
  const sorted = troubled.toSorted((a, b) => rank[b.status] - rank[a.status])
  return Array.from(new Set(sorted.flatMap(({ advice }) => (advice === undefined ? [] : [advice]))))
}

/** From which percentage on something is degraded, and from which on it is down. */
export interface Thresholds {
  readonly warn: number
  readonly critical: number
}

/** What a percentage in use means: `percentFinding("disk", 87, { warn: 85, critical: 95 })` is degraded. */
export const percentFinding = (
  what: string,
  percent: number,
  { critical, warn }: Thresholds,
  advice = `Free some of it, or give ${what} more room.`
): Finding => {
  // A percentage that is no number must not read as "enough left".
  if (!Number.isFinite(percent)) {
    return { status: "degraded", reason: `${what}: how much is in use is not known`, advice }
  }
  const details = { percent: Math.round(percent * 10) / 10 }
  if (percent < warn) return { status: "ok", details }
  const [status, limit] = percent >= critical ? (["down", critical] as const) : (["degraded", warn] as const)
  return { status, reason: `${what} is ${details.percent} % in use (limit ${limit} %)`, advice, details }
}
