import { execFileSync, spawnSync } from "node:child_process"
import { once } from "node:events"
import { connect } from "node:net"
import { text } from "node:stream/consumers"
import { Effect } from "effect"
import { HttpServer, HttpServerResponse } from "effect/http"
import { describe, expect, it } from "vitest"
import { isRebound } from "../src/command/metricsServer.ts"
import { readingText } from "../src/command/metricsTexts.ts"
import { styleOf } from "../src/output/Style.ts"
import { listen } from "../src/runtime/Listen.ts"
import { decoded, failure, folder, onTerminal, run, start } from "./support.ts"

const variables = { SKIPPY_SANDBOX: "1" }

const withPromtool = spawnSync("promtool", ["--version"]).status === 0
const lint = (text: string) => execFileSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" })

interface Series {
  readonly labels: Readonly<Record<string, string>>
  readonly value?: number
  readonly count?: number
}
const seriesOf = (
  reading: { readonly metrics: ReadonlyArray<{ name: string; series: ReadonlyArray<Series> }> },
  name: string
) => reading.metrics.find((one) => one.name === name)?.series ?? []

/** The sum of a counter in the text for Prometheus. */
const sumOf = (text: string, name: string): number =>
  text
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0)

/** What a server answers to a request that is sent as it is. */
const raw = async (port: string, line: string, host: string) => {
  const socket = connect({ port: Number(port), host: "127.0.0.1" })
  socket.write(`${line}\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  return text(socket)
}

const list = ["github", "list-prs", "tester/demo", "--json"]

describe("skippy metrics", () => {
  it("counts what earlier commands did, as JSON, as a table and for Prometheus", async (context) => {
    const options = { path: folder(), variables }
    const [before] = await decoded(["metrics"], options)
    expect([before.records, seriesOf(before, "skippy_calls_total")]).toEqual([0, []])
    await run(list, options)
    await run(["github", "repo", "nobody/nothing"], options)
    const [reading] = await decoded(["metrics"], options)
    expect(seriesOf(reading, "skippy_calls_total")).toEqual([
      {
        labels: { service: "github", operation: "listPullRequests", outcome: "success", provenance: "live" },
        value: 1
      },
      { labels: { service: "github", operation: "getRepository", outcome: "failure", provenance: "live" }, value: 1 }
    ])
    expect(seriesOf(reading, "skippy_call_duration_seconds").map(({ count }) => count)).toEqual([1, 1])
    const remaining = seriesOf(reading, "skippy_limiter_remaining").find(({ labels }) => labels["service"] === "github")
    expect(remaining?.value).toBe(28)
    const table = await onTerminal(["metrics", "--sandbox"], options.path)
    expect(table.out).toMatch(/calls +github listPullRequests success live +1\r?\n/)
    const { code, err, out } = await run(["metrics", "prometheus"], options)
    expect([code, err, sumOf(out, "skippy_calls_total")]).toEqual([0, "", 2])
    expect((await run(["metrics", "prometheus", "--json"], options)).out).toContain('{"records":')
    if (!withPromtool) context.skip("missing server: promtool (Debian package prometheus)")
    expect(lint(out)).toBe("")
  })

  it("serves them to Prometheus, follows other commands, and ends with Ctrl-C", async () => {
    const options = { path: folder(), variables }
    const server = start(["metrics", "serve", "--port", "0", "--json"], options)
    const [line] = await once(server.stdout!, "data")
    const { health, metrics } = JSON.parse(String(line))
    const read = async () => {
      const answer = await fetch(metrics)
      expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8")
      return sumOf(await answer.text(), "skippy_calls_total")
    }
    expect(await read()).toBe(0)
    await run(list, options)
    expect(await read()).toBe(1)
    await run(["github", "repo", "nobody/nothing"], options)
    expect([await read(), await read()]).toEqual([2, 2])
    const tree = await fetch(health)
    const { name, status } = JSON.parse(await tree.text())
    expect([name, tree.status]).toEqual(["overall", status === "down" ? 503 : 200])
    expect((await fetch(new URL("/other", metrics))).status).toBe(404)
    const { port } = new URL(metrics)
    expect(await raw(port, "GET /metrics HTTP/1.1", "evil.example")).toMatch(/^HTTP\/1.1 403 /)
    const head = await raw(port, "HEAD /metrics HTTP/1.1", "localhost:1")
    expect(head).toMatch(/^HTTP\/1.1 200 [^]*content-length: \d+[^]*\r\n\r\n$/i)
    expect((await fetch(metrics, { method: "POST" })).status).toBe(405)
    const taken = await run(["metrics", "serve", "--port", new URL(metrics).port, "--json"], options)
    expect([taken.code, taken.out]).toEqual([2, ""])
    expect(failure(taken.err).message).toContain("give another --port")
    server.kill("SIGINT")
    const [code] = await once(server, "close")
    expect(code).toBe(130)
    await expect(fetch(metrics)).rejects.toThrow("fetch failed")
  })

  it("says which port it cannot use", async () => {
    const { code, err } = await run(["metrics", "serve", "--port", "70000"], { variables })
    expect([code, err]).toEqual([2, expect.stringContaining("--port is 70000; give one from 0 to 65535")])
  })
})

describe("a server that ends", () => {
  it("leaves nobody who never ends a request, who would keep the process from its end", async () => {
    const program = Effect.gen(function* () {
      const server = yield* listen({ host: "127.0.0.1", port: undefined })
      yield* server.serve(Effect.succeed(HttpServerResponse.text("well")))
      const url = HttpServer.formatAddress(server.address)
      const slow = connect({ port: Number(new URL(url).port), host: "127.0.0.1" }).on("error", () => {})
      return yield* Effect.promise(async () => {
        await new Promise((resolve) => slow.write("GET / HTTP/1.1\r\n", resolve))
        // Who comes after it is answered, so it was let in.
        expect(await (await fetch(url)).text()).toBe("well")
        return { endsAt: performance.now(), closed: once(slow, "close") }
      })
    })
    const { closed, endsAt } = await Effect.runPromise(Effect.scoped(program))
    await closed
    // Node itself gives such a request a minute.
    expect(performance.now() - endsAt).toBeLessThan(30_000)
  })
})

describe("who may read the metrics", () => {
  it("is whoever names this machine, where only this machine is let in, and everybody else elsewhere", () => {
    for (const host of ["127.0.0.1", "127.0.0.1:9464", "LOCALHOST:1", "[::1]:9464", "[::1]", undefined])
      expect([host, isRebound("127.0.0.1", host), isRebound("::1", host)]).toEqual([host, false, false])
    for (const host of ["evil.example", "evil.example:9464", "127.0.0.1.evil.example", "localhost.evil:1", ""])
      expect([host, isRebound("localhost", host), isRebound("0.0.0.0", host)]).toEqual([host, true, false])
  })
})

describe("metrics for people", () => {
  const plain = styleOf(false, false)

  it("say how long most took, the state a circuit is in, and how far back they go", () => {
    const text = readingText(
      {
        records: 3,
        from: 0,
        until: 60_000,
        broken: 1,
        metrics: [
          {
            name: "skippy_call_duration_seconds",
            type: "histogram",
            help: "",
            series: [
              {
                labels: { service: "github", operation: "list" },
                count: 20,
                sum: 10,
                buckets: [
                  { le: 0.25, count: 18 },
                  { le: 2.5, count: 19 }
                ]
              },
              { labels: { service: "http", operation: "get" }, count: 2, sum: 260, buckets: [{ le: 120, count: 1 }] }
            ]
          },
          {
            name: "skippy_circuit_state",
            type: "gauge",
            help: "",
            series: [
              { labels: { service: "github", state: "Closed" }, value: 0 },
              { labels: { service: "github", state: "Open" }, value: 1 }
            ]
          }
        ]
      },
      plain
    )
    expect(text.split("\n")).toEqual([
      "call duration  github list  20 times, 500 ms on average, 95 % at most 2.5 s",
      "call duration  http get     2 times, 130.0 s on average, 95 % more than 120.0 s",
      "circuit state  github Open  1",
      "of 3 records of the journal, 1970-01-01 00:00:00 to 1970-01-01 00:01:00",
      "1 line of the journal cannot be read"
    ])
  })

  it("say so when there is nothing yet", () => {
    expect(readingText({ records: 0, broken: 0, metrics: [] }, plain)).toBe(
      "the journal has nothing yet; what calls do is counted from it"
    )
  })
})
