import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { agentScript, prepareAgent, smallProcesses } from './launch.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'trunkline-launch-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const environment = () => ({ TRUNKLINE_AGENT_HOME: home, ...smallProcesses(home) })

/** Whether a process that loads all of the agent loads Node's compiler of TypeScript with it. */
function loadsCompiler(): boolean {
  const spy = join(home, 'spy.cjs')
  writeFileSync(
    spy,
    `process.on('exit', () => process.stdout.write(String(process.moduleLoadList.some((name) => name.includes('amaro')))))`,
  )
  const args = ['--require', spy, agentScript, '--check']
  const options = { env: environment(), encoding: 'utf8', timeout: 30_000 } as const
  return execFileSync(process.execPath, args, options) === 'true'
}

test('once it is prepared, no process of the agent loads the compiler', async () => {
  await prepareAgent(environment())
  expect(loadsCompiler()).toBe(false)
}, 60_000)

test('a wrong configuration and a home that cannot be written are left to the start to tell', async () => {
  await prepareAgent({ ...environment(), TRUNKLINE_AGENT_METRICS_LISTEN: 'nowhere' })
  await prepareAgent({ ...environment(), NODE_COMPILE_CACHE: join(agentScript, 'cache') })
  expect(loadsCompiler()).toBe(true)
}, 60_000)
