import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import type { AlertInstance, AlertLevel } from "../../src/alert/Alert.ts"
import * as Backlog from "../../src/alert/Backlog.ts"

const of = (name: string, status: "firing" | "resolved", level: AlertLevel = "ERROR"): AlertInstance => ({
  at: 0,
  status,
  fingerprint: name,
  alert: { name, level, title: name, message: name, labels: {}, service: "s" },
  lasting: true,
  startsAt: 0,
  lastSeenAt: 0,
  count: 1,
  silenced: false
})
const make = () => {
  const backlog = Backlog.make({ name: "s", kind: "notify", remote: true, level: "DEBUG", send: () => Effect.void })
  return {
    backlog,
    add: (...alerts: ReadonlyArray<AlertInstance>) =>
      backlog.add({ at: 0, group: { service: "s" }, reason: "changed", alerts }),
    next: () => backlog.next()?.alerts.map(({ alert, status }) => `${status} ${alert.name}`)
  }
}
const refuse = (backlog: Backlog.Backlog, next: () => unknown) => {
  for (let n = 0; n < 3; n++) {
    next()
    backlog.failed("refused")
  }
}

describe("what a backlog gives up", () => {
  it("does not keep the end of an alert from a sink that knows it fires", () => {
    const { add, backlog, next } = make()
    add(of("Disk", "firing"))
    expect(next()).toEqual(["firing Disk"])
    backlog.arrived()
    add(of("Disk", "firing", "CRITICAL"))
    refuse(backlog, next)
    expect(backlog.waiting()).toBe(0)
    add(of("Disk", "resolved", "CRITICAL"))
    expect(next()).toEqual(["resolved Disk"])
  })

  it("is only what was refused, not what came in meanwhile", () => {
    const { add, backlog, next } = make()
    add(of("Odd", "firing"))
    for (let n = 0; n < 2; n++) {
      next()
      backlog.failed("refused")
    }
    next()
    add(of("Odd", "firing"), of("Disk", "firing"))
    backlog.failed("refused")
    expect(next()).toContain("firing Disk")
  })
})
