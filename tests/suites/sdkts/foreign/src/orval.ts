import assert from 'node:assert/strict'
import { codeOf, phone, url } from './arguments.js'
import { caller } from './orval-fetch.js'
import * as api from '../generated/orval/client.js'
import * as schemas from '../generated/orval/zod.js'

caller.baseUrl = url

/** Returns the data of an answer of this status. */
function data<A extends { status: number; data: unknown }, S extends A['status']>(answer: A, status: S): Extract<A, { status: S }>['data'] {
  assert.equal(answer.status, status, JSON.stringify(answer.data))
  return answer.data as Extract<A, { status: S }>['data']
}

/** Logs in with a one-time code, which the demo shows, and staff with their second factor. */
async function logIn(who: string, totp?: string): Promise<void> {
  caller.token = ''
  const otp = data(await api.requestOtp({ phone: who }), 202)
  const sent = data(await api.listDemoMessages(), 200)
  const login = data(await api.verifyOtp({ login_id: otp.login_id, phone: who, code: codeOf(sent.items, who) }), 200)
  if (login.outcome === 'AUTHENTICATED') {
    caller.token = login.access_token
    return
  }
  assert.ok(login.outcome === 'SECOND_FACTOR_REQUIRED' && totp, `${who} needs a second factor`)
  caller.token = login.second_factor_token
  caller.token = data(await api.verifyTotp({ code: totp }), 200).access_token
}

await logIn(phone)
const create = () => api.createProperty({ type: 'HOUSE' }, { 'Idempotency-Key': 'foreign-orval' })
const created = data(await create(), 201)
assert.equal(data(await create(), 201).id, created.id, 'the header came through: the request is a repetition')
const page = schemas.listPropertiesResponse.parse(data(await api.listProperties({ limit: 1 }), 200))
assert.equal(page.items[0]?.id, created.id)
const read = await api.getProperty(created.id)
const edited = await api.updateProperty(created.id, { area_sqft: 1250 }, { 'If-Match': read.headers.get('ETag') ?? '' })
assert.equal(data(edited, 200).version, data(read, 200).version + 1)

const admin = data(await api.listDemoStaff(), 200).items.find((s) => s.role === 'ADMIN')
assert.ok(admin)
await logIn(admin.phone, admin.totp_code)
const settings = schemas.getSettingsResponse.parse(data(await api.getSettings(), 200))
assert.equal(typeof settings.sign_off_amount.amount, 'number')
assert.deepEqual(JSON.parse(JSON.stringify(settings)), settings)
console.log(`orval: ${created.id}, sign-off from ${JSON.stringify(settings.sign_off_amount)}`)
