import assert from 'node:assert/strict'
import { codeOf, phone, url } from './arguments.js'
import { client } from '../generated/hey-api/client.gen.js'
import * as api from '../generated/hey-api/sdk.gen.js'
import { zOwnerProperty, zSettings } from '../generated/hey-api/zod.gen.js'

let token = ''
client.setConfig({ baseUrl: url, auth: () => token })
const throwOnError = true

/** Logs in with a one-time code, which the demo shows, and staff with their second factor. */
async function logIn(who: string, totp?: string): Promise<void> {
  token = ''
  const { data: otp } = await api.requestOtp({ body: { phone: who }, throwOnError })
  const { data: sent } = await api.listDemoMessages({ throwOnError })
  const { data: login } = await api.verifyOtp({ body: { login_id: otp.login_id, phone: who, code: codeOf(sent.items, who) }, throwOnError })
  if (login.outcome === 'AUTHENTICATED') {
    token = login.access_token
    return
  }
  assert.ok(login.outcome === 'SECOND_FACTOR_REQUIRED' && totp, `${who} needs a second factor`)
  token = login.second_factor_token
  const { data: complete } = await api.verifyTotp({ body: { code: totp }, throwOnError })
  token = complete.access_token
}

async function draft(key: string): Promise<string> {
  const { data } = await api.createProperty({ headers: { 'Idempotency-Key': key }, body: { type: 'HOUSE' }, throwOnError })
  return zOwnerProperty.parse(data).id
}

await logIn(phone)
const first = await draft('foreign-hey-api')
assert.equal(await draft('foreign-hey-api'), first, 'the header came through: the request is a repetition')
const { data: page } = await api.listProperties({ query: { limit: 1 }, throwOnError })
assert.equal(page.items[0]?.id, first)
const { data: read, response } = await api.getProperty({ path: { propertyId: first }, throwOnError })
const edited = await api.updateProperty({
  path: { propertyId: first },
  headers: { 'If-Match': response.headers.get('ETag') ?? '' },
  body: { area_sqft: 1250 },
  throwOnError,
})
assert.equal(edited.data.version, read.version + 1)

/** Withdraws a draft, which its owner hears of. */
async function withdraw(propertyId: string): Promise<void> {
  await api.withdrawProperty({ path: { propertyId }, headers: { 'Idempotency-Key': `withdraw-${propertyId}` }, throwOnError })
}

// Every block of live events that names a place to resume behind has data that can be decoded.
const [before, heard] = [await draft('foreign-hey-api-before'), await draft('foreign-hey-api-heard')]
await withdraw(before) // from now on there is a place to resume behind
const stop = new AbortController()
const names: (string | undefined)[] = []
const { stream } = await api.streamEvents({
  signal: stop.signal,
  responseValidator: async () => {}, // what comes is the data of an event, decoded, not the text of the stream
  onSseEvent: ({ event, id, data }) => {
    names.push(event)
    assert.ok(!id || (event && data), `a block with only the id ${id}`)
  },
  onSseError: (error) => assert.ok(stop.signal.aborted, `live events: ${error}`),
})
for await (const event of stream as AsyncIterable<{ property_id?: string }>) {
  if (event.property_id === heard) {
    break
  }
  await withdraw(heard) // the stream is open
}
stop.abort()
assert.deepEqual(names, ['pulse', 'property.withdrawn'])

const { data: staff } = await api.listDemoStaff({ throwOnError })
const supervisor = staff.items.find((s) => s.role === 'SUPERVISOR')
assert.ok(supervisor)
await logIn(supervisor.phone, supervisor.totp_code)
const { data: answer } = await api.getSettings({ throwOnError })
const settings = zSettings.parse(answer)
assert.equal(typeof settings.sign_off_amount.amount, 'number')
assert.deepEqual(JSON.parse(JSON.stringify(settings)), settings)
console.log(`hey-api: ${first}, sign-off from ${JSON.stringify(settings.sign_off_amount)}`)
