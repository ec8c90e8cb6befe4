import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { mainScript } from './demo/stack.ts'

test('the demo shows every step of both faults, in under three minutes, and leaves nothing behind', async () => {
  const before = performance.now()
  const child = spawn(process.execPath, [mainScript, 'demo', '--once'], {
    env: process.env,
    stdio: 'pipe',
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (printed += text.toString()))
  const [code]: unknown[] = await once(child, 'exit', { signal: AbortSignal.timeout(200_000) })

  expect(printed).not.toContain('MISSING')
  expect(code, printed).toBe(0)
  const told = [...printed.matchAll(/^ +([\d.]+) s {2}(.{16}) /gm)].map(([, seconds, step]) => ({
    seconds: Number(seconds),
    step: step?.trim(),
  }))
  const found = ['fault', 'detected', 'action proposed', 'page delivered']
  // One sample ends the last two, in either order.
  const mended = ['dry run', 'action run', 'resolved mail', 'verified']
  const each = [...found, ...mended]
  const second = told.findLastIndex(({ step }) => step === 'fault')
  const faults = [told.slice(0, second), told.slice(second)]
  for (const fault of faults)
    expect(fault, printed).toEqual(fault.toSorted((a, b) => a.seconds - b.seconds))
  const steps = faults.map((fault) => new Set(fault.map(({ step }) => step)))
  expect(steps).toEqual([new Set(each), new Set([...each, 'shop sells again'])])
  expect(told).toHaveLength(2 * each.length + 1)
  expect(printed).toContain('the inbox of oncall@example.org')
  expect(performance.now() - before).toBeLessThan(180_000)
  const home = /Starting Trunkline on (\S+)/.exec(printed)?.[1] ?? ''
  expect(home).toContain('trunkline-demo-')
  expect(existsSync(home)).toBe(false)
}, 210_000)
