import assert from 'node:assert/strict'
import type { IncomingHttpHeaders } from 'node:http'
import { test } from 'node:test'
import { createPropFlow, newKey, ProblemError, unwrap, type CreatePropertyRequest, type OwnerPropertyList } from '@propflow/sdk'
import { bodyOf, json, problem, serve } from './serve.js'

const draft: CreatePropertyRequest = { type: 'APARTMENT' }

async function problemOf(answer: Promise<unknown>): Promise<ProblemError> {
  const error: unknown = await answer.then(
    () => assert.fail('no error'),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof ProblemError, String(error))
  return error
}

test('every request carries the token of its moment', async (t) => {
  const seen: (string | undefined)[] = []
  const baseUrl = await serve(t, (req, res) => {
    seen.push(req.headers.authorization)
    json(res, 200, { items: [] })
  })
  const tokens = ['', 'one', 'two']
  const client = createPropFlow({ baseUrl: `${baseUrl}/`, token: async () => tokens.shift() ?? assert.fail('asked too often') })
  for (let i = 0; i < 3; i++) {
    const list: OwnerPropertyList = await unwrap(client.GET('/api/v1/properties'))
    assert.deepEqual(list.items, [])
  }
  await client.POST('/api/v1/auth/totp/verify', { body: { code: '123456' }, headers: { Authorization: 'Bearer second-factor' } })
  assert.deepEqual(seen, [undefined, 'Bearer one', 'Bearer two', 'Bearer second-factor'])
})

test('requests go through the fetch that was given', async () => {
  const urls: string[] = []
  const client = createPropFlow({
    baseUrl: 'https://propflow.example',
    fetch: async (request) => {
      urls.push(request.url)
      return Response.json({ items: [] })
    },
  })
  await unwrap(client.GET('/api/v1/properties', { params: { query: { limit: 5, cursor: 'a b' } } }))
  assert.deepEqual(urls, ['https://propflow.example/api/v1/properties?limit=5&cursor=a%20b'])
})

test('an Idempotency-Key is the caller’s, and the compiler asks for it', async (t) => {
  const seen: { headers: IncomingHttpHeaders; body: string }[] = []
  const baseUrl = await serve(t, async (req, res) => {
    seen.push({ headers: req.headers, body: await bodyOf(req) })
    json(res, 201, { id: '019346b2-8f1e-7c3a-9d5e-0a1b2c3d4e5f' })
  })
  const client = createPropFlow({ baseUrl })
  const key = newKey()
  await unwrap(client.POST('/api/v1/properties', { body: draft, params: { header: { 'Idempotency-Key': key } } }))
  // @ts-expect-error: the key is missing
  await client.POST('/api/v1/properties', { body: draft })
  assert.equal(seen[0]?.headers['idempotency-key'], key)
  assert.equal(seen[0]?.headers['content-type'], 'application/json')
  assert.deepEqual(JSON.parse(seen[0]?.body ?? ''), draft)
  assert.equal(seen[1]?.headers['idempotency-key'], undefined, 'none is made up')
  assert.match(key, /^[0-9a-f]{32}$/)
  assert.notEqual(newKey(), key)
})

test('CSV is sent as it is', async (t) => {
  const csv = 'source,price\nREGISTRY,"1,85,00,000"\n'
  const baseUrl = await serve(t, async (req, res) => {
    json(res, 200, { type: req.headers['content-type'], body: await bodyOf(req) })
  })
  const client = createPropFlow({ baseUrl })
  const echo: unknown = await unwrap(
    client.POST('/api/v1/comparables/import', {
      body: csv,
      headers: { 'Content-Type': 'text/csv' },
      params: { header: { 'Idempotency-Key': newKey() } },
    }),
  )
  assert.deepEqual(echo, { type: 'text/csv', body: csv })
})

test('an answer without content unwraps to nothing', async (t) => {
  const baseUrl = await serve(t, (_, res) => res.writeHead(204).end())
  assert.equal(await unwrap(createPropFlow({ baseUrl }).POST('/api/v1/auth/logout')), undefined)
})

test('a problem is thrown with its code, its fields and its pause', async (t) => {
  const fields = [{ field: 'address.pincode', rule: 'pattern', message: 'must be six digits, the first not 0' }]
  const baseUrl = await serve(t, (req, res) => {
    if (req.url === '/api/v1/me') {
      problem(res, 429, 'too_many_requests', {}, { 'Retry-After': '7' })
    } else {
      problem(res, 400, 'invalid_input', { detail: 'the input breaks a rule', request_id: 'req-5Jx2', errors: fields })
    }
  })
  const client = createPropFlow({ baseUrl })
  const invalid = await problemOf(unwrap(client.GET('/api/v1/properties')))
  assert.equal(invalid.name, 'ProblemError')
  assert.equal(invalid.status, 400)
  assert.equal(invalid.code, 'invalid_input')
  assert.equal(invalid.problem.request_id, 'req-5Jx2')
  assert.deepEqual(invalid.fields, fields)
  assert.equal(invalid.retryAfterMs, 0)
  assert.equal(invalid.message, '400 invalid_input: the input breaks a rule; address.pincode must be six digits, the first not 0')

  const hurried = await problemOf(unwrap(client.GET('/api/v1/me')))
  assert.equal(hurried.message, '429 too_many_requests')
  assert.deepEqual(hurried.fields, [])
  assert.equal(hurried.retryAfterMs, 7_000)
})

test('an error that is no problem+json keeps its status', async (t) => {
  const baseUrl = await serve(t, (req, res) => {
    switch (req.url) {
      case '/health':
        return json(res, 503, { status: 'unhealthy', database: 'disconnected', redis: 'connected' })
      case '/api/v1/me':
        return json(res, 403, { status: 418, code: 'of_a_proxy' })
      case '/livez':
        return res.writeHead(500, { 'Content-Length': '0' }).end()
      default:
        return res.writeHead(502, { 'Content-Type': 'text/html' }).end('<h1>Bad Gateway</h1>')
    }
  })
  const client = createPropFlow({ baseUrl })
  const answers = [unwrap(client.GET('/health')), unwrap(client.GET('/api/v1/me')), unwrap(client.GET('/livez')), unwrap(client.GET('/readyz'))]
  const errors = await Promise.all(answers.map(problemOf))
  assert.deepEqual(
    errors.map((e) => [e.status, e.code]),
    [503, 403, 500, 502].map((status) => [status, 'unreadable_answer']),
  )
})

test('values that the document does not list yet are read as they are', async (t) => {
  const baseUrl = await serve(t, (req, res) => {
    if (req.url === '/api/v1/analytics/kpis') {
      json(res, 200, { from: '', to: '', kpis: [{ name: 'queue_width', unit: 'cases', level: 'DIRE' }], valuations_per_valuer: [] })
    } else {
      problem(res, 409, 'house_on_fire')
    }
  })
  const client = createPropFlow({ baseUrl })
  const { kpis } = await unwrap(client.GET('/api/v1/analytics/kpis'))
  assert.deepEqual(kpis, [{ name: 'queue_width', unit: 'cases', level: 'DIRE' }])
  const error = await problemOf(unwrap(client.GET('/api/v1/properties')))
  assert.equal(error.code, 'house_on_fire')
})
