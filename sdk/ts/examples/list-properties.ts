// Logs an owner in and lists the owner's properties, newest first.
//
//   npm run example -- [--url http://localhost:8000] [--phone +919812345678]
//
// It reads the code from the demo's messages. Elsewhere it asks for the code that came to the phone.
import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { createPropFlow, ProblemError, unwrap, type OwnerProperty, type PropFlow } from '@propflow/sdk'

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      url: { type: 'string', default: 'http://localhost:8000' },
      phone: { type: 'string', default: '+919812345678' },
    },
  })
  let accessToken = ''
  const client = createPropFlow({ baseUrl: values.url, token: () => accessToken })

  const phone = values.phone
  const { login_id } = await unwrap(client.POST('/api/v1/auth/otp', { body: { phone } }))
  const code = (await demoCode(client, phone)) ?? (await ask(`The code that came to ${phone}: `))
  const login = await unwrap(client.POST('/api/v1/auth/otp/verify', { body: { login_id, phone, code } }))
  if (login.outcome === 'SECOND_FACTOR_REQUIRED') {
    throw new Error('this is the phone of a member of staff; owners have properties')
  }
  if (login.outcome === 'PINCODE_REQUIRED') {
    throw new Error('nobody has used this number for 90 days: log in with the app, which asks for a pincode')
  }
  accessToken = login.access_token

  let count = 0
  for await (const property of properties(client)) {
    console.log(line(property))
    count++
  }
  console.log(`${count} ${count === 1 ? 'property' : 'properties'} of ${login.user.phone}`)
}

/** Reads the code from the demo's list of sent messages, which only the demo has. */
async function demoCode(client: PropFlow, phone: string): Promise<string | undefined> {
  const { data: messages } = await client.GET('/api/v1/demo/messages')
  const sent = messages?.items.find((m) => m.to === phone && m.template?.startsWith('otp.'))
  return sent?.text.match(/\b\d{6}\b/)?.[0]
}

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return await terminal.question(question)
  } finally {
    terminal.close()
  }
}

/** Reads all pages, one after the other. */
async function* properties(client: PropFlow): AsyncGenerator<OwnerProperty> {
  let cursor: string | undefined
  do {
    const page = await unwrap(client.GET('/api/v1/properties', { params: { query: cursor ? { cursor } : {} } }))
    yield* page.items
    cursor = page.next_cursor
  } while (cursor)
}

function line(p: OwnerProperty): string {
  const where = p.address ? `${p.address.line1}, ${p.address.city} ${p.address.pincode}` : 'no address yet'
  return [p.reference ?? p.id, p.state, p.type, where].join('  ')
}

main().catch((error: unknown) => {
  console.error(error instanceof ProblemError ? error.message : error)
  process.exitCode = 1
})
