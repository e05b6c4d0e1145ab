import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { decoded, ended, failure, folder, run, start } from "./support.ts"

const variables = { SKIPPY_SANDBOX: "1" }

describe("the other services in the sandbox", () => {
  it("asks GitHub", async () => {
    const options = { path: folder(), variables }
    expect(await decoded(["github", "list-prs", "tester/demo"], options)).toMatchObject([
      { pullRequests: [{ title: "Fix the sum" }] }
    ])
    expect(await decoded(["github", "list-prs", "tester/demo", "--all"], options)).toMatchObject([
      { title: "Fix the sum" }
    ])
    const issue = ["github", "create-issue", "tester/demo", "--title", "Sum", "--label", "bug", "--label", "sum"]
    expect(await decoded(issue, options)).toMatchObject([{ created: true, labels: ["bug", "sum"] }])
    const pull = ["github", "create-pr", "tester/demo", "--title", "Notes", "--head", "notes"]
    expect(await decoded(pull, options)).toMatchObject([{ created: true, base: "main" }])
    expect(await decoded(["github", "repo", "tester/demo"], options)).toMatchObject([{ fullName: "tester/demo" }])
    expect(await decoded(["github", "rate-limit"], options)).toMatchObject([{ limit: 5000 }])
    expect(await run(["github", "repo", "nobody/nothing"], options)).toMatchObject({ code: 3, out: "" })
  })

  it("asks Pexels, and shows the credit", async () => {
    const path = folder()
    const options = { path, variables }
    const [page] = await decoded(["pexels", "search", "ocean", "--per-page", "2"], options)
    expect(page.photos).toHaveLength(2)
    const id = String(page.photos[0].id)
    expect(await decoded(["pexels", "search", "ocean", "--all"], options)).toHaveLength(20)
    expect(await decoded(["pexels", "curated", "--per-page", "3"], options)).toMatchObject([{ perPage: 3 }])
    expect(await decoded(["pexels", "photo", id], options)).toMatchObject([{ id: Number(id) }])
    expect(await decoded(["pexels", "download", id, "sea.png", "--size", "small"], options)).toMatchObject([
      { size: "small" }
    ])
    expect((await readFile(join(path, "sea.png"))).subarray(1, 4).toString()).toBe("PNG")
    expect((await run(["pexels", "photo", id], options)).out).toContain("Photo by")
  })

  it("lets somebody pick photos, over several commands", async () => {
    const path = folder()
    const options = { path, variables }
    const [session] = await decoded(["photos", "create-session"], options)
    expect(session.mediaItemsSet).toBe(false)
    expect(await decoded(["photos", "check-session", session.sessionId], options)).toMatchObject([
      { mediaItemsSet: true }
    ])
    const items = await decoded(["photos", "media", session.sessionId, "--all"], options)
    expect(items.map(({ filename }) => filename)).toEqual(["sea.jpg", "hill.jpg"])
    const [list] = await decoded(["photos", "media", session.sessionId], options)
    const download = ["photos", "download", list.items[0].baseUrl, "sea.jpg"]
    expect(await decoded(download, options)).toMatchObject([{ bytes: 4096 }])
    expect((await readFile(join(path, "sea.jpg"))).length).toBe(4096)
    expect(await decoded(["photos", "delete-session", session.sessionId], options)).toEqual([
      { sessionId: session.sessionId }
    ])
  })

  it("asks any public address, and no other", async () => {
    const path = folder()
    const options = { path, variables: { ...variables, SKIPPY_HTTP_BASE_DELAY: "0" } }
    const [answer] = await decoded(["http", "get", "https://example.com/x", "--header", "x-trace=1"], options)
    expect(JSON.parse(answer.body)).toMatchObject({ method: "GET", url: "https://example.com/x" })
    expect(await decoded(["http", "post", "https://example.com/", "--data", `{"a":1}`], options)).toMatchObject([
      { status: 200 }
    ])
    const none = await run(["http", "get", "https://example.com/status/404", "--json"], options)
    expect(none.code).toBe(3)
    expect(JSON.parse(none.out)).toMatchObject({ status: 404 })
    expect(await run(["http", "get", "https://example.com/status/401"], options)).toMatchObject({ code: 4 })
    expect(await run(["http", "get", "https://example.com/status/422"], options)).toMatchObject({ code: 7 })
    const down = await run(["http", "get", "https://example.com/status/503", "--json"], options)
    expect(down.code).toBe(5)
    const { requestId, retryable } = failure(down.err)
    expect(retryable).toBe(true)
    const records = await decoded(["journal", "show", requestId!], options)
    expect(records.find(({ _tag }) => _tag === "Trace").trace.attempts).toBe(3)
    const refused = await run(["http", "get", "http://169.254.169.254/"], options)
    expect(refused).toMatchObject({ code: 6, out: "" })
    const download = ["http", "download", "https://example.com/bytes/300000", "bytes.bin"]
    expect(await decoded(download, options)).toMatchObject([{ bytes: 300_000 }])
    // What is not for a person's eyes is written as it is, without an end of line of its own.
    const exact = await run(["http", "get", "https://example.com/y"], options)
    expect(exact.out).toBe(`{"sandbox":true,"method":"GET","url":"https://example.com/y"}`)
    expect((await readFile(join(path, "bytes.bin"))).length).toBe(300_000)
  })

  it("serves the emulators for other programs", async () => {
    const path = folder()
    const child = start(["sandbox", "serve"], { path })
    const line = await new Promise<string>((resolve) =>
      child.stdout!.once("data", (bytes: Buffer) => resolve(bytes.toString()))
    )
    const { environment, services } = JSON.parse(line)
    const other = await run(["drive", "list", "--json"], { path: folder(), variables: environment })
    expect(JSON.parse(other.out).files).toHaveLength(3)
    const prs = await run(["github", "list-prs", "tester/demo", "--json"], { path: folder(), variables: environment })
    expect(JSON.parse(prs.out).pullRequests).toHaveLength(1)
    expect(await (await fetch(`${services.http}/hello`)).json()).toMatchObject({ sandbox: true })
    const end = ended(child)
    child.kill("SIGINT")
    expect(await end).toMatchObject({ code: 130 })
  })

  it("says so when a port is taken", async () => {
    const { createServer } = await import("node:net")
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve))
    const address = taken.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    const { code, err } = await run(["sandbox", "serve", "--port", String(port)])
    taken.close()
    expect(code).toBe(2)
    expect(err).toContain(
      `cannot listen on 127.0.0.1 port ${port}: another program has it; give another --port (EADDRINUSE)`
    )
  })
})
