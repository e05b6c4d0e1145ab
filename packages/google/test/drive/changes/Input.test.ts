/** What is refused before anything is sent. */
import { describe, expect, it } from "@effect/vitest"
import { decodeInput } from "@skippy/http"
import { Effect, type Schema } from "effect"
import * as Input from "../../../src/drive/changes/Input.ts"

const refusal = (schema: Schema.Codec<unknown, unknown>, input: unknown) =>
  Effect.runPromise(
    Effect.map(Effect.flip(decodeInput(schema, { operation: "Drive.x" })(input)), ({ field, fix }) => ({ field, fix }))
  )
const decoded = (schema: Schema.Codec<unknown, unknown>, input: unknown) =>
  Effect.runPromise(decodeInput(schema, { operation: "Drive.x" })(input))

const share = { fileId: "f" }

describe("an input is refused", () => {
  it.each([
    ["an empty name of a folder", Input.CreateFolderInput, { name: " " }, "name", /must not be empty/],
    ["an id with a slash", Input.MoveFileInput, { fileId: "a/b", destinationId: "d" }, "fileId", /give an id/],
    ["no destination", Input.MoveFileInput, { fileId: "a" }, "destinationId", /required/],
    ["an empty new name", Input.RenameFileInput, { fileId: "a", name: "" }, "name", /must not be empty/],
    [
      "an unknown role",
      Input.ShareFileInput,
      { ...share, role: "admirer" },
      "role",
      /"reader" or "commenter" or "writer"/
    ],
    ["a role that is not for sharing", Input.ShareFileInput, { ...share, role: "owner" }, "role", /"reader"/],
    ["an unknown type", Input.ShareFileInput, { ...share, type: "group" }, "type", /"anyone" or "user" or "domain"/],
    ["a user without an address", Input.ShareFileInput, { ...share, type: "user" }, "email", /required/],
    [
      "an address without a user",
      Input.ShareFileInput,
      { ...share, email: "ada@example.com" },
      "email",
      /leave it out/
    ],
    [
      "an address that is none",
      Input.ShareFileInput,
      { ...share, type: "user", email: "ada" },
      "email",
      /give an address/
    ],
    ["a domain type without a domain", Input.ShareFileInput, { ...share, type: "domain" }, "domain", /required/],
    ["a domain for anyone", Input.ShareFileInput, { ...share, domain: "example.com" }, "domain", /leave it out/],
    [
      "a domain that is none",
      Input.ShareFileInput,
      { ...share, type: "domain", domain: "example" },
      "domain",
      /give a domain/
    ],
    ["an e-mail for anyone", Input.ShareFileInput, { ...share, notify: true }, "notify", /leave it out/],
    [
      "a message nobody gets",
      Input.ShareFileInput,
      { ...share, type: "user", email: "ada@example.com", notify: false, message: "Look" },
      "message",
      /let Google notify/
    ],
    ["a batch of nothing", Input.BatchMoveInput, { fileIds: [], destinationId: "d" }, "fileIds", /1 to 1000/],
    [
      "a batch with a bad id",
      Input.BatchMoveInput,
      { fileIds: ["a", "b c"], destinationId: "d" },
      "fileIds[1]",
      /give an id/
    ],
    [
      "no moves at a time",
      Input.BatchMoveInput,
      { fileIds: ["a"], destinationId: "d", concurrency: 0 },
      "concurrency",
      /1 to 32/
    ],
    [
      "too many files",
      Input.OrganizeInput,
      { query: "starred = true", destinationId: "d", maxFiles: 1001 },
      "maxFiles",
      /1 to 1000/
    ],
    ["a query that is none", Input.OrganizeInput, { query: "name contains 'a", destinationId: "d" }, "query", /./],
    ["undoing nothing", Input.UndoMovesInput, {}, "record", /one of the two/],
    ["resuming nothing", Input.ResumeMovesInput, { id: "" }, "id", /unfinishedMoves/]
  ] as ReadonlyArray<[string, Schema.Codec<unknown, unknown>, unknown, string, RegExp]>)(
    "%s",
    async (_, schema, input, field, fix) => {
      const error = await refusal(schema, input)
      expect(error.field).toBe(field)
      expect(error.fix).toMatch(fix)
    }
  )
})

describe("defaults", () => {
  it("share with whoever has the link, who may read", async () => {
    expect(await decoded(Input.ShareFileInput, share)).toEqual({ fileId: "f", type: "anyone", role: "reader" })
  })

  it("move four files at a time, and really", async () => {
    const input = { fileIds: ["a"], destinationId: "root" }
    expect(await decoded(Input.BatchMoveInput, input)).toEqual({ ...input, dryRun: false, concurrency: 4 })
  })

  it("organize up to 50 files", async () => {
    expect(await decoded(Input.OrganizeInput, { query: "starred = true", destinationId: "d" })).toMatchObject({
      maxFiles: 50
    })
  })
})
