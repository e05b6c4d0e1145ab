import type { Target } from "./Contender.ts"

/** What was measured. */
export interface Report {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGiB: number; readonly node: string }
  readonly versions: Readonly<Record<string, string>>
  readonly rounds: number
  readonly works: ReadonlyArray<{
    readonly name: string
    readonly nanoseconds: Readonly<Record<string, number>>
    readonly targets: ReadonlyArray<Target & { readonly ratio: number; readonly met: boolean }>
  }>
  readonly memory: {
    readonly bytesPerCircuit: number
    readonly bytesPerLimiterKey: number
    readonly flood: { readonly floods: number; readonly keys: number; readonly grownBytes: number }
  }
}
