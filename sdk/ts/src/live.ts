import type { PropFlow } from './client.js'
import { ProblemError, unwrap } from './problem.js'
import type { LiveEvent } from './schema.js'
import { MessageDecoder, type Message } from './sse.js'

/** What comes down the live stream. */
export type Live =
  | {
      kind: 'event'
      /** Resumes behind this event. */
      id: string
      /** The action, e.g. `property.submitted`. */
      name: string
      data: LiveEvent
    }
  /** Events may have been missed: read again what you show. */
  | { kind: 'reset'; id?: string }

export interface LiveOptions {
  /** Resumes behind this event, from an earlier stream; from now on where absent. */
  lastEventId?: string
  /** Ends the iteration, quietly. */
  signal?: AbortSignal
  /** The first pause before a lost stream is opened again, in milliseconds (1,000); it doubles up to 30 s. */
  retryMs?: number
  /** How long a stream may be silent before it counts as lost, in milliseconds (45,000, three of the API's pulses). */
  quietMs?: number
  /** Told each time that the stream is lost, and how long until the next try, in milliseconds. */
  onRetry?: (pauseMs: number, error?: unknown) => void
}

const longestPauseMs = 30_000

/** A stream that stayed open for so long was no failure, even if it brought nothing. */
const steadyMs = 10_000

/**
 * Iterates over live events. A stream that is lost, or that the API ends because the token
 * expires, is opened again behind what it brought last. A stream opened without an id to resume
 * behind starts with a `reset`: load what you show when you see one, and nothing is missed.
 *
 * `break` ends it between events; to end it while it waits, abort `signal`.
 *
 * @throws ProblemError where trying again cannot help (4xx but for 408 and 429), and whatever
 * else than a network error the client's `token` throws.
 */
export async function* liveEvents(client: PropFlow, options: LiveOptions = {}): AsyncGenerator<Live, void, undefined> {
  const { signal, retryMs = 1_000, quietMs = 45_000, onRetry } = options
  let lastEventId = options.lastEventId ?? ''
  let failures = 0
  while (!signal?.aborted) {
    const connection = connect(signal)
    const messages = new MessageDecoder(lastEventId)
    let opened = Infinity
    let lost: unknown
    try {
      const reader = await within(quietMs, connection, () => open(client, lastEventId, connection.signal))
      opened = Date.now()
      if (!lastEventId) {
        yield { kind: 'reset' }
      }
      for await (const message of read(reader, messages, quietMs, connection)) {
        failures = 0
        if (message.event !== 'pulse') {
          yield liveOf(message) // a pulse only moves where to resume
        }
      }
    } catch (error) {
      if (signal?.aborted) {
        return
      }
      if (!isPassing(error)) {
        throw error
      }
      lost = error
    } finally {
      connection.abort()
    }
    lastEventId = messages.lastId
    failures = Date.now() - opened >= steadyMs ? 1 : failures + 1
    const pauseMs = pauseAfter(failures, retryMs, lost)
    onRetry?.(pauseMs, lost)
    await pause(pauseMs, signal)
  }
}

async function open(client: PropFlow, lastEventId: string, signal: AbortSignal): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  const answer = await client.GET('/api/v1/events', {
    params: { header: lastEventId ? { 'Last-Event-ID': lastEventId } : {} },
    headers: { Accept: 'text/event-stream' },
    parseAs: 'stream',
    cache: 'no-store',
    signal,
  })
  const body = await unwrap(answer)
  const type = answer.response.headers.get('Content-Type')
  if (!body || !type?.startsWith('text/event-stream')) {
    throw new Error(`live events came as ${type ?? 'nothing'}, not as text/event-stream`)
  }
  return body.getReader()
}

async function* read(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  messages: MessageDecoder,
  quietMs: number,
  connection: AbortController,
): AsyncGenerator<Message> {
  const text = new TextDecoder()
  for (;;) {
    // Only waiting counts as silence, not the time that the reader of the events takes.
    const { done, value } = await within(quietMs, connection, () => reader.read())
    if (done) {
      return
    }
    yield* messages.push(text.decode(value, { stream: true }))
  }
}

function liveOf({ id, event, data }: Message): Live {
  if (event === 'reset') {
    return id ? { kind: 'reset', id } : { kind: 'reset' }
  }
  return { kind: 'event', id, name: event, data: JSON.parse(data) as LiveEvent }
}

/** Returns what ends one connection; signal ends it too. */
function connect(signal: AbortSignal | undefined): AbortController {
  const connection = new AbortController()
  signal?.addEventListener('abort', () => connection.abort(), { signal: connection.signal })
  return connection
}

/** Awaits step, and ends the connection when that takes longer than ms. */
async function within<T>(ms: number, connection: AbortController, step: () => Promise<T>): Promise<T> {
  const timer = setTimeout(() => connection.abort(new DOMException(`silent for ${ms} ms`, 'TimeoutError')), ms)
  try {
    return await step()
  } finally {
    clearTimeout(timer)
  }
}

/** Whether trying again may help: network errors, silence, overload. */
function isPassing(error: unknown): boolean {
  if (error instanceof ProblemError) {
    return error.status >= 500 || error.status === 408 || error.status === 429
  }
  // fetch tells network errors by TypeError, and reading an aborted body by DOMException.
  return error instanceof TypeError || error instanceof DOMException
}

function pauseAfter(failures: number, retryMs: number, lost: unknown): number {
  const asked = lost instanceof ProblemError ? lost.retryAfterMs : 0
  const backoff = Math.min(retryMs * 2 ** (failures - 1), longestPauseMs)
  // Spread, so that the clients of a restarted server do not all come at once.
  return Math.max(asked, backoff * (0.5 + Math.random() / 2))
}

/** Waits for ms, or until signal aborts. */
function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done)
    if (signal?.aborted) {
      done()
    }
  })
}
