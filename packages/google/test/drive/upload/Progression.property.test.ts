import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { keptOf, unit } from "../../../src/drive/upload/ContentRange.ts"
import * as Progression from "../../../src/drive/upload/Progression.ts"

/** What happens at a request. `share` is of what is sent. */
const happening = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ _tag: "Fine" as const }) },
  {
    weight: 4,
    arbitrary: fc.record({ _tag: fc.constant("Cut" as const), share: fc.double({ min: 0, max: 1, noNaN: true }) })
  },
  {
    weight: 2,
    arbitrary: fc.record({ _tag: fc.constant("KeptLess" as const), share: fc.double({ min: 0, max: 1, noNaN: true }) })
  },
  { weight: 2, arbitrary: fc.constant({ _tag: "LostAnswer" as const }) },
  { weight: 2, arbitrary: fc.constant({ _tag: "Refused" as const }) },
  { weight: 1, arbitrary: fc.constant({ _tag: "Expired" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ _tag: fc.constant("Forgot" as const), share: fc.double({ min: 0, max: 1, noNaN: true }) })
  }
)
type Happening = Parameters<Parameters<typeof happening.map>[0]>[0]

/** Drive, as naive as can be: a session has bytes, and whoever completes one makes a file. */
class NaiveDrive {
  session: Array<number> | undefined
  /** Whether the session has made its file; it says so whenever it is asked. */
  isDone = false
  files: Array<ReadonlyArray<number>> = []
  readonly total: number
  constructor(total: number) {
    this.total = total
  }

  private kept(): Progression.Answer {
    const { length } = this.session ?? []
    return { _tag: "Kept", bytes: keptOf(length === 0 ? undefined : `bytes=0-${length - 1}`) }
  }

  private settle(): Progression.Answer {
    if (this.session?.length !== this.total) return this.kept()
    if (this.files.length > 0) return { _tag: "Taken" }
    this.files.push([...this.session])
    this.isDone = true
    return { _tag: "Stored" }
  }

  answer(step: Progression.Step, event: Happening): Progression.Answer {
    if (event._tag === "Refused") return { _tag: "Broken" }
    if (step._tag === "LookUp") return this.files.length > 0 ? { _tag: "Present" } : { _tag: "Absent" }
    if (step._tag === "Start") {
      this.session = []
      this.isDone = false
      return event._tag === "LostAnswer" ? { _tag: "Broken" } : { _tag: "Started" }
    }
    if (event._tag === "Expired") this.session = undefined
    if (this.session === undefined) return { _tag: "Lost" }
    if (this.isDone) return event._tag === "LostAnswer" ? { _tag: "Broken" } : { _tag: "Stored" }
    if (event._tag === "Forgot") this.session.length = Math.floor(this.session.length * event.share)
    if (step._tag === "Send") {
      // Bytes that do not follow what is kept would tear a hole.
      if (step.from > this.session.length) return { _tag: "Lost" }
      const sent = step.to - step.from
      const share = event._tag === "Cut" || event._tag === "KeptLess" ? event.share : 1
      const arrived = Math.floor(sent * share)
      this.session.length = step.from
      for (let n = 0; n < arrived; n++) this.session.push(step.from + n)
      if (event._tag === "Cut") return { _tag: "Broken" }
    }
    const answer = this.settle()
    return event._tag === "LostAnswer" ? { _tag: "Broken" } : answer
  }
}

const isOver = ({ _tag }: Progression.Step): boolean => _tag === "Stored" || _tag === "Found" || _tag === "GivenUp"

describe("a resumable upload", () => {
  it("makes one file with all bytes in their order, or none, and ends, whatever happens", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.option(fc.integer({ min: 1, max: 10 }), { nil: undefined }),
        fc.constantFrom("nothing" as const, "id" as const, "session" as const),
        fc.array(happening, { maxLength: 60 }),
        (total, chunkSize, left, events) => {
          const drive = new NaiveDrive(total)
          if (left === "session") drive.session = Array.from({ length: Math.floor(total / 2) }, (_, n) => n)
          let state = Progression.begin({ total, chunkSize, left })
          let rounds = 0
          while (!isOver(state.step)) {
            const answer = drive.answer(state.step, events[rounds] ?? { _tag: "Fine" })
            state = Progression.next(state, answer)
            const { step } = state
            if (step._tag === "Send") {
              expect(step.from).toBeLessThan(step.to)
              expect(step.to).toBeLessThanOrEqual(total)
              if (chunkSize !== undefined && step.to < total) expect(step.to - step.from).toBe(chunkSize)
            }
            rounds += 1
            // Only what nobody answers may take longer, and the policies bound that.
            expect(rounds).toBeLessThan(events.length + 6 * total + 100)
          }
          const whole = Array.from({ length: total }, (_, n) => n)
          expect(drive.files.length).toBeLessThanOrEqual(1)
          for (const file of drive.files) expect(file).toEqual(whole)
          if (state.step._tag !== "GivenUp") expect(drive.files).toEqual([whole])
        }
      ),
      { numRuns: 2000 }
    )
  })

  it("gives up when Drive answers and keeps nothing", () => {
    let state = Progression.next(Progression.begin({ total: 10, chunkSize: undefined, left: "nothing" }), {
      _tag: "Started"
    })
    let rounds = 0
    while (state.step._tag === "Send") {
      state = Progression.next(state, { _tag: "Kept", bytes: 0 })
      rounds += 1
    }
    expect(state.step).toEqual({ _tag: "GivenUp", why: "idle" })
    expect(rounds).toBe(Progression.maxIdleRounds)
  })

  it("gives up when its sessions are lost again and again", () => {
    let state = Progression.begin({ total: 10, chunkSize: undefined, left: "nothing" })
    let sessions = 0
    while (state.step._tag !== "GivenUp") {
      sessions += 1
      state = Progression.next(state, { _tag: "Started" })
      state = Progression.next(state, { _tag: "Lost" })
      state = Progression.next(state, { _tag: "Absent" })
    }
    expect(state.step.why).toBe("lost")
    expect(sessions).toBe(Progression.maxRestarts + 1)
  })

  it("takes a session that has more than there is, or says it oddly, for a lost one", () => {
    const asking = Progression.begin({ total: 10, chunkSize: undefined, left: "session" })
    for (const bytes of [11, undefined]) {
      expect(Progression.next(asking, { _tag: "Kept", bytes }).step).toEqual({ _tag: "LookUp" })
    }
  })

  it("sends chunks of multiples of 256 KiB, wherever they begin", () => {
    const total = 10 * unit + 7
    const asking = Progression.begin({ total, chunkSize: 2 * unit, left: "session" })
    const send = Progression.next(asking, { _tag: "Kept", bytes: unit + 5 }).step
    expect(send).toEqual({ _tag: "Send", from: unit + 5, to: 3 * unit + 5 })
  })
})
