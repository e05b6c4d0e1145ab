import type { Target } from "./Contender.ts"

/** What became of a target. */
export interface Judged {
  readonly subject: string
  /** What was measured beside what was to be reached, in words. */
  readonly said: string
  readonly met: boolean
}

/** Compares the figures of a work with a target. */
export const judge = (target: Target, nanoseconds: Readonly<Record<string, number>>): Judged => {
  const subject = nanoseconds[target.subject] ?? Number.NaN
  if ("atMost" in target) {
    const said = `${Math.round(1e9 / subject).toLocaleString("en")} a second (to reach: ${(1e9 / target.atMost).toLocaleString("en")})`
    return { subject: target.subject, said, met: subject <= target.atMost }
  }
  const against = nanoseconds[target.against] ?? Number.NaN
  const ratio = target.mutual === true ? Math.max(subject / against, against / subject) : subject / against
  const said = `${ratio.toFixed(2)} × ${target.against} (to reach: ${target.factor.toFixed(2)})`
  return { subject: target.subject, said, met: ratio <= target.factor }
}

/** Memory in bytes after half of the work and after all of it. */
export interface Flatness {
  readonly total: number
  readonly halfway: number
  readonly end: number
}

/** What the second half of the work added to the memory, in KiB. */
export const grownKiB = ({ end, halfway }: Flatness): number => (end - halfway) / 1024

/** What the memory of a process was that uploaded a file, in bytes. */
export interface UploadMemory {
  /** The size of the file. */
  readonly bytes: number
  readonly seconds: number
  /** Before the upload. */
  readonly before: number
  /** The most it ever was. */
  readonly peak: number
}

/** What Redis counted for each decision of a kind. */
export interface Trips {
  readonly decision: string
  /** How often it read from a connection. */
  readonly reads: number
  /** How many scripts it ran. */
  readonly scripts: number
}

/** What was measured. */
export interface Report {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGiB: number; readonly node: string }
  readonly versions: Readonly<Record<string, string>>
  readonly rounds: number
  readonly works: ReadonlyArray<{
    readonly name: string
    readonly nanoseconds: Readonly<Record<string, number>>
    readonly targets: ReadonlyArray<Judged>
  }>
  /** Empty without a redis-server. */
  readonly trips: ReadonlyArray<Trips>
  readonly memory: {
    readonly bytesPerCircuit: number
    readonly bytesPerLimiterKey: number
    readonly flood: { readonly floods: number; readonly keys: number; readonly grownBytes: number }
    readonly requests: Flatness
    readonly origins: Flatness
    readonly upload: UploadMemory
  }
}
