import { availableParallelism, totalmem } from "node:os"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import * as Health from "../../src/operate/Health.ts"
import * as HealthChecks from "../../src/operate/HealthChecks.ts"
import * as SystemNode from "../../src/operate/SystemNode.ts"

const disk = (mount: string, rest: Partial<Parameters<typeof SystemNode.disksOf>[0][number]> = {}) => ({
  fs: `/dev${mount}`,
  type: "ext4",
  size: 1000,
  used: 400,
  available: 400,
  use: 50,
  mount,
  rw: true,
  ...rest
})

const mountsOf = (...all: Parameters<typeof SystemNode.disksOf>[0]) => SystemNode.disksOf(all).map(({ mount }) => mount)

describe("the disks of a machine", () => {
  it("leave out what cannot fill up: read-only, empty and pseudo file systems", () => {
    expect(
      mountsOf(
        disk("/"),
        disk("/cdrom", { rw: false }),
        disk("/snap/core", { type: "squashfs" }),
        disk("/proc", { size: 0, used: 0, available: 0 }),
        disk("/unknown", { rw: null })
      )
    ).toEqual(["/", "/unknown"])
  })

  it("are listed once, however often they are mounted", () => {
    expect(
      mountsOf(
        disk("/var/lib/docker/overlay2/b/merged", { fs: "overlay", type: "overlay" }),
        disk("/etc/hosts", { fs: "/dev/sda1" }),
        disk("/", { fs: "/dev/sda1" }),
        disk("/merged", { fs: "overlay", type: "overlay" })
      )
    ).toEqual(["/", "/merged"])
  })

  it("count space kept for the administrator as used", () => {
    expect(SystemNode.disksOf([disk("/", { used: 900, available: 50 })])).toEqual([
      { mount: "/", totalBytes: 1000, usedBytes: 900, percent: 94.7 }
    ])
  })
})

describe("the memory of a machine", () => {
  const numbers = { total: 1000, active: 300, available: 750 }

  it("counts caches as free, because the system gives them up", () => {
    expect(SystemNode.memoryOf(numbers)).toEqual({ totalBytes: 1000, usedBytes: 250, percent: 25 })
  })

  it("goes by what is active where nothing says what is available", () => {
    expect(SystemNode.memoryOf({ ...numbers, available: 0 })).toEqual({ totalBytes: 1000, usedBytes: 300, percent: 30 })
  })
})

describe("the numbers of this machine", () => {
  it.live("are plausible, and of the documented shape", () =>
    Effect.gen(function* () {
      const metrics = yield* HealthChecks.SystemMetrics
      const reading = yield* metrics.read
      const read = yield* Schema.decodeUnknownEffect(HealthChecks.SystemReading)(JSON.parse(JSON.stringify(reading)))
      expect(read).toEqual(reading)
      expect(reading.uptimeSeconds).toBeGreaterThan(0)
      expect(reading.cpu.percent).toBeGreaterThanOrEqual(0)
      expect(reading.cpu.percent).toBeLessThanOrEqual(100)
      expect(reading.cpu.cores).toBeGreaterThanOrEqual(availableParallelism())
      expect(reading.cpu.load1).toBeGreaterThanOrEqual(0)
      expect(Math.abs(reading.memory.totalBytes - totalmem())).toBeLessThan(totalmem() * 0.05)
      expect(reading.memory.usedBytes).toBeGreaterThan(0)
      expect(reading.memory.usedBytes).toBeLessThan(reading.memory.totalBytes)
      expect(reading.memory.percent).toBeGreaterThan(0)
      expect(reading.memory.percent).toBeLessThan(100)
      expect(reading.disks.length).toBeGreaterThan(0)
      for (const { percent, totalBytes, usedBytes } of reading.disks) {
        expect(usedBytes).toBeLessThanOrEqual(totalBytes)
        expect(percent).toBeGreaterThanOrEqual(0)
        expect(percent).toBeLessThanOrEqual(100)
      }
      expect(reading.processes.all).toBeGreaterThan(0)
      expect(reading.processes.running).toBeLessThanOrEqual(reading.processes.all)
    }).pipe(Effect.provide(SystemNode.layer))
  )

  it.live("are read once for all who ask together", () =>
    Effect.gen(function* () {
      const { read } = yield* HealthChecks.SystemMetrics
      const readings = yield* Effect.all([read, read, read], { concurrency: "unbounded" })
      expect(new Set(readings).size).toBe(1)
      expect(yield* read).toBe(readings[0])
    }).pipe(Effect.provide(SystemNode.layer))
  )

  it.live("answer the checks of disk, memory and cpu", () =>
    Effect.gen(function* () {
      const { check } = yield* Health.Health
      const tree = yield* check
      expect(tree.children[0]?.children.map(({ name }) => name)).toEqual(["system/disk", "system/memory", "system/cpu"])
      for (const node of tree.children[0]!.children) expect(Object.keys(node.details!).length).toBeGreaterThan(0)
    }).pipe(
      Effect.provide(
        Health.layer({ checks: [HealthChecks.disk(), HealthChecks.memory(), HealthChecks.cpu()], every: "never" }).pipe(
          Layer.provide(SystemNode.layer)
        )
      )
    )
  )
})
