import type { Context } from 'hono'
import { expect, test } from 'vitest'
import { createApp, type AppOptions } from './app.ts'
import { createMetrics } from './metrics.ts'

const app = createApp({
  needs: { publicUrl: new URL('http://trunkline.test'), log: () => undefined },
  metrics: createMetrics({ eventStreams: () => 0, waitingAgents: () => 0, isReady: () => true }),
  readiness: { isPrepared: () => true, prepared: () => undefined, check: () => Promise.resolve() },
  pages: (c: Context) => c.html('<!doctype html>'),
  // None of these paths gets as far as what handlers need.
} as unknown as AppOptions)

test.each([
  '/alertmanager/api/v2/alerts',
  '/alertmanager',
  '/agent/v1/config',
  '/livez/more',
  '/metrics/more',
  '/openapi.json/more',
])('what is not there at %s is a problem, not a page', async (path) => {
  const answer = await app.request(path)
  expect(answer.status).toBe(404)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
})

test('pages keep their paths, also where those begin alike', async () => {
  for (const path of ['/', '/agents', '/alerts/7', '/metricsx'])
    expect((await app.request(path)).headers.get('content-type')).toContain('text/html')
})

test('requests are counted under the route that answered', async () => {
  for (const path of ['/livez', '/alerts/7', '/alertmanager/x']) await app.request(path)
  const counted = await (await app.request('/metrics')).text()
  for (const route of ['/livez', '/*', '/alertmanager/*'])
    expect(counted).toContain(`route="${route}",status=`)
})
