/**
 * A quantile of the recent latencies of a service.
 *
 * @module
 */

const capacity = 256
/** Sorting a small ring now and then is cheaper and more exact than any sketch of it. */
const sortEvery = 16

/** The last 256 latencies. */
export class LatencyQuantile {
  /** Latencies seen so far, up to the capacity of the ring. */
  count = 0
  private readonly ring = new Float64Array(capacity)
  private readonly quantile: number
  private next = 0
  private unsorted = 0
  private value = 0

  constructor(quantile: number) {
    this.quantile = quantile
  }

  add(millis: number): void {
    this.ring[this.next] = millis
    this.next = (this.next + 1) % capacity
    if (this.count < capacity) this.count++
    this.unsorted++
  }

  /** The nearest-rank quantile of the ring, at most 16 latencies old. */
  get(): number {
    if (this.unsorted >= sortEvery || (this.unsorted > 0 && this.count <= sortEvery)) {
      const sorted = this.ring.slice(0, this.count).sort()
      this.value = sorted[Math.max(0, Math.ceil(this.quantile * this.count) - 1)] ?? 0
      this.unsorted = 0
    }
    return this.value
  }
}
