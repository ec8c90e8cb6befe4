import { execFileSync, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const bootstrap = fileURLToPath(new URL('../bin/trunkline.js', import.meta.url))

/** Nodes of this machine that are too old to run TypeScript. */
const oldNodes = ['/usr/bin/node', '/usr/local/bin/node'].filter((path) => {
  try {
    const [major = 0, minor = 0] = execFileSync(path, ['--version'], { encoding: 'utf8' })
      .slice(1)
      .split('.')
      .map(Number)
    return major >= 20 && (major < 24 || (major === 24 && minor < 12))
  } catch {
    return false
  }
})

const run = (node: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(node, [bootstrap, ...args], {
    encoding: 'utf8',
    timeout: 20_000,
  })
  return { status, stdout, stderr }
}

describe.each([process.execPath, ...oldNodes])('the bootstrap under %s', (node) => {
  test('runs the command line and passes its output on', () => {
    expect(run(node, '--version')).toEqual({ status: 0, stdout: '0.1.0\n', stderr: '' })
  })
  test('passes exit codes on', () => {
    expect(run(node, 'nonsense')).toMatchObject({ status: 2, stdout: '' })
    expect(run(node, 'config', 'check', '--listen', 'nowhere')).toMatchObject({
      status: 78,
      stdout: '',
    })
  })
})

test.skipIf(oldNodes.length > 0)(
  'an old Node: skipped, this machine has none; install Debian 12 nodejs',
  () => {
    expect(oldNodes).toEqual([])
  },
)
