import { describe, expect, it } from "@effect/vitest"
import * as fc from "fast-check"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { Shape } from "../../../src/testing/drive/Fields.ts"
import * as Fields from "../../../src/testing/drive/Fields.ts"
import * as Resources from "../../../src/testing/drive/Resources.ts"

const list = Fields.shapeOf(Resources.fileList)
const file = Fields.shapeOf(Resources.file)

const answer = {
  kind: "drive#fileList",
  nextPageToken: "next",
  files: [
    { id: "1", name: "a", owners: [{ emailAddress: "ada@example.com", me: true }], properties: { mass: "1.3kg" } },
    { id: "2", name: "b", capabilities: { canEdit: true, canCopy: false } }
  ]
}
const taken = (mask: string, shape: Shape, json: unknown): unknown => {
  const parsed = Fields.parse(mask, shape)
  return parsed._tag === "Wrong" ? parsed.message : Fields.apply(parsed.mask, json)
}

describe("a mask of fields", () => {
  for (const [mask, expected] of [
    ["*", answer],
    ["nextPageToken", { nextPageToken: "next" }],
    ["files(id),nextPageToken", { nextPageToken: "next", files: [{ id: "1" }, { id: "2" }] }],
    ["files/id", { files: [{ id: "1" }, { id: "2" }] }],
    ["files", { files: answer.files }],
    ["files(*)", { files: answer.files }],
    ["files/*", { files: answer.files }],
    [
      "files/id, files/name",
      {
        files: [
          { id: "1", name: "a" },
          { id: "2", name: "b" }
        ]
      }
    ],
    ["files( id , owners(me) )", { files: [{ id: "1", owners: [{ me: true }] }, { id: "2" }] }],
    [
      "files(owners/me,capabilities/canEdit)",
      { files: [{ owners: [{ me: true }] }, { capabilities: { canEdit: true } }] }
    ],
    ["files(capabilities,capabilities/canEdit)", { files: [{}, { capabilities: { canEdit: true, canCopy: false } }] }],
    ["files(properties(mass))", { files: [{ properties: { mass: "1.3kg" } }, {}] }],
    ["files(properties/other)", { files: [{ properties: {} }, {}] }],
    ["incompleteSearch", {}],
    ["files,*", answer]
  ] as const) {
    it(`takes ${mask}`, () => {
      expect(taken(mask, list, answer)).toEqual(expected)
    })
  }

  it("takes details of permissions, as in the guide", () => {
    expect(Fields.parse("permissions/permissionDetails/*", file)._tag).toBe("Parsed")
    expect(
      taken("name,starred,permissions(kind,type,role)", file, {
        id: "1",
        name: "x",
        permissions: [{ id: "p", role: "owner" }]
      })
    ).toEqual({ name: "x", permissions: [{ role: "owner" }] })
  })

  for (const [mask, named] of [
    ["files(id,capabilities,canAddChildren)", "canAddChildren"],
    ["nonexistentfield", "nonexistentfield"],
    ["items", "items"],
    ["id", "id"],
    ["files/title", "title"],
    ["files(id,owners(email))", "email"],
    ["files(id/x)", "x"],
    ["files(id(*))", "*"],
    ["nextPageToken/*", "*"],
    ["*,nope", "nope"],
    ["", ""],
    [",", ","],
    ["files(", "files("],
    ["files()", "files()"],
    ["files(id", "files(id"],
    ["files(id))", "files(id))"],
    ["files(id)name", "files(id)name"],
    ["files(id),", "files(id),"],
    ["files/", "files/"],
    ["files//id", "files//id"],
    ["files id", "files id"],
    ["files.id", "files.id"],
    ["*/id", "*/id"],
    ["*(id)", "*(id)"],
    ["files/*/id", "files/*/id"],
    ["(".repeat(9000), "(".repeat(9000)],
    ["a(".repeat(9000), "a(".repeat(9000)]
  ] as const) {
    it(`refuses ${mask.slice(0, 40)}`, () => {
      expect(taken(mask, list, answer)).toBe(`Invalid field selection ${named}`)
    })
  }

  it("takes just the leaves it names, for any mask", () => {
    const leaves = ["kind", "nextPageToken", "files/id", "files/name", "files/owners/me", "files/capabilities/canEdit"]
    const found = (json: unknown, at: string): ReadonlyArray<string> =>
      Array.isArray(json)
        ? json.flatMap((each) => found(each, at))
        : typeof json === "object" && json !== null
          ? Object.entries(json).flatMap(([name, value]) => found(value, at === "" ? name : `${at}/${name}`))
          : [at]
    const grouped = (paths: ReadonlyArray<string>): string => {
      const heads = [...new Set(paths.map((path) => path.split("/")[0]!))]
      return heads
        .map((head) => {
          const within = paths.filter((path) => path.startsWith(`${head}/`)).map((path) => path.slice(head.length + 1))
          return within.length === 0 ? head : `${head}(${grouped(within)})`
        })
        .join(",")
    }
    fc.assert(
      fc.property(fc.shuffledSubarray(leaves, { minLength: 1 }), (paths) => {
        const own = [...new Set(found(taken(paths.join(","), list, answer), ""))].sort()
        expect(own).toEqual([...paths].sort())
        expect(taken(grouped(paths), list, answer)).toEqual(taken(paths.join(","), list, answer))
      })
    )
  })
})

/** The fields of an interface of the official client. */
const officialFields = (() => {
  const types = readFileSync(createRequire(import.meta.url).resolve("@googleapis/drive/build/v3.d.ts"), "utf8")
  return (name: string): ReadonlyArray<string> => {
    const body = new RegExp(`interface Schema\\$${name} \\{\\n(.*?)\\n    \\}`, "s").exec(types)?.[1] ?? ""
    return [...body.matchAll(/^ {8}(\w+)\?:/gm)].map((found) => found[1]!).sort()
  }
})()

describe("the resources of Drive", () => {
  for (const [name, shape] of [
    ["File", file],
    ["FileList", list],
    ["Permission", Fields.shapeOf(Resources.permission)],
    ["PermissionList", Fields.shapeOf(Resources.permissionList)],
    ["Drive", Fields.shapeOf(Resources.drive)],
    ["DriveList", Fields.shapeOf(Resources.driveList)],
    ["About", Fields.shapeOf(Resources.about)],
    ["GeneratedIds", Fields.shapeOf(Resources.generatedIds)],
    ["Operation", Fields.shapeOf(Resources.operation)]
  ] as const) {
    it(`have the fields of the official client: ${name}`, () => {
      expect([...shape.keys()].sort()).toEqual(officialFields(name))
      expect(shape.size).toBeGreaterThan(2)
    })
  }

  it("have the fields within fields", () => {
    expect([...file.get("owners")!.keys()].sort()).toEqual(officialFields("User"))
    expect([...file.get("permissions")!.keys()].sort()).toEqual(officialFields("Permission"))
    expect([...list.get("files")!.keys()]).toEqual([...file.keys()])
  })
})
