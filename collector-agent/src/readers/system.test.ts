import { expect, test } from 'vitest'
import { probes } from '@trunkline/probes'
import { rowsOf } from '../columnar.ts'
import { createSystemReader, type ProcTexts } from './system.ts'

const texts = (busy: number): ProcTexts => ({
  loadavg: '0.50 0.25 0.10 1/234 5678\n',
  stat: `cpu  ${1000 + busy} 0 500 8000 100 0 30 7 0 0\ncpu0 1 0 0 0\ncpu1 1 0 0 0\nbtime 1700000000\n`,
  meminfo:
    'MemTotal:  1000 kB\nMemFree:  100 kB\nMemAvailable:  600 kB\nBuffers:  50 kB\nCached:  400 kB\nSReclaimable: 50 kB\nSwapTotal: 10 kB\nSwapFree: 4 kB\n',
  uptime: '12345.67 1.0\n',
})

test('reads the figures of the kernel in seconds and bytes', async () => {
  let busy = 0
  const read = createSystemReader(() => texts(busy))
  const [first] = rowsOf(await read(probes.host))
  expect(first).toMatchObject({
    load1: 0.5,
    cpu_count: 2,
    cpu_user_seconds: 10,
    cpu_interrupt_seconds: 0.3,
    cpu_steal_seconds: 0.07,
    cpu_utilization: null,
    memory_total_bytes: 1_024_000,
    memory_used_bytes: 409_600,
    memory_available_bytes: 614_400,
    swap_used_bytes: 6_144,
    uptime_seconds: 12_345.67,
    booted_at: '2023-11-14T22:13:20.000Z',
  })
  busy = 100
  expect(rowsOf(await read(probes.host))[0]?.['cpu_utilization']).toBe(1)
})

test('fills every column that the probe declares, on this host', async () => {
  const read = createSystemReader()
  await read(probes.host)
  const [row = {}] = rowsOf(await read(probes.host))
  const empty = Object.keys(row).filter((name) => row[name] === null)
  expect(empty.filter((name) => name !== 'cpu_utilization')).toEqual([])
})
