import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { createApp, type AppOptions } from './app.ts'
import { describeApi } from './describe-api.ts'

// Describing runs no handler, so nothing of what handlers need is there.
const app = createApp({
  needs: { publicUrl: new URL('http://trunkline.test'), log: () => undefined },
  metrics: { registry: new Registry() },
  pages: null,
} as unknown as AppOptions)

interface Operation {
  summary?: string
  security?: unknown[]
  'x-role'?: string
  requestBody?: { required?: boolean }
  responses: Record<string, { description: string; content?: Record<string, { schema?: unknown }> }>
}

const document = JSON.parse(JSON.stringify(describeApi(app, new URL('http://trunkline.test')))) as {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, unknown>; securitySchemes: object }
}
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    method,
    operation,
  })),
)

test('is OpenAPI 3.1 and names the things of the contract', () => {
  expect(document.openapi).toBe('3.1.0')
  expect(Object.keys(document.components.schemas)).toEqual(
    expect.arrayContaining(['Problem', 'Instance', 'Alert', 'Action', 'Rule', 'Probe']),
  )
  expect(operations.length).toBeGreaterThan(35)
})

test.for(operations)('$name is described in full', ({ method, operation }) => {
  expect(operation.summary).toMatch(/^[A-Z].{5,80}[^.]$/)
  const codes = Object.keys(operation.responses)
  expect(codes).toEqual(expect.arrayContaining(['400', '401', '403', '404', '500', '503']))
  expect(codes.filter((code) => code.startsWith('2'))).toHaveLength(1)
  if (method !== 'get') expect(codes).toEqual(expect.arrayContaining(['409', '422', '429']))
  for (const [code, response] of Object.entries(operation.responses)) {
    expect(response.description).not.toBe('')
    const types = Object.keys(response.content ?? {})
    expect(types).toHaveLength(1)
    if (!code.startsWith('2')) expect(types).toEqual(['application/problem+json'])
  }
  if (operation.requestBody) expect(operation.requestBody.required).toBe(true)
})

test('every operation says which role it needs, but those that let people in', () => {
  const open = operations.filter(({ operation }) => operation['x-role'] === undefined)
  expect(open.map(({ name }) => name).toSorted()).toEqual([
    'DELETE /api/v1/session',
    'GET /api/v1/session',
    'POST /api/v1/session',
    'POST /api/v1/session/link',
  ])
  for (const { operation } of operations) {
    if (operation['x-role']) expect(operation.security).toHaveLength(2)
  }
})
