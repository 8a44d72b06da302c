// Answers are held against the document. Requests are not: hey-api gives its validator the
// headers as a Headers object, in which zod finds none of those that an operation requires.
export default {
  input: './openapi.yaml',
  output: 'generated/hey-api',
  plugins: [
    '@hey-api/client-fetch',
    '@hey-api/typescript',
    { name: '@hey-api/sdk', validator: { request: false, response: 'zod' } },
    'zod',
  ],
}
