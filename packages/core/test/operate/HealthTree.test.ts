import { describe, expect, it } from "@effect/vitest"
import { Schema } from "effect"
import * as fc from "fast-check"
import { find, HealthNode, percentFinding, recommendations, treeOf, worst } from "../../src/operate/HealthTree.ts"
import type { CheckResult } from "../../src/operate/HealthTree.ts"

const result = (name: string, status: HealthNode["status"], rest: Partial<CheckResult> = {}): CheckResult => ({
  name,
  critical: true,
  durationMs: 1,
  finding: { status },
  ...rest
})

const nodes = (node: HealthNode): ReadonlyArray<HealthNode> => [node, ...node.children.flatMap(nodes)]

const status = fc.constantFrom("ok", "degraded", "down")
const segment = fc.constantFrom("a", "b", "c")
// All paths have the same depth, so no check is a group of another one.
const results = fc.uniqueArray(
  fc.record({
    name: fc.tuple(segment, segment, segment).map((path) => path.join("/")),
    critical: fc.boolean(),
    finding: fc.record({ status }),
    durationMs: fc.nat(1000)
  }),
  { selector: ({ name }) => name }
)

/** Straight from the words of the design: the worst of all checks below, where a check that is not critical can degrade. */
const modelStatus = (below: ReadonlyArray<CheckResult>): string => {
  const counted = new Set(
    below.map(({ critical, finding }) => (finding.status === "down" && !critical ? "degraded" : finding.status))
  )
  if (counted.has("down")) return "down"
  return counted.has("degraded") ? "degraded" : "ok"
}

describe("the tree of findings", () => {
  it("makes groups of names with a slash, in the order in which they appear", () => {
    const tree = treeOf([
      result("store", "ok"),
      result("system/disk", "degraded", {
        durationMs: 20,
        finding: { status: "degraded", reason: "87 % in use", advice: "delete files", details: { percent: 87 } }
      }),
      result("credentials", "ok"),
      result("system/memory", "ok", { durationMs: 5 })
    ])
    expect(tree).toEqual({
      name: "overall",
      status: "degraded",
      reason: "system is degraded",
      durationMs: 20,
      children: [
        { name: "store", status: "ok", durationMs: 1, children: [] },
        {
          name: "system",
          status: "degraded",
          reason: "disk is degraded",
          durationMs: 20,
          children: [
            {
              name: "system/disk",
              status: "degraded",
              reason: "87 % in use",
              advice: "delete files",
              durationMs: 20,
              details: { percent: 87 },
              children: []
            },
            { name: "system/memory", status: "ok", durationMs: 5, children: [] }
          ]
        },
        { name: "credentials", status: "ok", durationMs: 1, children: [] }
      ]
    })
    expect(find(tree, "system/disk")?.reason).toBe("87 % in use")
    expect(find(tree, "system/cpu")).toBeUndefined()
  })

  it("is only degraded by a check that is down but not critical", () => {
    const tree = treeOf([result("a/mail", "down", { critical: false }), result("a/store", "ok")])
    expect(find(tree, "a/mail")?.status).toBe("down")
    expect(find(tree, "a")).toMatchObject({ status: "degraded", reason: "mail is down (not critical)" })
    expect(tree.status).toBe("degraded")
  })

  it("is ok without any check", () => {
    expect(treeOf([])).toEqual({ name: "overall", status: "ok", durationMs: 0, children: [] })
  })

  it("has the worst status of what is below every node, whatever was found", () => {
    fc.assert(
      fc.property(results, (found) => {
        const tree = treeOf(found)
        for (const node of nodes(tree)) {
          const own = found.find(({ name }) => name === node.name)
          if (own !== undefined) {
            expect(node).toMatchObject({ status: own.finding.status, durationMs: own.durationMs, children: [] })
            continue
          }
          const below = found.filter(({ name }) => node === tree || name.startsWith(`${node.name}/`))
          expect(node.status).toBe(modelStatus(below))
          expect(node.durationMs).toBe(Math.max(0, ...below.map(({ durationMs }) => durationMs)))
          expect(node.reason === undefined).toBe(below.every(({ finding }) => finding.status === "ok"))
        }
        const leaves = nodes(tree).filter((node) => node !== tree && node.children.length === 0)
        expect(leaves.map(({ name }) => name).toSorted()).toEqual(found.map(({ name }) => name).toSorted())
      })
    )
  })

  it("survives being written as JSON and read again, whatever was found", () => {
    const read = Schema.decodeUnknownSync(HealthNode)
    fc.assert(
      fc.property(results, (found) => {
        const tree = treeOf(found)
        expect(read(JSON.parse(JSON.stringify(Schema.encodeSync(HealthNode)(tree))))).toEqual(tree)
      })
    )
  })

  it("recommends what to do about the worst first, and nothing about what is well", () => {
    const advised = (name: string, status: HealthNode["status"], advice?: string) =>
      result(name, status, { finding: { status, advice } })
    const tree = treeOf([
      advised("a", "degraded", "look at a"),
      advised("b/c", "down", "start c"),
      advised("b/d", "ok", "leave d alone"),
      advised("e", "down"),
      advised("f", "degraded", "start c")
    ])
    expect(recommendations(tree)).toEqual(["start c", "look at a"])
  })

  it("knows down from degraded from ok", () => {
    expect([worst([]), worst(["ok", "degraded"]), worst(["degraded", "down", "ok"])]).toEqual([
      "ok",
      "degraded",
      "down"
    ])
  })
})

describe("a percentage in use", () => {
  const limits = {
    disk: { warn: 85, critical: 95 },
    memory: { warn: 80, critical: 95 },
    cpu: { warn: 70, critical: 90 }
  }

  for (const [what, limit] of Object.entries(limits)) {
    it(`of ${what} is degraded from ${limit.warn} % and down from ${limit.critical} %`, () => {
      const at = (percent: number) => percentFinding(what, percent, limit).status
      const { critical, warn } = limit
      expect([0, warn - 0.1, warn, critical - 0.1, critical, 100].map(at)).toEqual([
        "ok",
        "ok",
        "degraded",
        "degraded",
        "down",
        "down"
      ])
    })
  }

  it("says how much it is, which limit it reached, and what to do", () => {
    expect(percentFinding("disk", 94.94, limits.disk, "Delete files.")).toEqual({
      status: "degraded",
      reason: "disk is 94.9 % in use (limit 85 %)",
      advice: "Delete files.",
      details: { percent: 94.9 }
    })
    expect(percentFinding("disk", 50, limits.disk)).toEqual({ status: "ok", details: { percent: 50 } })
  })

  it("does not pass as enough left when it is no number", () => {
    expect(percentFinding("disk", Number.NaN, limits.disk).status).toBe("degraded")
  })
})
