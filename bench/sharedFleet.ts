/** The processes of the shared run, seen from the one that orders them about. */
import { type ChildProcess, fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import type { Order, Place, Word } from "./sharedPlan.ts"

type Tag = Word["_tag"]
type Said<T extends Tag> = Extract<Word, { readonly _tag: T }>

const patienceMillis = 120_000

/** One process. */
export class Worker {
  private readonly child: ChildProcess
  private isKilled = false

  private constructor(child: ChildProcess) {
    this.child = child
    child.once("exit", (code) => {
      if (this.isKilled || code === 0) return
      console.error(`a process of the run ended with ${code}`)
      process.exit(1)
    })
  }

  /** Starts one, and answers it when it is ready. */
  static async start(place: Place): Promise<Worker> {
    const worker = new Worker(fork(fileURLToPath(new URL("sharedWorker.ts", import.meta.url)), [JSON.stringify(place)]))
    await worker.hear("Ready")
    return worker
  }

  order(order: Order): void {
    this.child.send(order)
  }

  /** Waits until it says something of this kind; `undefined` when it is killed first. */
  hear<T extends Tag>(tag: T, within: number = patienceMillis): Promise<Said<T> | undefined> {
    const { child } = this
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`a process has not said "${tag}" in ${within} ms`)), within)
      const settle = (word: Said<T> | undefined) => {
        clearTimeout(late)
        child.off("message", listen).off("exit", gone)
        resolve(word)
      }
      const isOf = (word: Word): word is Said<T> => word._tag === tag
      const listen = (word: Word) => void (isOf(word) && settle(word))
      const gone = () => settle(undefined)
      child.on("message", listen).on("exit", gone)
    })
  }

  /** Orders, and waits for the word that answers. */
  async ask<T extends Tag>(order: Order, tag: T, within?: number): Promise<Said<T>> {
    const heard = this.hear(tag, within)
    this.order(order)
    const word = await heard
    if (word === undefined) throw new Error(`a process was gone before it said "${tag}"`)
    return word
  }

  /** Ends it at once, as it stands. */
  kill(): Promise<void> {
    this.isKilled = true
    return new Promise((resolve) => {
      this.child.once("exit", () => resolve())
      this.child.kill("SIGKILL")
    })
  }

  /** Lets it end by itself. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.child.once("exit", () => resolve())
      this.child.disconnect()
    })
  }
}
