/**
 * The numbers of the machine a Node program runs on, read with `systeminformation`, which has to be installed beside
 * Skippy.
 *
 * @example
 * ```ts
 * import { HealthChecks } from "@skippy/core"
 * import { SystemNode } from "@skippy/core/node"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const { read } = yield* HealthChecks.SystemMetrics
 *   const { cpu, memory } = yield* read
 *   console.log(cpu.cores > 0, memory.usedBytes < memory.totalBytes)
 * })
 *
 * await Effect.runPromise(program.pipe(Effect.provide(SystemNode.layer)))
 * ```
 *
 * ```text
 * true true
 * ```
 *
 * @module
 */
import { loadavg } from "node:os"
import { Effect, Layer } from "effect"
import { describeError } from "../error/ErrorCategory.ts"
import { type DiskReading, SystemMetrics, SystemMetricsError, type SystemReading } from "./HealthSystem.ts"

/** For so long a reading serves everybody who asks; shorter than a rate needs to mean something. */
const freshFor = "1 second"

const finite = (value: number | null | undefined): number =>
  value !== null && value !== undefined && Number.isFinite(value) ? value : 0

const tenths = (percent: number): number => Math.min(100, Math.max(0, Math.round(finite(percent) * 10) / 10))

/** Images that are full by nature, and memory that only looks like a disk. */
const pseudoTypes: ReadonlySet<string> = new Set([
  "squashfs",
  "iso9660",
  "erofs",
  "cramfs",
  "devfs",
  "tmpfs",
  "devtmpfs"
])

/** A file system, in the words of `systeminformation`. Told again, so that types need nothing that may be missing. */
interface FileSystem {
  readonly fs: string
  readonly type: string
  readonly mount: string
  readonly size: number
  readonly used: number
  readonly available: number
  readonly rw: boolean | null
}

/** The memory, in the words of `systeminformation`. */
interface Memory {
  readonly active: number
  readonly available: number
  readonly total: number
}

/** The file systems that can fill up, each once, by its shortest mount point. */
export const disksOf = (all: ReadonlyArray<FileSystem>): ReadonlyArray<DiskReading> => {
  const real = all
    .filter(({ rw, size, type }) => size > 0 && rw !== false && !pseudoTypes.has(type.toLowerCase()))
    .toSorted((a, b) => a.mount.length - b.mount.length)
  const seen = new Set<string>()
  return real.flatMap(({ available, fs, mount, size, type, used }) => {
    // Every container on a machine mounts an overlay of the same disk; bind mounts show a device again.
    const key = type.toLowerCase() === "overlay" ? `overlay ${size}` : fs
    if (seen.has(key)) return []
    seen.add(key)
    return [{ mount, totalBytes: size, usedBytes: used, percent: tenths((used / Math.max(1, used + available)) * 100) }]
  })
}

/** What is in use of the memory. `available` counts caches the system gives up when asked; `free` does not. */
export const memoryOf = ({ active, available, total }: Memory): SystemReading["memory"] => {
  const usedBytes = available > 0 ? Math.max(0, total - available) : active
  return { totalBytes: total, usedBytes, percent: tenths((usedBytes / Math.max(1, total)) * 100) }
}

const asked = <A>(what: string, ask: () => Promise<A>): Effect.Effect<A, SystemMetricsError> =>
  Effect.tryPromise({ try: ask, catch: (error) => new SystemMetricsError({ what, detail: describeError(error) }) })

const read: Effect.Effect<SystemReading, SystemMetricsError> = Effect.gen(function* () {
  const { default: si } = yield* asked("numbers", () => import("systeminformation"))
  const [load, memory, disks, network, processes] = yield* Effect.all(
    [
      asked("CPU load", () => si.currentLoad()),
      asked("memory", () => si.mem()),
      asked("disks", () => si.fsSize()),
      asked("network", () => si.networkStats("*")),
      asked("processes", () => si.processes())
    ],
    { concurrency: "unbounded" }
  )
  return {
    uptimeSeconds: finite(si.time().uptime),
    cpu: { percent: tenths(load.currentLoad), cores: load.cpus.length, load1: finite(loadavg()[0]) },
    memory: memoryOf(memory),
    disks: disksOf(disks),
    network: network.map(({ iface, rx_sec, tx_sec }) => ({
      interface: iface,
      rxBytesPerSecond: Math.max(0, finite(rx_sec)),
      txBytesPerSecond: Math.max(0, finite(tx_sec))
    })),
    processes: { all: processes.all, running: processes.running }
  }
})

/** The numbers of this machine. Who asks within a second of somebody else gets the same reading. */
export const layer: Layer.Layer<SystemMetrics> = Layer.effect(
  SystemMetrics,
  Effect.map(Effect.cachedWithTTL(read, freshFor), (read) => ({ read }))
)
