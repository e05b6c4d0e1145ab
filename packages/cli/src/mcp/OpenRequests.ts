/**
 * Which requests are not answered yet. A client that gives the id of one of them to another would never know which of the
 * two an answer is to.
 *
 * @module
 */
import { type Id, type Judged, problem } from "./Messages.ts"

/** Follows the messages of one client. */
export interface OpenRequests {
  /** Judges a message by what is open when it comes. */
  readonly judge: (judged: Judged) => Judged
  /** A line is sent, as the server writes it; it may answer a request. */
  readonly sent: (line: string) => void
}

const answer = /^\{"jsonrpc":"2\.0","id":("(?:[^"\\]|\\.)*"|-?[\d.e+-]+),"(?:result|error)":/

/** No requests yet. */
export const make = (): OpenRequests => {
  const open = new Set<Id>()
  return {
    judge: (judged) => {
      if (judged._tag !== "Message") return judged
      const { cancels, id } = judged
      if (cancels !== undefined) open.delete(cancels)
      if (id === undefined) return judged
      if (open.has(id))
        return problem(-32600, `request ${JSON.stringify(id)} is not answered yet; give each request an id of its own`)
      open.add(id)
      return judged
    },
    sent: (line) => {
      const [, id] = answer.exec(line) ?? []
      if (id !== undefined) open.delete(JSON.parse(id))
    }
  }
}
