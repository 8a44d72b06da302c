import type { PropFlow } from './client.js'
import { ProblemError, unwrap } from './problem.js'
import type { EventView } from './schema.js'
import { MessageDecoder, type Message } from './sse.js'

/** An item of the live stream. */
export type Live =
  | {
      kind: 'event'
      /** Pass it as `lastEventId` to resume after this event. */
      id: string
      /** The action, e.g. `property.submitted`. */
      name: string
      /** `view` is `OWNER` if you own the case. */
      data: EventView
    }
  /** Events may have been missed: read the data that you show again. */
  | { kind: 'reset'; id?: string }

export interface LiveOptions {
  /** Resumes after this event of an earlier stream; if absent, starts from now on. */
  lastEventId?: string
  /** Ends the iteration without an error. */
  signal?: AbortSignal
  /** The first pause before a lost stream is opened again, in milliseconds (1,000); it doubles up to 30 s. */
  retryMs?: number
  /** How long a stream may be silent before it counts as lost, in milliseconds (45,000, three of the API's pulses). */
  quietMs?: number
  /** Called each time the stream is lost, with the milliseconds until the next attempt and the error, if any. */
  onRetry?: (pauseMs: number, error?: unknown) => void
}

const longestPauseMs = 30_000

/** A stream that stayed open this long does not count as a failure, even if it brought nothing. */
const steadyMs = 10_000

/**
 * Iterates over live events. If the stream is lost, or if the API ends it because the token
 * expires, it is opened again after the last id received. A stream opened without an id starts
 * with a `reset`: if you load the data that you show at each `reset`, you miss nothing.
 *
 * `break` ends it between events; to end it while it waits, abort `signal`.
 *
 * @throws ProblemError if a retry cannot help (4xx except 408 and 429), and any error of the
 * client's `token` that is not a network error.
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
          yield liveOf(message) // a pulse only brings a newer id to resume after
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
    // Only waiting counts as silence, not the time that the caller spends on an event.
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
  return { kind: 'event', id, name: event, data: JSON.parse(data) as EventView }
}

/** Returns a controller that ends one connection; signal ends it too. */
function connect(signal: AbortSignal | undefined): AbortController {
  const connection = new AbortController()
  signal?.addEventListener('abort', () => connection.abort(), { signal: connection.signal })
  return connection
}

/** Awaits step, and ends the connection if that takes longer than ms. */
async function within<T>(ms: number, connection: AbortController, step: () => Promise<T>): Promise<T> {
  const timer = setTimeout(() => connection.abort(new DOMException(`silent for ${ms} ms`, 'TimeoutError')), ms)
  try {
    return await step()
  } finally {
    clearTimeout(timer)
  }
}

/** Reports whether a retry may help: after network errors, silence or overload. */
function isPassing(error: unknown): boolean {
  if (error instanceof ProblemError) {
    return error.status >= 500 || error.status === 408 || error.status === 429
  }
  // fetch throws TypeError for network errors, and reading an aborted body throws DOMException.
  return error instanceof TypeError || error instanceof DOMException
}

function pauseAfter(failures: number, retryMs: number, lost: unknown): number {
  const asked = lost instanceof ProblemError ? lost.retryAfterMs : 0
  const backoff = Math.min(retryMs * 2 ** (failures - 1), longestPauseMs)
  // Random, so that the clients of a restarted server do not all reconnect at once.
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
