/**
 * The server on loopback and the system's browser, by Node.
 *
 * @module
 */
import { spawn } from "node:child_process"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { platform } from "node:os"
import { Deferred, Effect } from "effect"
import * as AuthError from "./AuthError.ts"
import type { Desktop, Judge, Page } from "./Loopback.ts"

const html = ({ text, title }: Page): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><body><h1>${title}</h1><p>${text}</p></body></html>`

const headers = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'",
  "referrer-policy": "no-referrer",
  connection: "close"
}

const answer = (outgoing: ServerResponse, page: Page): void => {
  outgoing.writeHead(page.status, headers).end(html(page))
}

const nothingHere: Page = {
  status: 404,
  title: "Nothing here",
  text: "This address only takes the answer of a sign-in."
}

/** What came: `undefined` for anything but a page that is asked for at this very address. */
const queryOf = ({ headers, method, url = "" }: IncomingMessage, host: string) => {
  if (method !== "GET" || headers.host !== host || !/^\/(\?|$)/.test(url)) return undefined
  return Object.fromEntries(new URL(url, `http://${host}`).searchParams)
}

const listening = (server: Server): Effect.Effect<string, AuthError.AuthError> =>
  Effect.callback((resume) => {
    const failed = () =>
      resume(
        Effect.fail(
          AuthError.make({
            reason: "signInFailed",
            category: "fatal",
            subject: "127.0.0.1",
            fix: "allow a server on loopback: the browser brings the answer there"
          })
        )
      )
    server.once("error", failed)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      if (address === null || typeof address === "string") failed()
      else resume(Effect.succeed(`127.0.0.1:${address.port}`))
    })
  })

const close = (server: Server): Effect.Effect<void> =>
  Effect.callback((resume) => {
    server.close(() => resume(Effect.void))
    // A page that is still on its way is sent: its connection closes by itself.
    server.closeIdleConnections()
  })

/** A browser that asks and never listens must not hold the program. */
const requestTimeout = 5000

const listen = <A>(judge: Judge<A>) =>
  Effect.gen(function* () {
    const result = yield* Deferred.make<A>()
    const server = yield* Effect.acquireRelease(
      Effect.sync(() => createServer({ requestTimeout, headersTimeout: requestTimeout, keepAliveTimeout: 1 })),
      (server) =>
        Effect.timeoutOrElse(close(server), {
          duration: 1000,
          orElse: () => Effect.sync(() => server.closeAllConnections())
        })
    )
    const host = yield* listening(server)
    server.on("request", (incoming, outgoing) => {
      const query = queryOf(incoming, host)
      if (query === undefined) return answer(outgoing, nothingHere)
      const judged = judge(query)
      answer(outgoing, judged.page)
      if (judged.result === undefined) return undefined
      // The page is told before anybody closes the server.
      const { result: found } = judged
      outgoing.once("close", () => Deferred.doneUnsafe(result, Effect.succeed(found)))
      return undefined
    })
    return { url: `http://${host}`, result: Deferred.await(result) }
  })

/** A program and its arguments. Windows takes the address as it is only without its shell. */
const browserOf = (system: string, url: string): readonly [string, ReadonlyArray<string>] => {
  switch (system) {
    case "darwin":
      return ["open", [url]]
    case "win32":
      return ["rundll32", ["url.dll,FileProtocolHandler", url]]
    default:
      return ["xdg-open", [url]]
  }
}

const open = (url: string): Effect.Effect<boolean> =>
  Effect.callback((resume) => {
    const [program, args] = browserOf(platform(), url)
    const child = spawn(program, args, { stdio: "ignore", detached: true })
    child.once("error", () => resume(Effect.succeed(false)))
    child.once("spawn", () => {
      child.unref()
      resume(Effect.succeed(true))
    })
  })

/** What signing in needs, by Node. */
export const desktop: Desktop = { listen, open }
