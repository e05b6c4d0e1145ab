/**
 * States by key, with bounded memory. Each access looks at a few other keys and forgets those that are idle, so no
 * timer is needed and no access ever pays for a sweep of the whole map.
 *
 * @module
 */

/** How states of one kind are made and when they may be forgotten. */
export interface Options<S> {
  readonly make: (now: number) => S
  /** Whether forgetting this state changes no later decision, or it is idle for so long that it may. */
  readonly isIdle: (state: S, now: number) => boolean
  /** Whether losing this state costs least when there is no room: an open circuit is worth more than a closed one. */
  readonly isPlain: (state: S, now: number) => boolean
  /** Above this many keys one has to go: the oldest plain one near the front, else the oldest. */
  readonly maxKeys: number
}

/** Two visits for each new key clean faster than a flood of one-shot keys can fill. */
const visitsPerNewKey = 2
/** Known keys clean too, so that a quiet hot key still forgets an old flood. */
const accessesPerVisit = 8

/** Old keys that are looked at for one that can go without harm. */
const candidates = 64

/** A bounded map of states. */
export class KeyedStates<S> {
  private readonly states = new Map<string, S>()
  private readonly options: Options<S>
  private cursor: MapIterator<[string, S]>
  private accesses = 0

  constructor(options: Options<S>) {
    this.options = options
    this.cursor = this.states.entries()
  }

  get size(): number {
    return this.states.size
  }

  /** The state of a key; a new one if the key is unknown. */
  get(key: string, now: number): S {
    const known = this.states.get(key)
    if (known !== undefined) {
      if (++this.accesses % accessesPerVisit === 0) this.visit(1, now, key)
      return known
    }
    this.visit(visitsPerNewKey, now, key)
    const state = this.options.make(now)
    this.states.set(key, state)
    if (this.states.size > this.options.maxKeys) this.makeRoom(key, now)
    return state
  }

  /** The state of a key, if there is one. */
  peek(key: string): S | undefined {
    return this.states.get(key)
  }

  /** Puts a state in place, for restoring. */
  set(key: string, state: S, now: number): void {
    this.states.set(key, state)
    if (this.states.size > this.options.maxKeys) this.makeRoom(key, now)
  }

  delete(key: string): boolean {
    return this.states.delete(key)
  }

  entries(): IterableIterator<[string, S]> {
    return this.states.entries()
  }

  private visit(times: number, now: number, except: string): void {
    for (let i = 0; i < times; i++) {
      const next = this.cursor.next()
      if (next.done === true) {
        this.cursor = this.states.entries()
        return
      }
      if (next.value[0] !== except && this.options.isIdle(next.value[1], now)) this.states.delete(next.value[0])
    }
  }

  private makeRoom(except: string, now: number): void {
    let oldest: string | undefined
    let looked = 0
    for (const [key, state] of this.states) {
      if (key === except) continue
      oldest ??= key
      if (this.options.isPlain(state, now)) {
        this.states.delete(key)
        return
      }
      if (++looked >= candidates) break
    }
    if (oldest !== undefined) this.states.delete(oldest)
  }
}
