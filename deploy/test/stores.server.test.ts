import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { debianProgram } from './debian.ts'
import { queryMetrics } from './metrics-query.ts'
import { installCommand } from './postgres.ts'
import { startPrometheus } from './prometheus.ts'
import { startVictoriaMetrics } from './victoria-metrics.ts'

const missing = (program: 'prometheus' | 'victoria-metrics') =>
  !debianProgram(program) && !process.env['CI']

test.skipIf(missing('prometheus'))(`Prometheus scrapes (else: ${installCommand})`, async () => {
  const target = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/plain; version=0.0.4').end('answer 42\n')
  }).listen(0, '127.0.0.1')
  await once(target, 'listening')
  const { port } = target.address() as AddressInfo
  await using prometheus = await startPrometheus({ scrape: [`127.0.0.1:${port}`] })
  await expect
    .poll(async () => (await queryMetrics(prometheus, 'answer'))[0]?.value, { timeout: 20_000 })
    .toBe(42)
  target.close()
})

test.skipIf(missing('victoria-metrics'))(
  `VictoriaMetrics keeps (else: ${installCommand})`,
  async () => {
    await using store = await startVictoriaMetrics()
    await fetch(`${store.url}/api/v1/import/prometheus`, { method: 'POST', body: 'answer 42\n' })
    await expect
      .poll(async () => (await queryMetrics(store, 'answer'))[0]?.value, { timeout: 20_000 })
      .toBe(42)
  },
)
