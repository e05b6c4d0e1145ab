import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fc from "fast-check"
import { quote, unquote } from "../../../src/store/sqlite/Sql.ts"
import { database, directory, scribble } from "./support.ts"

const put = "INSERT INTO states (key, value, expires_at) VALUES (?, 'v', 9e999)"
const keys = "SELECT key FROM states ORDER BY key"

const trouble = (code: string) => expect.objectContaining({ _tag: "StoreTrouble", store: "sqlite", code })

describe("the database of the shared state", () => {
  it.effect("carries a decision out as a whole or not at all", () =>
    Effect.gen(function* () {
      const { database: here } = yield* database(`${yield* directory}/state.db`)
      here.write((sql) => sql.run(put, "a"))
      const failure = new Error("in the middle")
      expect(() =>
        here.write((sql) => {
          sql.run(put, "b")
          throw failure
        })
      ).toThrow(failure)
      expect(() =>
        here.write((sql) => {
          sql.run(put, "c")
          sql.run(put, "a")
        })
      ).toThrow(trouble("SQLITE_19"))
      expect(here.read((sql) => sql.all(keys))).toEqual([{ key: "a" }])
    }).pipe(Effect.scoped)
  )

  it.live("waits while another is at it, says for how long, and gives up in time", () =>
    Effect.gen(function* () {
      const file = `${yield* directory}/state.db`
      const { database: here } = yield* database(file, { busyMillis: 30 })
      const other = new DatabaseSync(file)
      expect(here.write((_, waited) => waited)).toBe(0)
      other.exec("BEGIN IMMEDIATE")
      expect(() => here.write(() => "alone")).toThrow(trouble("SQLITE_BUSY"))
      other.exec("ROLLBACK")
      expect(here.write(() => "alone")).toBe("alone")
      other.close()
    }).pipe(Effect.scoped)
  )

  it.live("that is replaced or removed while it is in use is opened anew", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const file = `${path}/state.db`
      const { database: here } = yield* database(file)
      here.write((sql) => sql.run(put, "before"))
      for (const name of ["state.db-wal", "state.db-shm", "state.db"])
        renameSync(`${path}/${name}`, `${path}/old-${name}`)
      const { database: next } = yield* database(file)
      next.write((sql) => sql.run(put, "after"))
      yield* Effect.sleep(1100)
      expect(here.read((sql) => sql.all(keys))).toEqual([{ key: "after" }])
      for (const name of ["state.db-wal", "state.db-shm", "state.db"]) rmSync(`${path}/${name}`)
      yield* Effect.sleep(1100)
      expect(here.read((sql) => sql.all(keys))).toEqual([])
      expect(next.read((sql) => sql.all(keys))).toEqual([])
    }).pipe(Effect.scoped)
  )

  it.effect("that is torn while it is in use is away once, then set aside", () =>
    Effect.gen(function* () {
      const file = `${yield* directory}/state.db`
      const { database: here, warnings } = yield* database(file)
      here.write((sql) => {
        for (let n = 0; n < 2000; n++) sql.run(put, `key ${n} ${"x".repeat(100)}`)
      })
      here.read((sql) => sql.get("PRAGMA wal_checkpoint(TRUNCATE)"))
      // What another program writes makes this one read the file again.
      scribble(file, "DELETE FROM states WHERE key LIKE 'key 7 %'")
      writeFileSync(file, readFileSync(file).fill(7, 8192))
      expect(() => here.read((sql) => sql.all(keys))).toThrow(trouble("SQLITE_CORRUPT"))
      expect(warnings).toEqual([])
      expect(here.read((sql) => sql.all(keys))).toEqual([])
      expect(warnings).toEqual([expect.stringContaining("state.db is torn; it is now state.db.1970")])
    }).pipe(Effect.scoped)
  )

  it.effect("that is closed is away", () =>
    Effect.gen(function* () {
      const { database: here } = yield* database(`${yield* directory}/state.db`)
      here.close()
      expect(() => here.read(() => "read")).toThrow(trouble("closed"))
      expect(() => here.write(() => "written")).toThrow(trouble("closed"))
    }).pipe(Effect.scoped)
  )

  it.effect("keeps every text as it is, and no two as one", () =>
    Effect.gen(function* () {
      const { database: here } = yield* database(`${yield* directory}/state.db`)
      const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("\ud800", "\udfff", `"a"`, "a\0", "a", ""))
      fc.assert(
        fc.property(text, text, (one, other) => {
          const row = here.read((sql) =>
            sql.get("SELECT ? AS one, ? = ? AS isSame", quote(one), quote(one), quote(other))
          )
          expect(unquote(String(row?.one))).toBe(one)
          expect(row?.isSame).toBe(one === other ? 1 : 0)
        })
      )
    }).pipe(Effect.scoped)
  )
})
