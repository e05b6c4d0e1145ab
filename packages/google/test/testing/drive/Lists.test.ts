import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { type Answer, ask, folderType } from "./support.ts"
import { storages } from "./storages.ts"

const ids = (answer: Answer): ReadonlyArray<string> => answer.json.files.map(({ id }: { readonly id: string }) => id)

const numbered = Array.from({ length: 25 }, (_, n) => ({
  id: `f${n}`,
  name: `file ${n}`,
  content: `${n}`,
  modifiedTime: n
}))

describe.each(storages)("lists %s", (_, make) => {
  it.effect("come in pages that can be short and empty", () =>
    Effect.gen(function* () {
      const drive = yield* make({ files: numbered, pageLength: (page, asked) => [0, 3, asked][page % 3] ?? 0 })
      const seen: Array<string> = []
      const lengths: Array<number> = []
      let pageToken = ""
      do {
        const answer = ask(drive, "GET", "files", {
          query: { pageSize: "10", ...(pageToken === "" ? {} : { pageToken }) }
        })
        seen.push(...ids(answer))
        lengths.push(ids(answer).length)
        pageToken = answer.json.nextPageToken ?? ""
      } while (pageToken !== "")
      expect(lengths.slice(0, 4)).toEqual([0, 3, 10, 0])
      expect(seen).toEqual(numbered.map(({ id }) => id).toReversed())
    })
  )

  it.effect("go on after the last file, whatever comes and goes", () =>
    Effect.gen(function* () {
      const drive = yield* make({ files: numbered })
      const query = { pageSize: "10", orderBy: "name_natural" }
      const first = ask(drive, "GET", "files", { query })
      ask(drive, "DELETE", "files/f3")
      ask(drive, "POST", "files", { body: { name: "file" } })
      const second = ask(drive, "GET", "files", { query: { ...query, pageToken: first.json.nextPageToken } })
      expect(ids(first)).toEqual(numbered.slice(0, 10).map(({ id }) => id))
      expect(ids(second)).toEqual(numbered.slice(10, 20).map(({ id }) => id))
    })
  )

  it.effect("need a token of the same list", () =>
    Effect.gen(function* () {
      const drive = yield* make({ files: numbered })
      const pageToken = ask(drive, "GET", "files", { query: { pageSize: "10" } }).json.nextPageToken
      const other = ask(drive, "GET", "files", { query: { pageSize: "10", pageToken, q: "trashed=false" } })
      expect(other).toMatchObject({ status: 400, reason: "invalid" })
      expect(ask(drive, "GET", "files", { query: { pageToken: "made up" } }).status).toBe(400)
      expect(ask(drive, "GET", "files", { query: { pageSize: "0" } }).status).toBe(400)
      expect(ids(ask(drive, "GET", "files", { query: { pageSize: "5000" } })).length).toBe(25)
    })
  )

  it.effect("are sorted by keys, and not with fullText", () =>
    Effect.gen(function* () {
      const drive = yield* make({
        files: [
          { id: "b", name: "b 2", content: "22", modifiedTime: 2 },
          { id: "dir", name: "z", mimeType: folderType },
          { id: "a", name: "b 10", content: "1", modifiedTime: 2 }
        ]
      })
      const by = (orderBy: string) => ids(ask(drive, "GET", "files", { query: { orderBy } }))
      expect(by("name")).toEqual(["a", "b", "dir"])
      expect(by("name_natural desc")).toEqual(["dir", "a", "b"])
      expect(by("folder,name")).toEqual(["dir", "a", "b"])
      expect(by("modifiedTime desc,quotaBytesUsed desc")).toEqual(["b", "a", "dir"])
      expect(ask(drive, "GET", "files", { query: { orderBy: "colour" } }).status).toBe(400)
      const refused = ask(drive, "GET", "files", { query: { orderBy: "name", q: "fullText contains 'x'" } })
      expect(refused).toMatchObject({ status: 400, reason: "badRequest" })
      expect(refused.json.error.errors[0].location).toBe("orderBy")
    })
  )

  it.effect("take queries, and refuse what they cannot read", () =>
    Effect.gen(function* () {
      const drive = yield* make({
        files: [
          { id: "dir", name: "Dir", mimeType: folderType },
          { id: "it's", name: "it's", content: "a needle here", parents: ["dir"] },
          { id: "gone", name: "gone", trashed: true }
        ]
      })
      const find = (q: string) => ask(drive, "GET", "files", { query: { q } })
      expect(ids(find("name = 'it\\'s'"))).toEqual(["it's"])
      expect(ids(find("'dir' in parents"))).toEqual(["it's"])
      expect(ids(find("'root' in parents and trashed=false"))).toEqual(["dir"])
      expect(ids(find("trashed=true"))).toEqual(["gone"])
      expect(ids(find("fullText contains 'needle'"))).toEqual(["it's"])
      expect(ids(find(`mimeType='${folderType}'`))).toEqual(["dir"])
      expect(find("colour = 'red'")).toMatchObject({ status: 400, reason: "invalid" })
      expect(ids(ask(drive, "GET", "files")).toSorted()).toEqual(["dir", "gone", "it's"])
    })
  )
})
