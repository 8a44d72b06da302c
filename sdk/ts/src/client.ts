import createClient, { type Client, type ClientOptions } from 'openapi-fetch'
import type { paths } from './schema.js'

/** A client of the PropFlow API: one method per HTTP verb, typed by path. */
export type PropFlow = Client<paths>

export interface PropFlowOptions {
  /** The URL of the API, e.g. `http://localhost:8000`; empty for the page's own origin. */
  baseUrl: string
  /**
   * Returns the access token for a request; it is called for every request and every reopened
   * live stream. If it is empty, none is sent. Refresh a token that is about to expire here, but
   * never twice at the same time, because using a refresh token twice ends the session.
   */
  token?: () => string | Promise<string>
  /** Sends the requests; if absent, the global `fetch` does. */
  fetch?: (request: Request) => Promise<Response>
}

/**
 * Returns a client of the API. Its methods return `{ data, error, response }`; `unwrap` returns
 * the data of that or throws a `ProblemError`. A request's own `Authorization` header is not
 * replaced, so that the token of a second factor can be sent.
 */
export function createPropFlow({ baseUrl, token, fetch }: PropFlowOptions): PropFlow {
  const options: ClientOptions = { baseUrl, bodySerializer: serialize }
  if (fetch) {
    options.fetch = fetch
  }
  const client = createClient<paths>(options)
  if (token) {
    client.use({
      async onRequest({ request }) {
        if (request.headers.has('Authorization')) {
          return
        }
        const access = await token()
        if (access) {
          request.headers.set('Authorization', `Bearer ${access}`)
        }
      },
    })
  }
  return client
}

/** Sends text (the CSV of an import) unchanged, because no operation expects a JSON string. */
function serialize(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body)
}

/**
 * Returns a random `Idempotency-Key`. Use a new one for each thing that you want done, and the
 * same one when you retry it.
 */
export function newKey(): string {
  // Not randomUUID, which exists in secure contexts only: a phone on a development network has none.
  const raw = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(raw, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
