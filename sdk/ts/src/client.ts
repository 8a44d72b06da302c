import createClient, { type Client, type ClientOptions } from 'openapi-fetch'
import type { paths } from './schema.js'

/** A client of the PropFlow API: one method per HTTP verb, typed by path. */
export type PropFlow = Client<paths>

export interface PropFlowOptions {
  /** Where the API is, e.g. `http://localhost:8000`; empty for the page's own origin. */
  baseUrl: string
  /**
   * Gives the access token of every request, also of every reopened live stream; an empty one
   * sends none. Refresh here what is about to expire, and only once at a time: a refresh token
   * that comes back a second time ends the session.
   */
  token?: () => string | Promise<string>
  /** Sends the requests; the global `fetch` where absent. */
  fetch?: (request: Request) => Promise<Response>
}

/**
 * Returns a client of the API. It answers `{ data, error, response }`; `unwrap` makes of that the
 * data or a thrown `ProblemError`. An `Authorization` header given with a request is left
 * alone: that is how the token of a second factor is sent.
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

/** Leaves text (the CSV of an import) as it is; no operation takes JSON that is a mere string. */
function serialize(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body)
}

/**
 * Draws an `Idempotency-Key`: make one per thing that you want done, and send it again when you
 * try again.
 */
export function newKey(): string {
  // randomUUID is for secure contexts only; a phone on a development network has none.
  const raw = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(raw, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
