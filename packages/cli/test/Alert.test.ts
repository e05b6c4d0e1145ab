import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { Effect } from "effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { matchersOf, matchersText } from "../src/command/matchers.ts"
import { decoded, failure, folder, onTerminal, run } from "./support.ts"

const variables = { SKIPPY_SANDBOX: "1" }

/** A receiver of webhooks that answers so. */
const receiver = async (status: number) => {
  const got: Array<unknown> = []
  const server = createServer((request, response) => {
    let text = ""
    request.on("data", (bytes: Buffer) => (text += bytes.toString()))
    request.on("end", () => {
      got.push(JSON.parse(text))
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  return { got, url: `http://127.0.0.1:${port}/secret-path`, close: () => server.close() }
}

const names = (lines: ReadonlyArray<{ readonly alert: { readonly name: string } }>) =>
  lines.map(({ alert }) => alert.name)

describe("skippy alert", () => {
  it("sends, lists, and keeps quiet what is silenced until the silence ends, over commands", async () => {
    const options = { path: folder(), variables }
    const [first] = await decoded(["alert", "send", "Tea", "--level", "INFO", "--message", "is ready"], options)
    expect(first.deliveries).toEqual([
      { sink: "file", status: "sent" },
      { sink: "console", status: "belowLevel" }
    ])
    const silenced = ["alert", "silence", "service=git*", "name=Back*", "--for", "2 hours", "--comment", "known"]
    const [silence] = await decoded(silenced, options)
    expect(silence).toMatchObject({ matchers: { service: "git*", alertname: "Back*" }, comment: "known" })
    expect(silence.endsAt - silence.startsAt).toBe(7_200_000)
    expect(await decoded(["alert", "silences"], options)).toEqual([[silence]])
    const backup = ["alert", "send", "Backup failed", "--level", "ERROR", "--service"]
    expect(await run([...backup, "github"], options)).toEqual({
      code: 0,
      out: "file     sent\nconsole  silenced\n",
      err: ""
    })
    const other = await run([...backup, "pexels"], options)
    expect([other.code, other.err]).toEqual([0, expect.stringMatching(/ERROR Backup failed: sent by hand\n$/)])
    const all = await decoded(["alert", "list"], options)
    expect(all.map(({ alert, silenced }) => [alert.title, alert.service, silenced])).toEqual([
      ["Tea", undefined, false],
      ["Backup failed", "github", true],
      ["Backup failed", "pexels", false]
    ])
    expect(await decoded(["alert", "list", "--level", "ERROR", "--service", "pexels"], options)).toHaveLength(1)
    const seen = await onTerminal(["alert", "list", "--sandbox"], options.path)
    expect(seen.out).toContain("ERROR")
    expect(seen.out).toContain("(silenced)")
    expect(await decoded(["alert", "unsilence", silence.id], options)).toEqual([{ id: silence.id, ended: true }])
    expect(await decoded(["alert", "silences"], options)).toEqual([[]])
    const again = await run(["alert", "unsilence", silence.id], options)
    expect([again.code, again.out, again.err]).toEqual([3, "", expect.stringContaining("skippy alert silences")])
  })

  it("knows what lasts over commands, and a silence of one command keeps the others quiet", async () => {
    const options = { path: folder(), variables }
    const active = async () => names(await decoded(["alert", "list", "--active"], options))
    const hold = ["breaker", "open", "github", "--hold", "--yes"]
    expect((await run(hold, options)).err).toContain("ERROR")
    expect(await active()).toEqual(["CircuitOpen"])
    await run(["breaker", "close", "github", "--yes"], options)
    expect(await active()).toEqual([])
    await run(["alert", "silence", "CircuitOpen", "--for", "1 hour"], options)
    expect((await run(hold, options)).err).toBe("")
    const all = await decoded(["alert", "list"], options)
    expect(all.at(-1)).toMatchObject({ alert: { name: "CircuitOpen" }, silenced: true })
    expect(await active()).toEqual(["CircuitOpen"])
  })

  it("says who took an alert and who did not, never where they are, and ends accordingly", async () => {
    const [well, ill] = [await receiver(200), await receiver(400)]
    const options = (url: string) => ({ path: folder(), variables: { SKIPPY_ALERTS_WEBHOOK_URL: url } })
    try {
      const sent = await run(["alert", "send", "Up", "--json"], options(well.url))
      expect(sent.code).toBe(0)
      expect(JSON.parse(sent.out).deliveries).toContainEqual({ sink: "webhook", status: "sent" })
      expect(well.got).toMatchObject([{ version: "4", alerts: [{ labels: { alertname: "Up" } }] }])
      const failed = await run(["alert", "send", "Up", "--json"], options(ill.url))
      expect(failed.code).toBe(7)
      expect(JSON.parse(failed.out).deliveries).toContainEqual({
        sink: "webhook",
        status: "failed",
        category: "invalid",
        problem: expect.stringContaining("400")
      })
      expect(failure(failed.err)).toMatchObject({ tag: "SinkError", exitCode: 7 })
      expect(failed.out + failed.err).not.toContain("secret-path")
    } finally {
      well.close()
      ill.close()
    }
  })

  it("refuses what makes no sense, and says what would", async () => {
    const refused = async (args: ReadonlyArray<string>, part: string) => {
      const { code, err, out } = await run(["alert", ...args], { variables })
      expect([code, out]).toEqual([2, ""])
      expect(err).toContain(part)
    }
    await refused(["send", " "], "the title is empty")
    await refused(["list", "--hours", "0"], "--hours is 0")
    await refused(["silence", "level=ERR", "--for", "1 hour"], 'the matcher "level=ERR" names no level')
    for (const time of ["0 seconds", "36501 days"])
      await refused(["silence", "github", "--for", time], "give a time such as '2 hours', 36500 days at most")
  })
})

describe("matchers", () => {
  const read = (words: ReadonlyArray<string>) => Effect.runSync(Effect.result(matchersOf(words)))
  const problem = (words: ReadonlyArray<string>) => {
    const result = read(words)
    return result._tag === "Failure" ? result.failure.message : undefined
  }

  it("are names and labels, and written as they are read", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom("name", "service", "store", "a_label"), { minLength: 1 }),
        fc.stringMatching(/^[\w*.=-]{1,8}$/),
        (labels, pattern) => {
          const words = labels.map((label) => `${label}=${pattern}`)
          const result = read(words)
          expect(result._tag === "Success" && matchersText(result.success)).toBe(words.join(" "))
        }
      )
    )
    expect(read(["CircuitOpen"])).toMatchObject({ success: { alertname: "CircuitOpen" } })
    expect(read(["level=ERR*", "Circuit*"])).toMatchObject({ success: { level: "ERR*", alertname: "Circuit*" } })
  })

  it("name the word that is wrong", () => {
    expect(problem(["=x"])).toContain('"=x" names no label')
    expect(problem(["service="])).toContain("write service=* for any")
    expect(problem([""])).toContain('the matcher ""')
    expect(problem(["A", "name=B"])).toContain('"name=B" is the second of alertname')
    expect(problem(["level=error"])).toContain("DEBUG, INFO, WARNING, ERROR, CRITICAL")
  })
})
