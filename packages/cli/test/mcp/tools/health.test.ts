import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import { healthTools } from "../../../src/mcp/tools/health.ts"
import { controlTools } from "../../../src/mcp/tools/healthControl.ts"
import * as Support from "./support.ts"
import { failing, ok, watched } from "./watched.ts"

const call = (name: string, input: unknown = {}) => Support.call([...healthTools, ...controlTools], name, input)

const iso = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/

const of = (name: string, all: ReadonlyArray<{ readonly service: string }>) =>
  all.find(({ service }) => service === name)
const reports = (all: ReadonlyArray<{ readonly service: string }>) => of("reports", all)

describe("tools of health", () => {
  it("tell the whole and each component, credentials included, and what to do", () =>
    watched(
      Effect.gen(function* () {
        const { json, text } = yield* call("system_health_check")
        expect(json).toMatchObject({ status: "degraded", recommendations: ["Delete files.", expect.any(String)] })
        expect(json.components).toEqual(
          expect.arrayContaining([
            { name: "system/disk", status: "degraded", reason: "disk / is 90 % in use", details: { "/": 90 } },
            { name: "credentials/google", status: "degraded", reason: "not accepted, as a token of somebody else" },
            { name: "credentials/github", status: "ok", reason: "sandbox" }
          ])
        )
        expect(text).toContain("health: degraded")
        expect(text).toContain("→ Delete files.")
      })
    ))

  it("measure the machine, and the calls of this server", () =>
    watched(
      Effect.gen(function* () {
        yield* ok
        const { json, text } = yield* call("get_system_metrics")
        expect(json).toMatchObject({
          uptime_seconds: 7200,
          memory: { total_bytes: 8_000_000_000, used_bytes: 4_000_000_000, percent: 50 },
          disks: [{ mount: "/", used_bytes: 900_000_000 }],
          network: [{ interface: "eth0", rx_bytes_per_second: 10 }],
          processes: { all: 100, running: 1 },
          resilience: { events: { dropped: 0 }, services: [{ service: "reports", latency: { calls: 1, failed: 0 } }] }
        })
        expect(text).toContain("disk /     90 % of 1.0 GB")
        expect(text).toContain("reports: 1 call, 0 failed")
      })
    ))

  it("tell all problems of the configuration, each with its fix and without a secret", () =>
    watched(
      Effect.gen(function* () {
        const { json, text } = yield* call("validate_skippy_configuration")
        expect(json).toMatchObject({
          valid: false,
          problems: [{ key: "github.token", value: "<redacted>", fix: "set it anew" }]
        })
        expect(text).toContain("has a line break; set it anew")
      })
    ))

  it("show circuits with counts and a summary, and make one as new", () =>
    watched(
      Effect.gen(function* () {
        yield* failing
        const { json, text } = yield* call("get_circuit_breaker_status")
        expect(json.summary).toMatchObject({ open: 1, half_open: 0 })
        expect(json.summary.closed).toBe(json.summary.total - 1)
        expect(reports(json.breakers)).toMatchObject({
          circuit: {
            state: "Open",
            openings: 1,
            since: expect.stringMatching(iso),
            next_attempt_at: expect.stringMatching(iso)
          }
        })
        expect(text).toMatch(/^\d circuits: \d closed, 1 open, 0 being tried again\n/)
        const { json: after } = yield* call("reset_circuit_breaker", { service_name: "reports" })
        expect(after.breakers).toMatchObject([{ service: "reports", circuit: { state: "Closed", failures: 0 } }])
        expect(yield* ok).toBe("a report")
        const error = yield* Effect.flip(call("reset_circuit_breaker", { service_name: "report" }))
        expect(error.message).toContain('reset_circuit_breaker: service_name is "report"; give one of')
        expect(error.message).toContain("reports")
      })
    ))

  it("show everything at once: limits with what remains, circuits, caches, calls, alerts, advice", () =>
    watched(
      Effect.gen(function* () {
        yield* ok
        yield* failing
        const { json, text } = yield* call("get_resilience_dashboard")
        expect(json).toMatchObject({ at: expect.stringMatching(iso), health: { status: "down" } })
        expect(reports(json.services)).toMatchObject({
          called: true,
          circuit: { state: "Open" },
          cache: { size: 1 },
          latency: { calls: 2, failed: 1 }
        })
        expect(of("github", json.services)).toMatchObject({
          called: false,
          limiter: { limits: [{ limit: "30 per 1m", remaining: 30, reset_after_ms: 0 }], penalty_ms: 0 }
        })
        expect(json.alerts[0]).toMatchObject({
          alert: { level: "ERROR", service: "reports" },
          starts_at: expect.stringMatching(iso)
        })
        expect(json.recommendations).toEqual(expect.arrayContaining([{ source: "health", text: "Delete files." }]))
        expect(text).toContain("health: down")
        expect(text).toContain("30 left of 30 per 1m")
        expect(text).toMatch(/ERROR {2}reports {2}CircuitOpen {2}/)
      })
    ))

  it("count what caches hold, and forget the part of it that is named", () =>
    watched(
      Effect.gen(function* () {
        yield* ok
        yield* ok
        const { json, text } = yield* call("get_cache_statistics")
        expect(reports(json.services)).toMatchObject({ size: 1, hits: 1, misses: 1, hit_rate: 0.5 })
        expect(text).toContain("1 answer kept   50 % hits")
        expect((yield* call("clear_cache", { pattern: "nothing*" })).json.forgotten).toBe(0)
        const cleared = yield* call("clear_cache")
        expect(cleared.json).toMatchObject({ forgotten: 1 })
        expect(cleared.text).toContain("1 answer forgotten")
        expect(reports((yield* call("get_cache_statistics")).json.services)).toMatchObject({ size: 0 })
      })
    ))

  it("send an alert, say who took it, and tell it among the recent ones", () =>
    watched(
      Effect.gen(function* () {
        expect((yield* call("get_recent_alerts")).text).toBe("no alerts")
        const sent = yield* call("send_alert", { title: "Backup", message: "It is done.", service: "reports" })
        expect(sent.json).toEqual({ deliveries: [{ sink: "file", status: "sent" }] })
        expect(sent.text).toBe("file  sent")
        const { json, text } = yield* call("get_recent_alerts", { hours: 1 })
        expect(json.alerts).toMatchObject([
          { status: "firing", alert: { level: "WARNING", title: "Backup", message: "It is done.", service: "reports" } }
        ])
        expect(text).toMatch(/WARNING {2}reports {2}Backup {2}Backup: It is done\.$/)
      })
    ))

  it("tell the last hundred alerts, and that there are more", () =>
    watched(
      Effect.gen(function* () {
        for (let n = 0; n < 101; n++) yield* call("send_alert", { title: `Backup ${n}`, message: "It is done." })
        const { json, text } = yield* call("get_recent_alerts")
        expect(json).toMatchObject({ has_more: true })
        expect(json.alerts).toHaveLength(100)
        expect(json.alerts.at(-1)).toMatchObject({ alert: { title: "Backup 100" } })
        expect(text).toContain("there are more before these")
      })
    ))

  it("sum up the calls of the journal", () =>
    watched(
      Effect.gen(function* () {
        yield* ok
        yield* failing
        const { json, text } = yield* call("get_metrics_summary")
        expect(json.since).toMatch(iso)
        expect(json.services).toMatchObject([{ service: "reports", calls: 2, failures: 1, retries: 1, stale: 0 }])
        expect(text).toMatch(/^service {2}calls {2}failures {2}retries/)
      })
    ))
})
