// headers: without it orval leaves out Idempotency-Key and If-Match.
export default {
  client: {
    input: './openapi.yaml',
    output: {
      target: 'generated/orval/client.ts',
      schemas: 'generated/orval/model',
      client: 'fetch',
      headers: true,
      override: { mutator: { path: 'src/orval-fetch.ts', name: 'propflow' } },
    },
  },
  zod: { input: './openapi.yaml', output: { target: 'generated/orval/zod.ts', client: 'zod' } },
}
