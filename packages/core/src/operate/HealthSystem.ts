/**
 * The numbers of the machine: disk, memory, CPU, network, processes. Where they come from is a layer's business;
 * `SystemNode` reads those of the machine a Node program runs on.
 *
 * @module
 */
import { Context, type Effect, Schema } from "effect"

/** One file system. */
export const DiskReading = Schema.Struct({
  mount: Schema.String,
  totalBytes: Schema.Finite,
  usedBytes: Schema.Finite,
  /** Of what the program may use: space kept for the administrator counts as used. */
  percent: Schema.Finite
})
/** One file system. */
export type DiskReading = typeof DiskReading.Type

/** The numbers of the machine at one moment. Percentages are from 0 to 100. */
export const SystemReading = Schema.Struct({
  /** Since the machine started. */
  uptimeSeconds: Schema.Finite,
  cpu: Schema.Struct({
    percent: Schema.Finite,
    cores: Schema.Finite,
    /** The load average of the last minute, of all cores together; 0 where there is none. */
    load1: Schema.Finite
  }),
  /** What could be had without swapping counts as free, caches included. */
  memory: Schema.Struct({ totalBytes: Schema.Finite, usedBytes: Schema.Finite, percent: Schema.Finite }),
  /** File systems that can be written to. */
  disks: Schema.Array(DiskReading),
  /** 0 in the first reading: a rate needs two. */
  network: Schema.Array(
    Schema.Struct({
      interface: Schema.String,
      rxBytesPerSecond: Schema.Finite,
      txBytesPerSecond: Schema.Finite
    })
  ),
  processes: Schema.Struct({ all: Schema.Finite, running: Schema.Finite })
})
/** The numbers of the machine at one moment. */
export type SystemReading = typeof SystemReading.Type

/** The numbers of the machine could not be read. */
export class SystemMetricsError extends Schema.TaggedError<SystemMetricsError>()("SystemMetricsError", {
  /** What was asked for, such as `disks`. */
  what: Schema.String,
  detail: Schema.String
}) {
  readonly category = "transient"

  override get message(): string {
    return `the ${this.what} of this machine cannot be read: ${this.detail}`
  }
}

/** Where the numbers of the machine come from. */
export class SystemMetrics extends Context.Service<
  SystemMetrics,
  {
    /** The numbers now. */
    readonly read: Effect.Effect<SystemReading, SystemMetricsError>
  }
>()("@skippy/core/operate/SystemMetrics") {}
