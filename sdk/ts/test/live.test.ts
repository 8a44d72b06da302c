import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { test, type TestContext } from 'node:test'
import { createPropFlow, liveEvents, ProblemError, type Live, type LiveOptions } from '@propflow/sdk'
import { problem, serve } from './serve.js'

const timeout = 10_000
const at = '2026-11-23T06:30:00Z'

function sse(id: string, name: string, data: object = { property_id: 'p', at }): string {
  return `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}

function open(res: ServerResponse): void {
  res.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(': connected\n\n')
}

/** Serves one visit after the other, and the last one repeatedly; `lastIds` are the ids received. */
async function play(t: TestContext, ...visits: ((res: ServerResponse, req: IncomingMessage) => void)[]) {
  const lastIds: (string | string[] | undefined)[] = []
  const tokens: (string | undefined)[] = []
  const baseUrl = await serve(t, (req, res) => {
    assert.equal(req.url, '/api/v1/events')
    assert.equal(req.headers.accept, 'text/event-stream')
    const visit = visits[Math.min(lastIds.length, visits.length - 1)]
    lastIds.push(req.headers['last-event-id'])
    tokens.push(req.headers.authorization)
    visit?.(res, req)
  })
  let drawn = 0
  const client = createPropFlow({ baseUrl, token: () => `t${++drawn}` })
  return { lastIds, tokens, events: (options: LiveOptions = {}) => liveEvents(client, { retryMs: 1, ...options }) }
}

async function take(events: AsyncIterable<Live>, count: number): Promise<Live[]> {
  const taken: Live[] = []
  for await (const event of events) {
    taken.push(event)
    if (taken.length === count) {
      break
    }
  }
  return taken
}

function names(events: Live[]): string[] {
  return events.map((e) => (e.kind === 'event' ? `${e.id} ${e.name}` : `reset to ${e.id ?? 'now'}`))
}

test('a lost stream resumes behind its last event, with a new token', { timeout }, async (t) => {
  const data = { property_id: 'p', state: 'SUBMITTED', at }
  const api = await play(
    t,
    (res) => {
      open(res)
      res.end(sse('41', 'property.submitted', data))
    },
    (res) => {
      open(res)
      res.write(sse('42', 'review.claimed'), () => res.destroy())
    },
    (res) => {
      open(res)
      res.write(sse('43', 'photo.inspected'))
    },
  )
  const events = await take(api.events({ lastEventId: '40' }), 3)
  assert.deepEqual(names(events), ['41 property.submitted', '42 review.claimed', '43 photo.inspected'])
  assert.deepEqual(events[0], { kind: 'event', id: '41', name: 'property.submitted', data })
  assert.deepEqual(api.lastIds, ['40', '41', '42'])
  assert.deepEqual(api.tokens, ['Bearer t1', 'Bearer t2', 'Bearer t3'])
})

test('without an id to resume behind, every stream starts with a reset', { timeout }, async (t) => {
  const api = await play(
    t,
    (res) => {
      open(res)
      res.end()
    },
    (res) => {
      open(res)
      res.end(sse('7', 'property.submitted'))
    },
    (res) => {
      open(res)
      res.write(sse('8', 'review.claimed'))
    },
  )
  const events = await take(api.events(), 4)
  assert.deepEqual(names(events), ['reset to now', 'reset to now', '7 property.submitted', '8 review.claimed'])
  assert.deepEqual(api.lastIds, [undefined, undefined, '7'])
})

test('a pulse is no event, and is resumed behind once it is whole', { timeout }, async (t) => {
  const api = await play(
    t,
    (res) => {
      res.writeHead(200, { 'Content-Type': 'text/event-stream' })
      res.end(sse('5', 'pulse', {}) + ': pulse\n\n' + sse('6', 'pulse', {}) + sse('7', 'pulse', {}).trimEnd())
    },
    (res) => {
      open(res)
      res.end()
    },
    (res) => {
      open(res)
      res.write(sse('8', 'review.claimed'))
    },
  )
  assert.deepEqual(names(await take(api.events(), 2)), ['reset to now', '8 review.claimed'])
  assert.deepEqual(api.lastIds, [undefined, '6', '6'])
})

test('a reset of the API comes through, and resumes behind itself', { timeout }, async (t) => {
  const api = await play(
    t,
    (res) => {
      open(res)
      res.end(sse('99', 'reset', {}))
    },
    (res) => {
      open(res)
      res.write(sse('100', 'review.valued'))
    },
  )
  assert.deepEqual(names(await take(api.events({ lastEventId: '1' }), 2)), ['reset to 99', '100 review.valued'])
  assert.deepEqual(api.lastIds, ['1', '99'])
})

test('events are read whole from any pieces and line ends', { timeout }, async () => {
  const text =
    ': pulse\r\n\r\nid:5\r\nevent: photo.inspected\r\ndata: {"property_id":"घर",\r\ndata:"at":"now"}\r\n\r\n' +
    'id: 6\revent: review.claimed\rdata: {}\r\rretry: 1\nevent: no data, no event\n\n' +
    sse('7', 'review.released')
  const bytes = new TextEncoder().encode(text)
  for (const size of [1, 2, 3, 7, bytes.length]) {
    const body = new ReadableStream<Uint8Array>({
      start(stream) {
        for (let i = 0; i < bytes.length; i += size) {
          stream.enqueue(bytes.subarray(i, i + size))
        }
      },
    })
    const client = createPropFlow({
      baseUrl: 'https://propflow.example',
      fetch: async () => new Response(body, { headers: { 'Content-Type': 'text/event-stream' } }),
    })
    const events = await take(liveEvents(client, { lastEventId: '4' }), 3)
    assert.deepEqual(names(events), ['5 photo.inspected', '6 review.claimed', '7 review.released'], `in pieces of ${size}`)
    assert.deepEqual(events[0]?.kind === 'event' && events[0].data, { property_id: 'घर', at: 'now' })
  }
})

test('overload is waited out; a refusal is thrown', { timeout }, async (t) => {
  const pauses: number[] = []
  const api = await play(
    t,
    (res) => problem(res, 503, 'unavailable'),
    (res) => res.destroy(),
    (res) => {
      open(res)
      res.end(sse('2', 'review.claimed'))
    },
    (res) => problem(res, 401, 'token_expired'),
  )
  const seen: string[] = []
  const refused = async (): Promise<void> => {
    for await (const event of api.events({ lastEventId: '1', onRetry: (ms) => pauses.push(ms) })) {
      seen.push(...names([event]))
    }
  }
  await assert.rejects(refused(), (error) => error instanceof ProblemError && error.code === 'token_expired')
  assert.deepEqual(seen, ['2 review.claimed'])
  assert.equal(api.lastIds.length, 4)
  assert.equal(pauses.length, 3)
  const [first = 0, second = 0, third = 0] = pauses
  assert.ok(first >= 0.5 && first <= 1 && second >= 1 && second <= 2 && third <= 1, `pauses of ${pauses.join(', ')} ms`)
})

test('the API says how long to wait, and abort ends the wait', { timeout }, async (t) => {
  const api = await play(t, (res) => problem(res, 429, 'too_many_requests', {}, { 'Retry-After': '60' }))
  for (const soon of [(abort: () => void) => abort(), setImmediate]) {
    const stop = new AbortController()
    const pauses: number[] = []
    const onRetry = (ms: number): void => {
      pauses.push(ms)
      soon(() => stop.abort())
    }
    assert.deepEqual(await take(api.events({ onRetry, signal: stop.signal }), 1), [])
    assert.deepEqual(pauses, [60_000])
  }
})

test('something else than a stream is thrown', { timeout }, async (t) => {
  const api = await play(t, (res) => res.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html>'))
  await assert.rejects(take(api.events(), 1), /live events came as text\/html/)
})

test('what token throws is thrown', { timeout }, async () => {
  const client = createPropFlow({ baseUrl: 'http://127.0.0.1:9', token: () => Promise.reject(new Error('logged out')) })
  await assert.rejects(take(liveEvents(client, { retryMs: 1 }), 1), /logged out/)
})

test('a silent stream is opened again', { timeout }, async (t) => {
  const api = await play(t, open, (res) => {
    open(res)
    res.write(sse('9', 'review.claimed'))
  })
  assert.deepEqual(names(await take(api.events({ lastEventId: '8', quietMs: 200 }), 1)), ['9 review.claimed'])
  assert.ok(api.lastIds.length >= 2 && api.lastIds.every((id) => id === '8'), `resumed behind ${api.lastIds.join(', ')}`)
})

test('break and abort close the connection', { timeout }, async (t) => {
  const closed: Promise<unknown>[] = []
  const api = await play(t, (res) => {
    closed.push(once(res, 'close'))
    open(res)
    res.write(sse('1', 'review.claimed'))
  })
  await take(api.events({ lastEventId: '0' }), 1)
  await closed[0]

  const stop = new AbortController()
  let count = 0
  for await (const event of api.events({ signal: stop.signal, onRetry: () => assert.fail('that was no loss') })) {
    count++
    if (event.kind === 'event') {
      setImmediate(() => stop.abort()) // while the loop waits for the next
    }
  }
  assert.equal(count, 2)
  await closed[1]

  assert.deepEqual(await take(api.events({ signal: AbortSignal.abort() }), 1), [])
  assert.equal(api.lastIds.length, 2)
})
