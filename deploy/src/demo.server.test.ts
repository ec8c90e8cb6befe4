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
  const steps = [...printed.matchAll(/^ +[\d.]+ s {2}(.{16}) /gm)].map((match) => match[1]?.trim())
  const found = ['fault', 'detected', 'page delivered']
  const mended = ['action proposed', 'dry run', 'action run', 'verified', 'resolved mail']
  const each = [...found, ...mended]
  expect(steps).toEqual([...each, ...each, 'shop sells again'])
  expect(printed).toContain('the inbox of oncall@example.org')
  expect(performance.now() - before).toBeLessThan(180_000)
  const home = /Starting Trunkline on (\S+)/.exec(printed)?.[1] ?? ''
  expect(home).toContain('trunkline-demo-')
  expect(existsSync(home)).toBe(false)
}, 210_000)
