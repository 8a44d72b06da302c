import assert from 'node:assert/strict'

const [url = '', phone = ''] = process.argv.slice(2)
assert.ok(url && phone, 'usage: node client.mjs URL PHONE')

export { phone, url }

/** Returns the one-time code of the newest message to the phone. */
export function codeOf(messages: { to: string; text: string }[], to: string): string {
  const code = messages.find((message) => message.to === to)?.text.match(/\b\d{6}\b/)?.[0]
  assert.ok(code, `no code was sent to ${to}`)
  return code
}
