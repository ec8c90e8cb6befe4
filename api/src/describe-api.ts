import type { OpenAPIHono } from '@hono/zod-openapi'
import type { AppEnv } from './access.ts'

/** The OpenAPI 3.1 document of the users' API. */
export function describeApi(app: OpenAPIHono<AppEnv>, publicUrl: URL) {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Trunkline',
      version: '1',
      description: 'Monitoring, alerting and repair for fleets of PostgreSQL servers.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: publicUrl.origin }],
  })
  document.components = {
    ...document.components,
    securitySchemes: {
      token: { type: 'http', scheme: 'bearer' },
      session: { type: 'apiKey', in: 'cookie', name: 'trunkline_session' },
    },
  }
  return document
}
