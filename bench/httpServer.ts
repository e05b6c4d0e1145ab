/** A server on loopback that answers every request at once with the same small JSON; prints its address and ends with its
 * parent. */
import { createServer } from "node:http"

const body = JSON.stringify({ rows: Array.from({ length: 8 }, (_, id) => ({ id, name: `row ${id}` })) })
const headers = { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) }

const server = createServer((_, response) => {
  response.writeHead(200, headers).end(body)
})
server.keepAliveTimeout = 60_000
server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  if (address !== null && typeof address === "object") process.send?.(address.port)
})
process.on("disconnect", () => process.exit(0))
