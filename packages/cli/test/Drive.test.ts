import { writeFileSync } from "node:fs"
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { decoded, failure, folder, onTerminal, run } from "./support.ts"

const variables = { SKIPPY_SANDBOX: "1" }

const nameOf = ({ name }: { readonly name: string }): string => name

describe("skippy drive in the sandbox", () => {
  it("finds, reads and downloads", async () => {
    const path = folder()
    const options = { path, variables }
    const [list] = await decoded(["drive", "list"], options)
    expect(list.files.map(nameOf)).toEqual(["Notes", "Reports", "Welcome.txt"])
    const all = await decoded(["drive", "search", "--all", "name contains 'report'"], options)
    expect(all.map(nameOf).toSorted()).toEqual(["May report.txt", "Reports"])
    const [found] = await decoded(["drive", "find-folder", "Reports"], options)
    expect(found.files.map(({ fileId }: { fileId: string }) => fileId)).toEqual(["sandbox-reports"])
    const [info] = await decoded(["drive", "info", "sandbox-may", "--permissions"], options)
    expect(info).toMatchObject({ name: "May report.txt", parents: ["sandbox-reports"] })
    expect(await decoded(["drive", "read", "sandbox-may"], options)).toMatchObject([{ text: "42 rows and a sum\n" }])
    expect((await run(["drive", "read", "sandbox-may"], options)).out).toBe("42 rows and a sum\n")
    expect(await decoded(["drive", "download", "sandbox-may", "may.txt"], options)).toMatchObject([{ bytes: 18 }])
    expect(await readFile(join(path, "may.txt"), "utf8")).toBe("42 rows and a sum\n")
    const again = await run(["drive", "download", "sandbox-may", "may.txt"], options)
    expect(again.code).toBe(1)
    expect(again.err).toContain("--overwrite")
  })

  it("says that a file is not there, with the id of the call and how to look at it", async () => {
    const path = folder()
    const { code, err, out } = await run(["drive", "info", "nothing-here", "--json"], { path, variables })
    expect({ code, out }).toEqual({ code: 3, out: "" })
    const { hints, requestId, tag } = failure(err)
    expect(tag).toBe("DriveError")
    expect(hints).toEqual([`see its attempts: skippy journal show ${requestId}`])
    const [trace] = await decoded(["journal", "show", requestId!], { path, variables })
    expect(trace.trace).toMatchObject({ requestId, operation: "getFile", success: false })
  })

  it("changes things, and what it did is there for the next command", async () => {
    const path = folder()
    const options = { path, variables }
    const [made] = await decoded(["drive", "create-folder", "Archive"], options)
    expect(await decoded(["drive", "move", "sandbox-may", made.fileId], options)).toMatchObject([{ moved: true }])
    expect(await decoded(["drive", "rename", "sandbox-may", "June.txt"], options)).toMatchObject([{ name: "June.txt" }])
    const [copy] = await decoded(["drive", "copy", "sandbox-may", "--name", "July.txt"], options)
    expect(copy).toMatchObject({ name: "July.txt", parents: [made.fileId] })
    expect(await decoded(["drive", "trash", copy.fileId], options)).toMatchObject([{ changed: true }])
    const [list] = await decoded(["drive", "list", made.fileId], options)
    expect(list.files.map(nameOf)).toEqual(["June.txt"])
  })

  it("uploads a file, and the files of a directory, once", async () => {
    const path = folder()
    const options = { path, variables }
    await writeFile(join(path, "a.txt"), "first")
    await writeFile(join(path, "b.txt"), "second")
    const upload = ["drive", "upload", "a.txt", "--parent", "sandbox-reports"]
    expect(await decoded(upload, options)).toMatchObject([{ name: "a.txt", size: 5, resumedFrom: 0 }])
    const told = await run(["drive", "upload", "a.txt"], options)
    expect(told.err).toContain("a.txt: 100 %")
    const plan = ["drive", "batch-upload", ".", "--pattern", "*.txt", "--parent", "sandbox-reports"]
    expect(await decoded([...plan, "--dry-run"], options)).toMatchObject([
      { dryRun: true, counts: { planned: 1, identical: 1 } }
    ])
    expect(await decoded([...plan, "--yes"], options)).toMatchObject([{ counts: { uploaded: 1, identical: 1 } }])
    expect(await decoded(["drive", "uploads"], options)).toEqual([[]])
  })

  it("lets several commands work at once", async () => {
    const path = folder()
    const names = ["one.txt", "two.txt", "three.txt"]
    await Promise.all(names.map((name) => writeFile(join(path, name), name)))
    const ran = await Promise.all(names.map((name) => run(["drive", "upload", name, "--json"], { path, variables })))
    expect(ran.map(({ code, out }) => [code, JSON.parse(out).name])).toEqual(names.map((name) => [0, name]))
    const [list] = await decoded(["drive", "list"], { path, variables })
    expect(list.files.map(nameOf)).toEqual(expect.arrayContaining(names))
  })

  it("does nothing that needs a confirmation when nobody can be asked", async () => {
    const path = folder()
    const options = { path, variables }
    for (const args of [
      ["share", "sandbox-welcome"],
      ["share", "sandbox-welcome", "--with", "domain", "--domain", "example.com"],
      ["batch-move", "sandbox-welcome", "--to", "sandbox-reports"],
      ["organize", "name contains 'Welcome'", "--to", "sandbox-reports"],
      ["batch-upload", "."],
      ["undo-moves", "any"]
    ]) {
      const { code, err, out } = await run(["drive", ...args, "--json"], options)
      expect({ args, code, out }).toEqual({ args, code: 6, out: "" })
      expect(failure(err).tag).toBe("NotConfirmed")
    }
    const [info] = await decoded(["drive", "info", "sandbox-welcome"], options)
    expect(info).toMatchObject({ shared: false })
  })

  it("shows the plan and asks on a terminal, and takes no for an answer", async () => {
    const path = folder()
    const args = ["drive", "batch-move", "sandbox-welcome", "--to", "sandbox-reports", "--sandbox"]
    const no = await onTerminal(args, path, "n")
    expect(no.code).toBe(6)
    expect(no.out).toContain("planned")
    const [before] = await decoded(["drive", "info", "sandbox-welcome"], { path, variables })
    expect(before.parents).not.toEqual(["sandbox-reports"])
    const yes = await onTerminal(args, path, "y")
    expect(yes.code).toBe(0)
    const [after] = await decoded(["drive", "info", "sandbox-welcome"], { path, variables })
    expect(after.parents).toEqual(["sandbox-reports"])
  })

  it("uploads what was shown, and not what has come since", async () => {
    const path = folder()
    await mkdir(join(path, "new"))
    await writeFile(join(path, "new", "a.txt"), "shown")
    const agree = () => {
      writeFileSync(join(path, "new", "b.txt"), "came while somebody was asked")
      return "y"
    }
    const { code } = await onTerminal(["drive", "batch-upload", "new", "--sandbox"], path, agree)
    expect(code).toBe(0)
    const [list] = await decoded(["drive", "list"], { path, variables })
    expect(list.files.map(nameOf)).toEqual(["a.txt", "Notes", "Reports", "Welcome.txt"])
  })

  it("shares when it is told to, and takes a batch back", async () => {
    const path = folder()
    const options = { path, variables }
    expect(await decoded(["drive", "share", "sandbox-welcome", "--yes"], options)).toMatchObject([{ audience: "link" }])
    const user = ["drive", "share", "sandbox-may", "--with", "user", "--email", "ada@example.com"]
    expect(await decoded(user, options)).toMatchObject([{ permission: { email: "ada@example.com", role: "reader" } }])
    const [moved] = await decoded(
      ["drive", "organize", "name contains 'Welcome'", "--to", "sandbox-reports", "--yes"],
      options
    )
    expect(moved).toMatchObject({ counts: { moved: 1 } })
    expect(await decoded(["drive", "unfinished-moves"], options)).toEqual([[]])
    expect(await decoded(["drive", "undo-moves", moved.id, "--yes"], options)).toMatchObject([{ counts: { moved: 1 } }])
  })
})
