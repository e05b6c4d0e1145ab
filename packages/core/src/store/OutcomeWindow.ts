/**
 * The last outcomes of a circuit, by count or by time. Adding one is O(1) for the count window; the time window ages by
 * whole buckets, however long nobody called.
 *
 * @module
 */
import { Schema } from "effect"

/** What of the window is remembered across a restart. */
export const WindowSnapshot = Schema.Struct({
  /** Count window: one flag byte per call, oldest first. Time window: calls, failures, slow of each bucket, oldest first. */
  cells: Schema.Array(Schema.Finite),
  /** Time window: the number of the newest bucket since the epoch. */
  bucket: Schema.Finite
})
/** What of the window is remembered across a restart. */
export type WindowSnapshot = typeof WindowSnapshot.Type

/** The kinds of window: the last `size` calls, or the last `millis` in `buckets` equal parts. */
export type WindowSpec =
  | { readonly _tag: "Count"; readonly size: number }
  | { readonly _tag: "Time"; readonly millis: number; readonly buckets: number }

/** What was counted. */
export interface Counts {
  readonly calls: number
  readonly failures: number
  readonly slow: number
}

/** A window of outcomes. */
export interface OutcomeWindow extends Counts {
  /** What is not too old at `now`; changes nothing. */
  readonly countsAt: (now: number) => Counts
  readonly add: (failed: boolean, slow: boolean, now: number) => void
  /** The same as `add(false, false, now)`, which is what happens most. */
  readonly addSuccess: (now: number) => void
  readonly snapshot: () => WindowSnapshot
}

const FAILED = 1
const SLOW = 2

class CountWindow implements OutcomeWindow {
  calls = 0
  failures = 0
  slow = 0
  private readonly flags: Uint8Array
  private next = 0

  constructor(size: number) {
    this.flags = new Uint8Array(size)
  }

  countsAt(): Counts {
    return this
  }

  add(failed: boolean, slow: boolean): void {
    const flags = this.flags
    const at = this.next
    if (this.calls === flags.length) {
      const old = flags[at] ?? 0
      if ((old & FAILED) !== 0) this.failures--
      if ((old & SLOW) !== 0) this.slow--
    } else {
      this.calls++
    }
    flags[at] = (failed ? FAILED : 0) | (slow ? SLOW : 0)
    if (failed) this.failures++
    if (slow) this.slow++
    this.next = at + 1 === flags.length ? 0 : at + 1
  }

  addSuccess(): void {
    this.add(false, false)
  }

  snapshot(): WindowSnapshot {
    const size = this.flags.length
    const start = this.calls === size ? this.next : 0
    return { bucket: 0, cells: Array.from({ length: this.calls }, (_, i) => this.flags[(start + i) % size] ?? 0) }
  }
}

class TimeWindow implements OutcomeWindow {
  failures = 0
  slow = 0
  private readonly cells: Uint32Array
  private readonly bucketMillis: number
  private readonly buckets: number
  private newest = -Infinity
  private newestCell = 0
  private counted = 0
  /** Successes of the newest bucket that are not in its cell yet. */
  private pending = 0
  /** The end of the newest bucket; until then `add` needs no arithmetic. */
  private newestEnds = -Infinity

  constructor(millis: number, buckets: number) {
    this.buckets = buckets
    this.bucketMillis = millis / buckets
    this.cells = new Uint32Array(buckets * 3)
  }

  get calls(): number {
    return this.counted + this.pending
  }

  countsAt(now: number): Counts {
    const steps = Math.floor(now / this.bucketMillis) - this.newest
    if (steps <= 0) return this
    let { calls, failures, slow } = this
    if (steps >= this.buckets) return { calls: 0, failures: 0, slow: 0 }
    for (let i = 1; i <= steps; i++) {
      const at = this.cell(this.newest + i)
      calls -= this.cells[at] ?? 0
      failures -= this.cells[at + 1] ?? 0
      slow -= this.cells[at + 2] ?? 0
    }
    return { calls, failures, slow }
  }

  private age(now: number): void {
    const bucket = Math.floor(now / this.bucketMillis)
    if (bucket < this.newest - 1 && this.newest !== -Infinity) return this.turnBack(bucket)
    if (bucket <= this.newest) return
    this.flush()
    const steps = Math.min(bucket - this.newest, this.buckets)
    const cells = this.cells
    for (let i = 1; i <= steps; i++) {
      const at = this.cell(bucket - steps + i)
      this.counted -= cells[at] ?? 0
      this.failures -= cells[at + 1] ?? 0
      this.slow -= cells[at + 2] ?? 0
      cells[at] = 0
      cells[at + 1] = 0
      cells[at + 2] = 0
    }
    this.goTo(bucket)
  }

  add(failed: boolean, slow: boolean, now: number): void {
    if (now >= this.newestEnds || now < this.newestEnds - 2 * this.bucketMillis) this.age(now)
    const at = this.newestCell
    const cells = this.cells
    cells[at] = (cells[at] ?? 0) + 1
    this.counted++
    if (failed) {
      cells[at + 1] = (cells[at + 1] ?? 0) + 1
      this.failures++
    }
    if (slow) {
      cells[at + 2] = (cells[at + 2] ?? 0) + 1
      this.slow++
    }
  }

  addSuccess(now: number): void {
    if (now >= this.newestEnds) this.age(now)
    this.pending++
  }

  snapshot(): WindowSnapshot {
    this.flush()
    if (this.newest === -Infinity) return { bucket: 0, cells: [] }
    const cells: Array<number> = []
    for (let i = this.buckets - 1; i >= 0; i--) {
      const at = this.cell(this.newest - i)
      cells.push(this.cells[at] ?? 0, this.cells[at + 1] ?? 0, this.cells[at + 2] ?? 0)
    }
    return { bucket: this.newest, cells }
  }

  restore(snapshot: WindowSnapshot): void {
    if (snapshot.cells.length !== this.cells.length) return
    this.put(snapshot)
    for (let i = 0; i < this.cells.length; i += 3) {
      this.counted += this.cells[i] ?? 0
      this.failures += this.cells[i + 1] ?? 0
      this.slow += this.cells[i + 2] ?? 0
    }
  }

  /** The clock was set back: the newest bucket is the one of now, and all ages go on from there. */
  private turnBack(bucket: number): void {
    this.put({ ...this.snapshot(), bucket })
  }

  private put({ bucket, cells }: WindowSnapshot): void {
    this.goTo(bucket)
    for (let i = this.buckets - 1, from = 0; i >= 0; i--, from += 3) {
      for (let j = 0; j < 3; j++) this.cells[this.cell(bucket - i) + j] = cells[from + j] ?? 0
    }
  }

  private flush(): void {
    const at = this.newestCell
    this.cells[at] = (this.cells[at] ?? 0) + this.pending
    this.counted += this.pending
    this.pending = 0
  }

  private goTo(bucket: number): void {
    this.newest = bucket
    this.newestCell = this.cell(bucket)
    this.newestEnds = (bucket + 1) * this.bucketMillis
  }

  private cell(bucket: number): number {
    const at = bucket % this.buckets
    return (at < 0 ? at + this.buckets : at) * 3
  }
}

/** An empty window. */
export const make = (spec: WindowSpec): OutcomeWindow =>
  spec._tag === "Count" ? new CountWindow(spec.size) : new TimeWindow(spec.millis, spec.buckets)

/** A window as it was; what does not fit the spec any more (another size, other buckets) is left out. */
export const restore = (spec: WindowSpec, snapshot: WindowSnapshot): OutcomeWindow => {
  if (spec._tag === "Time") {
    const window = new TimeWindow(spec.millis, spec.buckets)
    window.restore(snapshot)
    return window
  }
  const window = new CountWindow(spec.size)
  for (const flags of snapshot.cells.slice(-spec.size)) window.add((flags & FAILED) !== 0, (flags & SLOW) !== 0)
  return window
}
