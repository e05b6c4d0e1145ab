/** A real redis-server on a free port that ends with its process; keeps nothing on disk. */
import { spawn, spawnSync } from "node:child_process"
import { createServer } from "node:net"
import { tmpdir } from "node:os"

const variable = "SKIPPY_BENCH_REDIS"

/** Where the server of a bench is; its children find it in their environment. */
export const redisUrl = (): string => {
  const url = process.env[variable]
  if (url === undefined) throw new Error(`no redis-server was started: ${variable} is not set`)
  return url
}

/** Starts a server for this process and its children. */
export const startRedisForChildren = async (): Promise<void> => {
  process.env[variable] = `redis://127.0.0.1:${await startRedis()}`
}

/** Whether there is one to start. */
export const hasRedis = (): boolean => spawnSync("redis-server", ["--version"]).status === 0

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0))
    })
  })

/** Starts it, and answers its port once it takes connections. */
export const startRedis = async (): Promise<number> => {
  const port = await freePort()
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", tmpdir()]
  const server = spawn("redis-server", args, { stdio: ["ignore", "pipe", "inherit"] })
  process.on("exit", () => server.kill("SIGKILL"))
  await new Promise<void>((resolve, reject) => {
    let said = ""
    server.once("error", reject)
    server.once("exit", () => reject(new Error(`redis-server ended: ${said}`)))
    server.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text
      if (said.includes("Ready to accept connections")) resolve()
    })
  })
  // From here on it must not hold this process, and what it goes on saying is read and forgotten.
  server.removeAllListeners("exit")
  server.unref()
  server.stdout.removeAllListeners("data").resume()
  if ("unref" in server.stdout && typeof server.stdout.unref === "function") server.stdout.unref()
  return port
}
