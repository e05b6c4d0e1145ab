import { expect, it } from "vitest"
import { cannotListen } from "../src/runtime/CannotListen.ts"

const failed = (code: string) => Object.assign(new Error("listen"), { code })

it.for([
  [
    4010,
    failed("EADDRINUSE"),
    "cannot listen on 127.0.0.1 port 4010: another program has it; give another --port (EADDRINUSE)"
  ],
  [
    0,
    failed("EMFILE"),
    "cannot listen on a free port of 127.0.0.1: too many files are open; raise the limit with ulimit -n (EMFILE)"
  ],
  [1, failed("EWHAT"), "cannot listen on 127.0.0.1 port 1: EWHAT"],
  [1, "odd", "cannot listen on 127.0.0.1 port 1: unknown error"]
] as const)("tells what to do when it cannot listen on port %i", ([port, cause, problem]) => {
  expect(cannotListen("127.0.0.1", port, cause).message).toBe(problem)
})
