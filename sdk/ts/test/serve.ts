import { webcrypto } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

// Debian 12's Node 18 is older than the client requires, and lacks only this.
globalThis.crypto ??= webcrypto as Crypto

/** Serves on a free port until the test ends, and returns the URL. */
export async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Answers JSON. */
export function json(res: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  res.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body))
}

/** Answers a problem. */
export function problem(res: ServerResponse, status: number, code: string, more: object = {}, headers: Record<string, string> = {}): void {
  json(res, status, { type: 'about:blank', title: 'Problem', status, code, ...more }, { 'Content-Type': 'application/problem+json', ...headers })
}

/** Returns the body of a request. */
export async function bodyOf(req: IncomingMessage): Promise<string> {
  let body = ''
  for await (const piece of req.setEncoding('utf8')) {
    body += String(piece)
  }
  return body
}
